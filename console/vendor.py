"""The browser assets that are not ours: taken from npm packages, locked, committed.

`python -m console.vendor verify` needs no network; `python -m console.vendor update` asks npm for exactly the
locked versions, checks each tarball against its lock and takes only the files named there.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOCK = HERE / "vendor.lock"
STATIC = HERE / "static"
SPRITE = "icons.svg"
SYMBOL = re.compile(r"<svg[^>]*>(?P<shapes>.*)</svg>", re.S)


class Altered(Exception):
    """A vendored file is not the one that was locked."""


def verify() -> None:
    """Every locked file stands on disk with its locked content."""
    for package in _lock()["packages"]:
        for name, digest in package["files"].items():
            _check(STATIC / name, digest)


def update() -> None:
    """Fetch the locked versions again; a tarball with another sum is refused."""
    lock = _lock()
    for package in lock["packages"]:
        with tempfile.TemporaryDirectory() as folder:
            _take(package, _fetched(package, Path(folder)))
        package["files"] = {name: _sha256(STATIC / name) for name in sorted(package["files"])}
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _lock() -> dict[str, Any]:
    lock: dict[str, Any] = json.loads(LOCK.read_text(encoding="utf-8"))
    return lock


def _fetched(package: dict[str, Any], folder: Path) -> Path:
    command = ["npm", "pack", "--silent", f"{package['name']}@{package['version']}"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603
    tarball = next(folder.glob("*.tgz"))
    found = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != package["sha512"]:
        raise Altered(f"{package['name']}: the tarball has the sum {found}")
    return tarball


def _take(package: dict[str, Any], tarball: Path) -> None:
    with tarfile.open(tarball) as archive:
        for name, source in package.get("take", {}).items():
            (STATIC / name).write_bytes(_member(archive, source))
        if icons := package.get("icons"):
            (STATIC / SPRITE).write_text(_sprite(archive, icons), encoding="utf-8")


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    found = archive.extractfile(f"package/{name}")
    if found is None:
        raise Altered(f"{name} is not in the tarball")
    return found.read()


def _sprite(archive: tarfile.TarFile, icons: list[str]) -> str:
    symbols = "".join(_symbol(icon, _member(archive, f"icons/{icon}.svg").decode()) for icon in sorted(icons))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}</svg>\n'


def _symbol(icon: str, drawing: str) -> str:
    found = SYMBOL.search(drawing)
    if found is None:
        raise Altered(f"{icon} is not a drawing")
    shapes = re.sub(r"\s*\n\s*", "", found["shapes"])
    stroke = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{icon}" viewBox="0 0 24 24" {stroke}>{shapes}</symbol>\n'


def _check(path: Path, digest: str) -> None:
    if not path.is_file() or _sha256(path) != digest:
        raise Altered(f"{path.relative_to(HERE)} is not the locked file")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    {"verify": verify, "update": update}[sys.argv[1]]()
