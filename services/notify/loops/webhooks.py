"""The loop of webhooks: look into our own feed, call who is due, write what they said.

No transaction is open while anybody is called.
"""

import asyncio
import time
from typing import Final

from chassis.service import Running
from services.notify.channels import webhook
from services.notify.channels.guard import Outside
from services.notify.handlers import webhook_deliveries
from services.notify.handlers.webhook_deliveries import Answered, Call
from services.notify.settings import settings_of

CALLS_AT_ONCE: Final = 20
REST_SECONDS: Final = 0.5


class WebhookLoop:
    """One process's share of telling other systems."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.outside = Outside(settings_of(running).guard)

    async def run(self) -> None:
        """For as long as the worker lives."""
        try:
            while True:
                if not await self.gather() and not await self.deliver_due():
                    await asyncio.sleep(REST_SECONDS)
        finally:
            await self.outside.close()

    async def gather(self) -> int:
        """New deliveries from what was announced; how many lanes had something new."""
        async with self.running.transaction() as tx:
            return await webhook_deliveries.gather(tx)

    async def deliver_due(self) -> int:
        """Claim, call, record; how many calls were made."""
        async with self.running.transaction() as tx:
            calls = await webhook_deliveries.claim(CALLS_AT_ONCE, tx)
        if not calls:
            return 0
        answered = await asyncio.gather(*(self._call(call) for call in calls))
        async with self.running.transaction() as tx:
            await webhook_deliveries.record(answered, tx)
        return len(calls)

    async def _call(self, call: Call) -> Answered:
        outcome = await webhook.post(self.outside, call.post, int(time.time()))
        return Answered(call.delivery_id, call.endpoint_id, outcome)
