"""A command that is cancelled leaves nothing behind on the connection it used."""

import asyncio
import contextlib

from tests.services.chassis.conftest import Pair

TIMES = 300


async def test_a_connection_whose_user_was_cancelled_is_never_inside_a_transaction(pair: Pair) -> None:
    running = pair.reader.running
    handed_out_clean = []

    async def reads() -> None:
        async with running.reading() as tx:
            await tx.driver.fetchval("SELECT pg_sleep(0.001)")

    for number in range(TIMES):
        task = asyncio.create_task(reads())
        await asyncio.sleep(number % 30 / 10_000)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        async with running.database.asking_once() as driver:
            now, transaction = await driver.fetchrow("SELECT now(), pg_current_xact_id_if_assigned() IS NULL")
            handed_out_clean.append(await driver.fetchval("SELECT now()") > now and transaction)
    assert handed_out_clean == [True] * TIMES
