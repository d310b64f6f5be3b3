"""The loader: checks the rows of campaigns and turns them into messages, a bounded step per transaction."""

import asyncio
from uuid import UUID

from chassis.service import Running
from chassis.telemetry import log
from chassis.transaction import is_passing
from services.notify.domain.campaign import State
from services.notify.handlers.campaign_rows import check_step, run_step
from services.notify.settings import settings_of
from services.notify.store import campaigns


async def loading(running: Running) -> None:
    """For as long as the worker lives."""
    while True:
        if not await look(running):
            await asyncio.sleep(settings_of(running).sender_poll_seconds)


async def look(running: Running) -> int:
    """One step of each campaign that has something to do; how many got on."""
    async with running.reading() as tx:
        wanted = await campaigns.working(tx)
    return sum([await _step(running, campaign_id) for campaign_id in wanted])


async def _step(running: Running, campaign_id: UUID) -> bool:
    """A campaign that fails does not hold up the others."""
    try:
        async with running.transaction() as tx:
            campaign = await campaigns.lock_working(tx, campaign_id)
            if campaign is None:
                return False
            if campaign.state is State.LOADING:
                await check_step(campaign, tx)
                return True
            return bool(await run_step(campaign, tx))
    except Exception as error:
        if is_passing(error):
            raise
        log.error("campaigns.step_failed", error=error, campaign=str(campaign_id))
        return False
