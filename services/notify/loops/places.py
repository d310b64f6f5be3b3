"""The places for calls that one process has at each provider: as many as its row says, some of them kept for codes."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping

from services.notify.domain.provider import Provider
from services.notify.handlers.carrying import Room


class Places:
    """Who is busy with how many calls. `kept` places of each provider are left for codes."""

    def __init__(self) -> None:
        self.providers: Mapping[str, Provider] = {}
        self.busy: Counter[str] = Counter()
        self._freed = asyncio.Event()

    def total(self, kept: int) -> int:
        """All places there are."""
        return sum(max(0, provider.in_flight - kept) for provider in self.providers.values())

    def free(self, kept: int = 0) -> int:
        """Free places over all providers."""
        return sum(room.places for room in self.room(kept).values())

    def room(self, kept: int) -> dict[str, Room]:
        """Free places at each provider."""
        known = self.providers.items()
        return {name: Room(max(0, provider.in_flight - kept - self.busy[name])) for name, provider in known}

    async def until(self, places: int, kept: int) -> None:
        """Wait until so many are free."""
        while self.free(kept) < places:
            self._freed.clear()
            await self._freed.wait()

    def give_back(self, providers: Iterable[str]) -> None:
        """Calls that have ended, and whose answers are written."""
        self.busy.subtract(providers)
        self._freed.set()
