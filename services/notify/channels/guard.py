"""Calls to addresses that somebody else named: the guard stands at the socket.

A name is resolved once, every number it gives is checked, and the connection goes to a checked number; TLS still
proves the name. Redirects are not followed, a call takes 5 s at most, and more than 64 KB of an answer is not read.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpcore
import httpx

from services.notify.domain.guard import Guard, check_address

CALL_SECONDS: Final = 5
ANSWER_BYTES_MAX: Final = 65_536
CONNECTIONS_MAX: Final = 20
ADDRESSES_TRIED_MAX: Final = 4

Resolve = Callable[[str, int], Awaitable[list[str]]]


async def resolved(host: str, port: int) -> list[str]:
    """The numbers of a name, in the order in which they should be tried."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Opens sockets to checked addresses only."""

    def __init__(self, guard: Guard, resolve: Resolve) -> None:
        self._guard, self._resolve = guard, resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve once, refuse when any of the numbers is not public, connect to one that was checked."""
        numbers = await self._checked(host, port)
        error: Exception = httpcore.ConnectError("the name has no address")
        for number in numbers[:ADDRESSES_TRIED_MAX]:
            try:
                return await self._network.connect_tcp(number, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error

    async def _checked(self, host: str, port: int) -> list[str]:
        excepted = self._guard.excepts(host, port)
        if not excepted:
            self._guard.check_host(host)
        try:
            numbers = await self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        if not excepted:
            for number in numbers:
                check_address(number)
        return numbers

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("no sockets of this machine")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """The transport for every client whose addresses come from outside: `httpx.AsyncClient(transport=…)`.

    Raises `Refused("address_refused")` instead of calling what the guard forbids.
    """

    def __init__(self, guard: Guard, resolve: Resolve = resolved) -> None:
        super().__init__()
        self._guard = guard
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            max_connections=CONNECTIONS_MAX,
            max_keepalive_connections=CONNECTIONS_MAX,
            keepalive_expiry=CALL_SECONDS,
            network_backend=GuardedNetwork(guard, resolve),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._guard.check(str(request.url))
        return await super().handle_async_request(request)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, and the body where it was not longer than we read."""

    status: int
    body: bytes | None


class Outside:
    """Posts to guarded addresses."""

    def __init__(self, guard: Guard, resolve: Resolve = resolved) -> None:
        self._guard = guard
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(guard, resolve), timeout=CALL_SECONDS, follow_redirects=False
        )

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One POST. Raises `Refused` for what the guard forbids, `httpx.HTTPError` or `TimeoutError` for no answer."""
        self._guard.check(url)
        plain = {"accept-encoding": "identity", **headers}
        async with (
            asyncio.timeout(CALL_SECONDS),
            self._client.stream("POST", url, content=body, headers=plain) as response,
        ):
            return Answer(response.status_code, await _read(response))

    async def close(self) -> None:
        await self._client.aclose()


async def _read(response: httpx.Response) -> bytes | None:
    """The body as it came, never unpacked."""
    read = bytearray()
    async for chunk in response.aiter_raw():
        read += chunk
        if len(read) > ANSWER_BYTES_MAX:
            return None
    return bytes(read)
