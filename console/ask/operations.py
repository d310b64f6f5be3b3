"""How the services are: one health poll for the whole process, told to every page and every stream."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import httpx

from console.ask.asks import Tokens
from console.ask.client import Service

Word = Literal["normal", "slow", "catching_up", "stopped", "unknown"]
SLOW_SECONDS = 1.0
CATCHING_UP_FROM = 5  # events behind
POLL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How one service stands now."""

    service: str
    word: Word
    behind: int = 0
    since: datetime | None = None
    push: bool = True


@dataclass(slots=True)
class Health:
    """The standing of each service, polled every few seconds while anybody looks."""

    services: Mapping[str, Service]
    every_seconds: float
    tokens: Tokens
    standings: dict[str, Standing] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        while True:
            await self.poll()
            await asyncio.sleep(self.every_seconds)

    async def poll(self) -> None:
        before = dict(self.standings)
        ready = await asyncio.gather(*(self._ready(service) for service in self.services.values()))
        lags = await self._lags()
        for service, (answering, seconds) in zip(self.services.values(), ready, strict=True):
            service.mark(answering=answering)
            self.standings[service.name] = _standing(service, answering, seconds, lags.get(service.name, 0))
        self.standings["chronicle"] = Standing("chronicle", _caught_up(lags.get("console", 0)), lags.get("console", 0))
        if self.standings != before:
            self.changed.set()

    def all(self) -> tuple[Standing, ...]:
        names = (*self.services, "chronicle")
        return tuple(self.standings.get(name, Standing(name, "unknown")) for name in names)

    async def _ready(self, service: Service) -> tuple[bool, float]:
        began = time.monotonic()
        try:
            response = await service.http.get("/readyz", timeout=POLL_SECONDS)
        except httpx.HTTPError:
            return False, 0.0
        return response.status_code < 500, time.monotonic() - began

    async def _lags(self) -> dict[str, int]:
        """How far each reader is behind, told by the publishers: known even while the reader is down."""
        lags: dict[str, int] = {}
        for told in await asyncio.gather(*(self._feeds(service) for service in self.services.values())):
            for reader, behind in told.items():
                lags[reader] = lags.get(reader, 0) + behind
        return lags

    async def _feeds(self, service: Service) -> dict[str, int]:
        try:
            token = await self.tokens(service.name)
            headers = {"authorization": f"Bearer {token}"} if token else {}
            response = await service.http.get("/operations/feeds", headers=headers, timeout=POLL_SECONDS)
            response.raise_for_status()
            return _behind(response.json())
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return {}


def _behind(body: Mapping[str, object]) -> dict[str, int]:
    readers = body.get("readers")
    if not isinstance(readers, list):
        return {}
    behind: dict[str, int] = {}
    for reader in readers:
        behind[str(reader["reader"])] = behind.get(str(reader["reader"]), 0) + int(reader["lag"])
    return behind


def _standing(service: Service, answering: bool, seconds: float, behind: int) -> Standing:
    if not answering:
        return Standing(service.name, "stopped", behind, service.away_since or datetime.now(UTC))
    if behind >= CATCHING_UP_FROM:
        return Standing(service.name, "catching_up", behind)
    return Standing(service.name, "slow" if seconds > SLOW_SECONDS else "normal", behind)


def _caught_up(behind: int) -> Word:
    return "catching_up" if behind >= CATCHING_UP_FROM else "normal"
