"""Kept connections to one provider, a client each: a pool of httpx looks at all of its connections at every request."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx

CALL_SECONDS: Final = 10
CONNECT_SECONDS: Final = 2


class Lines:
    """At most so many calls at once; the line used last is used first, so few are kept open."""

    def __init__(self, most: int, transport: httpx.AsyncBaseTransport | None) -> None:
        self._most, self._transport = asyncio.Semaphore(most), transport
        self._tls = ssl.create_default_context()
        self._free: list[httpx.AsyncClient] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[httpx.AsyncClient]:
        """A free line."""
        async with self._most:
            client = self._free.pop() if self._free else self._new()
            try:
                yield client
            finally:
                self._free.append(client)

    def _new(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            verify=self._tls,
            timeout=httpx.Timeout(CALL_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            transport=self._transport,
            follow_redirects=False,
        )

    async def close(self) -> None:
        for client in self._free:
            await client.aclose()
