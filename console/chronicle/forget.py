"""Entries go after 24 months, in batches."""

import asyncio
from typing import TYPE_CHECKING, cast

from console.settings import ConsoleSettings

if TYPE_CHECKING:
    from chassis.service import Running

EVERY_SECONDS = 3_600.0
_FORGET = (
    "WITH gone AS (DELETE FROM entries WHERE seq IN (SELECT seq FROM entries"
    " WHERE received_at < now() - make_interval(days => $1) ORDER BY seq LIMIT $2) RETURNING 1)"
    " SELECT count(*) FROM gone"
)


async def forgetting(running: "Running") -> None:
    """The worker's only loop of its own."""
    settings = cast(ConsoleSettings, running.settings)
    while True:
        gone = await forget(running, settings.entries_keep_days, settings.forget_batch)
        await asyncio.sleep(0 if gone == settings.forget_batch else EVERY_SECONDS)


async def forget(running: "Running", days: int, limit: int) -> int:
    """One batch; how many went."""
    async with running.database.asking_once() as connection:
        gone: int = await connection.fetchval(_FORGET, days, limit)
    return gone
