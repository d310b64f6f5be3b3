"""Who watches which tray: one LISTEN per process, however many look."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

from chassis.refused import Refused
from chassis.service import Running
from services.notify.store.tray import CHANNEL

_STATE = "tray_watch"
RETRY_SECONDS = 5


class TrayWatch:
    """Wakes the watchers of a person when her tray has changed; a connection that broke is opened again."""

    def __init__(self, running: Running, most: int) -> None:
        self._running, self._most = running, most
        self._watchers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._connection: Any = None
        self._opening = asyncio.Lock()

    @classmethod
    def of(cls, running: Running, most: int) -> "TrayWatch":
        """The one of this process."""
        watch: TrayWatch = running.state.setdefault(_STATE, cls(running, most))
        return watch

    @asynccontextmanager
    async def watching(self, person_id: UUID) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever this person's tray changes. 503 when too many are watching already."""
        if sum(map(len, self._watchers.values())) >= self._most:
            raise Refused("too_busy", status=503, retry_after=RETRY_SECONDS)
        woken = asyncio.Event()
        self._watchers[str(person_id)].add(woken)
        try:
            await self._listen()
            yield woken
        finally:
            self._watchers[str(person_id)].discard(woken)
            if not self._watchers[str(person_id)]:
                del self._watchers[str(person_id)]
            if not self._watchers:
                await self.close()

    async def _listen(self) -> None:
        async with self._opening:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._running.database.direct()
                await self._connection.add_listener(CHANNEL, self._told)

    def _told(self, _connection: object, _pid: int, _channel: str, person: str) -> None:
        for woken in self._watchers.get(person, ()):
            woken.set()

    async def close(self) -> None:
        """Nobody watches any more."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(OSError):
                await connection.close()
