"""The hourly look for words whose time is over, in steps small enough to hold nobody up."""

import asyncio

from chassis.service import Running
from chassis.telemetry import log
from services.notify.handlers.retention import (
    forget_counts,
    forget_deliveries,
    forget_received,
    forget_sent,
    forget_trays,
)
from services.notify.settings import settings_of


async def forgetting(running: Running) -> None:
    """For as long as the worker lives."""
    while True:
        gone = await forget(running)
        if gone:
            log.info("notify.words_destroyed", many=gone)
        await asyncio.sleep(settings_of(running).retention_every_seconds)


async def forget(running: Running) -> int:
    """Everything that is due, a step per transaction; how many texts lost their words."""
    gone = 0
    for step in (forget_sent, forget_received, forget_trays, forget_deliveries, forget_counts):
        while True:
            async with running.transaction() as tx:
                many = await step(tx)
            gone += many
            if many < settings_of(running).retention_batch:
                break
    return gone
