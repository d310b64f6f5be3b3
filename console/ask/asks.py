"""The asks of one request: under the reader's own rights, in her language, within its budget."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx

from console.ask.client import Answer, Service

Tokens = Callable[[str], Awaitable[str | None]]


async def nobody(audience: str) -> str | None:
    """Residents' pages ask without a token: what they may do is public or held by a code."""
    return None


@dataclass(frozen=True, slots=True)
class Asks:
    """Who asks (her tokens), in what language, and how long one ask may take."""

    services: Mapping[str, Service]
    token: Tokens
    language: str
    seconds: float
    command_seconds: float

    def within(self, seconds: float) -> "Asks":
        return replace(self, seconds=seconds)

    async def read(self, service: str, path: str, **params: Any) -> Answer:
        return await self.services[service].read(
            path, token=await self.token(service), seconds=self.seconds, params=params, language=self.language
        )

    async def query(self, service: str, path: str, body: Mapping[str, Any]) -> Answer:
        return await self.services[service].query(
            path, body, token=await self.token(service), seconds=self.seconds, language=self.language
        )

    async def command(
        self, service: str, path: str, body: Mapping[str, Any], *, key: str, etag: str | None = None
    ) -> Answer:
        return await self.services[service].command(
            path, body, token=await self.token(service), key=key, etag=etag,
            seconds=self.command_seconds, language=self.language,
        )  # fmt: skip

    async def send(self, service: str, path: str, content: bytes, *, key: str) -> Answer:
        """A file's bytes, in the time of a command."""
        return await self.services[service].send(
            path, content, token=await self.token(service), key=key, seconds=self.command_seconds,
            language=self.language,
        )  # fmt: skip

    async def file(self, service: str, path: str, **params: Any) -> httpx.Response:
        """A file, in the time of a command."""
        return await self.services[service].file(
            path, token=await self.token(service), seconds=self.command_seconds, params=params
        )

    async def delete(self, service: str, path: str) -> Answer:
        return await self.services[service].delete(
            path, token=await self.token(service), seconds=self.command_seconds, language=self.language
        )
