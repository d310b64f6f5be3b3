"""What is due in somebody's tray: find its words, put it there. No provider, no address, no hours: it wakes nobody."""

import asyncio
import time
from typing import Final
from uuid import UUID

from chassis.asking import Unanswered
from chassis.service import Running
from chassis.telemetry import log
from services.notify.handlers import tray
from services.notify.loops.addresses import Addresses
from services.notify.settings import settings_of
from services.notify.store import tray_messages

BATCH: Final = 200
ASK_AGAIN_SECONDS: Final = 5.0


class TrayLoop:
    """One process's share of filling trays."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.addresses = Addresses(running)
        self.waiting: dict[UUID, float] = {}

    async def run(self) -> None:
        """For as long as the worker lives."""
        while True:
            if await self.deliver_due() < BATCH:
                await asyncio.sleep(settings_of(self.running).sender_poll_seconds)

    async def deliver_due(self) -> int:
        """One batch; one whose words nobody can tell just now does not hold up the others. Returns how many landed."""
        now = time.monotonic()
        self.waiting = {one: until for one, until in self.waiting.items() if until > now}
        async with self.running.reading() as tx:
            due = await tray_messages.due_for_tray(tx, limit=BATCH, apart=list(self.waiting))
        if not due:
            return 0
        try:
            words = await self.addresses.words(due)
        except Unanswered as error:
            log.error("tray.words_unanswered", code=error.code)
            words = {}
        self.waiting |= {m.id: now + ASK_AGAIN_SECONDS for m in due if m.id not in words}
        async with self.running.transaction() as tx:
            return await tray.deliver(words, tx)
