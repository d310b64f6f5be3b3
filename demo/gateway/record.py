"""The submission log: an append-only file, one JSON line an entry, on disk before anybody is told.

Entries that arrive together share one fsync. The log is cut into pieces so that old pieces can be dropped.
"""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Entry = dict[str, Any]

PIECE_BYTES = 128 * 1024 * 1024
PIECES_MAX = 12
"""Room for the million submissions kept, each with its report."""


class Record:
    """Durable appends in arrival order, and all entries again at the next start."""

    def __init__(self, folder: Path, piece_bytes: int = PIECE_BYTES, pieces_max: int = PIECES_MAX) -> None:
        self._folder = folder
        self._piece_bytes = piece_bytes
        self._pieces_max = pieces_max
        self._lines: list[bytes] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._arrived = asyncio.Event()
        self._writing = asyncio.Lock()
        self._stopping = False
        self._descriptor = -1

    def entries(self) -> Iterator[Entry]:
        """Everything kept, oldest first. A line torn by a kill was never acknowledged and is passed over."""
        for piece in self._pieces():
            with piece.open("rb") as lines:
                for line in lines:
                    try:
                        yield json.loads(line)
                    except ValueError:
                        continue

    async def append(self, entry: Entry) -> None:
        """Return when the entry is on disk."""
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(durable)
        self.note(entry)
        await durable

    def note(self, entry: Entry) -> None:
        """Write soon; nobody waits for it."""
        line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n"
        self._lines.append(line.encode("utf-8", "surrogatepass"))
        self._arrived.set()

    async def run(self) -> None:
        """Write what has arrived, one fsync for all of it; then look again, until told to stop."""
        self._open(self._newest())
        while not self._stopping or self._lines:
            await self._arrived.wait()
            async with self._writing:
                await self._write()
        os.close(self._descriptor)

    def stop(self) -> None:
        self._stopping = True
        self._arrived.set()

    async def clear(self) -> None:
        """Forget everything, also what was on its way to the disk."""
        async with self._writing:
            await self._write()
            os.close(self._descriptor)
            for piece in self._pieces():
                piece.unlink()
            self._open(1)

    async def _write(self) -> None:
        self._arrived.clear()
        lines, self._lines = self._lines, []
        waiting, self._waiting = self._waiting, []
        try:
            await asyncio.to_thread(self._sync, b"".join(lines))
        except OSError as error:
            self._lines.insert(0, b"\n")  # part of a line may stand there
            _settle(waiting, error)
        else:
            _settle(waiting, None)

    def _sync(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(self._descriptor, left) :]
        os.fdatasync(self._descriptor)
        if os.fstat(self._descriptor).st_size >= self._piece_bytes:
            os.close(self._descriptor)
            self._open(self._newest() + 1)

    def _open(self, number: int) -> None:
        """Go on with this piece, on a new line, and drop the pieces that are too many."""
        self._folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_CREAT | os.O_APPEND | os.O_RDWR
        self._descriptor = os.open(self._folder / f"record-{number:06d}.jsonl", flags, 0o600)
        size = os.fstat(self._descriptor).st_size
        if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
            os.write(self._descriptor, b"\n")
        for old in self._pieces()[: -self._pieces_max]:
            old.unlink()

    def _newest(self) -> int:
        pieces = self._pieces()
        return int(pieces[-1].stem.removeprefix("record-")) if pieces else 1

    def _pieces(self) -> list[Path]:
        return sorted(self._folder.glob("record-*.jsonl"))


def _settle(waiting: list[asyncio.Future[None]], error: OSError | None) -> None:
    for durable in waiting:
        if durable.done():
            continue
        if error is None:
            durable.set_result(None)
        else:
            durable.set_exception(error)
