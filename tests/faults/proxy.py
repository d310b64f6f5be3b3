"""A TCP proxy that stands between any two processes and can cut them apart, both ways or one way."""

import asyncio
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import Self

CHUNK_BYTES = 65_536


class Way(StrEnum):
    TO_TARGET = "to_target"
    TO_CLIENT = "to_client"


class Proxy:
    """Listens on a port of its own and carries bytes to the target until told otherwise.

    `cut` resets what is open and refuses what comes; a `black_hole` swallows one direction without a word, as a
    broken switch does; `heal` ends both.
    """

    def __init__(self, target_host: str, target_port: int) -> None:
        self.target = (target_host, target_port)
        self.port = 0
        self.carried_bytes = dict.fromkeys(Way, 0)
        self.swallowed_bytes = dict.fromkeys(Way, 0)
        self.refused = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._is_cut = False
        self._swallows: set[Way] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        self._reset_all()
        await asyncio.sleep(0)

    def cut(self) -> None:
        self._is_cut = True
        self._reset_all()

    def black_hole(self, *ways: Way) -> None:
        self._swallows |= set(ways or Way)

    def heal(self) -> None:
        """What was swallowed is gone, so connections that lost bytes are reset, as TCP would do at last."""
        if self._swallows:
            self._reset_all()
        self._is_cut = False
        self._swallows.clear()

    def _reset_all(self) -> None:
        for writer in list(self._open):
            with suppress(OSError, RuntimeError):
                writer.transport.abort()
        self._open.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        if self._is_cut:
            self.refused += 1
            writer.transport.abort()
            return
        try:
            onward_reader, onward_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            return
        self._open.add(onward_writer)
        await asyncio.gather(
            self._pump(reader, onward_writer, Way.TO_TARGET),
            self._pump(onward_reader, writer, Way.TO_CLIENT),
        )
        self._open -= {writer, onward_writer}

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: Way) -> None:
        with suppress(OSError, RuntimeError):
            while chunk := await source.read(CHUNK_BYTES):
                if way in self._swallows:
                    self.swallowed_bytes[way] += len(chunk)
                    continue
                self.carried_bytes[way] += len(chunk)
                sink.write(chunk)
                await sink.drain()
        with suppress(OSError, RuntimeError):
            sink.close()
