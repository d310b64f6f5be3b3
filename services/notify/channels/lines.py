"""Kept connections to one provider, a client each: a pool of httpx looks at all of its connections at every request."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx

from services.notify.domain.outcome import Lost, RefusalClass, RefusedBy

CALL_SECONDS: Final = 10
CONNECT_SECONDS: Final = 2
ANSWER_BYTES_MAX: Final = 65_536
SPARE_LINES: Final = 4
_PLAIN: Final = {"accept-encoding": "identity"}
_TIMEOUT: Final = httpx.Timeout(CALL_SECONDS, connect=CONNECT_SECONDS).as_dict()
_NEVER_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider answered; `body` is None when it was packed or too long to be read."""

    status: int
    body: bytes | None

    @property
    def json(self) -> Mapping[str, Any] | None:
        """The body as a JSON object, or nothing."""
        try:
            answer = json.loads(self.body) if self.body is not None else None
        except (ValueError, RecursionError):
            return None
        return answer if isinstance(answer, dict) else None


class Lines:
    """At most so many calls at once; the line used last is used first, so few are kept open.

    A line is a bare transport: no cookies, redirects, proxies of the environment or packed answers, which cost as much
    as the call itself.
    """

    def __init__(self, most: int, transport: httpx.AsyncBaseTransport | None) -> None:
        self._most, self._transport = asyncio.Semaphore(most), transport
        self._tls = ssl.create_default_context()
        self._free: list[httpx.AsyncBaseTransport] = []

    async def call(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None = None
    ) -> Reply | RefusedBy | Lost:
        """One call. Surely not sent: no connection was made. No answer that can be read: nobody knows."""
        try:
            request = httpx.Request(
                method, url, headers={**_PLAIN, **headers}, content=content, extensions={"timeout": _TIMEOUT}
            )
            async with self._one() as line:
                response = await line.handle_async_request(request)
                try:
                    return Reply(response.status_code, await _body(response))
                finally:
                    await response.aclose()
        except _NEVER_CONNECTED:
            return RefusedBy(RefusalClass.NOT_SENT, "no_connection")
        except httpx.TimeoutException:
            return Lost("time_out")
        except (httpx.HTTPError, OSError):
            return Lost("connection_lost")

    @asynccontextmanager
    async def _one(self) -> AsyncIterator[httpx.AsyncBaseTransport]:
        async with self._most:
            line = self._free.pop() if self._free else self._new()
            try:
                yield line
            finally:
                self._free.append(line)

    def _new(self) -> httpx.AsyncBaseTransport:
        if self._transport is not None:
            return self._transport
        one = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        return httpx.AsyncHTTPTransport(verify=self._tls, limits=one, trust_env=False)

    async def close(self) -> None:
        for line in self._free:
            await line.aclose()


async def _body(response: httpx.Response) -> bytes | None:
    """At most 64 KB as they came: nothing is unpacked, since we said that we take nothing packed."""
    if response.headers.get("content-encoding", "identity") != "identity":
        return None
    body = b""
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > ANSWER_BYTES_MAX:
            return None
    return body
