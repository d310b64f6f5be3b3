"""From a bare Python to the command line: an own environment with exactly what requirements.lock names, then `cli`.

Runs on the standard library alone. It asks the network for something only when the lock has changed.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".yihu"
VENV = HOME / "venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "yihu-installed"
PYTHON = VENV / "bin" / "python"


def main(arguments: list[str]) -> int:
    wanted = fingerprint()
    if not is_installed(wanted):
        try:
            install(wanted)
        except CannotInstall as error:
            print(f"yihu: {error}", file=sys.stderr)
            return 1
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    os.execv(PYTHON, [str(PYTHON), "-m", "cli", *arguments])  # noqa: S606


class CannotInstall(Exception):
    """The message says in one sentence what the reader can do."""


def fingerprint() -> str:
    """Another lock or another place is another installation; so is another Python, which `is_installed` looks at."""
    return hashlib.sha256(LOCK.read_bytes() + str(VENV).encode()).hexdigest()


def is_installed(wanted: str) -> bool:
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted


def install(wanted: str) -> None:
    HOME.mkdir(mode=0o700, exist_ok=True)
    with (HOME / "install.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if is_installed(wanted):
            return
        print("yihu: installing what requirements.lock names (once; later starts need no network) …", file=sys.stderr)
        STAMP.unlink(missing_ok=True)
        if not PYTHON.exists():
            create()
        if not (VENV / "bin" / "uv").exists() or uv_version() != locked_uv():
            install_uv()
        sync()
        STAMP.write_text(wanted)


def create() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        raise CannotInstall(
            "this Python cannot make environments; install its venv part (Debian: apt install python3-venv)"
        )
    venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(VENV)


def install_uv() -> None:
    """uv itself comes by pip, pinned by the same hashes as everything else."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(uv_entry())
        file.flush()
        words = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", file.name]
        run([PYTHON, "-m", "pip", *words])


def sync() -> None:
    words: list[str | Path] = [
        "pip",
        "sync",
        "--quiet",
        "--require-hashes",
        "--compile-bytecode",
        "--python",
        PYTHON,
        LOCK,
    ]
    run([VENV / "bin" / "uv", *words], os.environ | index_of_pip())


def index_of_pip() -> dict[str, str]:
    """uv does not read pip's configuration; a mirror set there must serve here as well."""
    if {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(os.environ):
        return {}
    asked = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    address = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return {"UV_DEFAULT_INDEX": address} if address else {}


def run(command: list[str | Path], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run([str(word) for word in command], env=environment, check=False)
    if done.returncode != 0:
        raise CannotInstall("the packages could not be fetched; is the package index reachable? Run the command again")


def uv_entry() -> str:
    entry = re.search(r"^uv==(?:.*\\\n)*.*$", LOCK.read_text(), re.MULTILINE)
    if entry is None:
        raise CannotInstall("requirements.lock does not name uv; get a whole copy of the repository")
    return entry.group().rstrip() + "\n"


def locked_uv() -> str:
    return uv_entry().split()[0].removeprefix("uv==")


def uv_version() -> str:
    asked = subprocess.run([str(VENV / "bin" / "uv"), "--version"], capture_output=True, text=True, check=False)
    return asked.stdout.split()[1] if asked.returncode == 0 else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
