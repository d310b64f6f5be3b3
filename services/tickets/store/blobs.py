"""Bytes kept once by their SHA-256, in a directory that all processes of the service share."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from services.tickets.settings import TicketsSettings


class Blobs:
    """A directory per first two hexadecimal digits, a file per content."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def of(cls, settings: TicketsSettings) -> "Blobs":
        return cls(Path(settings.blobs_dir))

    def put(self, sha256: str, content: bytes) -> None:
        """On the disk when this returns, with its name; half a file never bears it."""
        path = self._path(sha256)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)
        _sync(path.parent)
        _sync(path.parent.parent)

    def get(self, sha256: str) -> bytes:
        return self._path(sha256).read_bytes()

    def delete(self, sha256: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._path(sha256).unlink()

    def older(self, beside: str, seconds: float) -> Iterator[str]:
        """The names beside this one that have lain there for so long."""
        for path in self._path(beside).parent.glob("*"):
            if path.is_file() and time.time() - path.stat().st_mtime > seconds:
                yield path.name

    def _path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
