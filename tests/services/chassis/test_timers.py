"""A timer fires once, at its time; what fails is tried again and then stands parked."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from chassis.asking import Unanswered
from chassis.timers import DueTimer, Timer, fire_due
from chassis.transaction import Transaction
from tests.services.chassis.conftest import Pair


def recording(fired: list[str]) -> Callable[[DueTimer, Transaction], Awaitable[None]]:
    async def handler(timer: DueTimer, tx: Transaction) -> None:
        fired.append(f"{timer.key}:{timer.data['n']}")

    return handler


async def set_timer(pair: Pair, key: str, n: int, **later: float) -> None:
    async with pair.reader.transaction() as tx:
        await tx.set_timer("ring", key, tx.now + timedelta(**later), {"n": n})


async def test_it_fires_at_its_time_and_once_however_many_look(pair: Pair) -> None:
    fired: list[str] = []
    timers = {"ring": Timer("ring", recording(fired))}
    await set_timer(pair, "a", 1, hours=1)
    await fire_due(pair.reader.running, timers)
    assert fired == []
    await pair.reader.sql("UPDATE clock SET shift = interval '1 hour'")
    await asyncio.gather(*[fire_due(pair.reader.running, timers) for _ in range(5)])
    assert fired == ["a:1"]


async def test_setting_it_again_replaces_it_and_cancelling_forgets_it(pair: Pair) -> None:
    fired: list[str] = []
    await set_timer(pair, "a", 1, seconds=-1)
    await set_timer(pair, "a", 2, seconds=-1)
    await set_timer(pair, "b", 3, seconds=-1)
    async with pair.reader.transaction() as tx:
        await tx.cancel_timer("ring", "b")
    await fire_due(pair.reader.running, {"ring": Timer("ring", recording(fired))})
    assert fired == ["a:2"]


async def test_a_handler_that_fails_leaves_nothing_and_is_parked_in_the_end(pair: Pair) -> None:
    async def fail(timer: DueTimer, tx: Transaction) -> None:
        await tx.execute(text("INSERT INTO heard VALUES (gen_random_uuid(), gen_random_uuid(), 1)"))
        raise ValueError("no")

    await set_timer(pair, "a", 1, seconds=-1)
    for _ in range(6):
        await pair.reader.sql("UPDATE timer SET claimed_until = NULL")
        await fire_due(pair.reader.running, {"ring": Timer("ring", fail)})
    (row,) = await pair.reader.sql("SELECT attempts, parked_at, reason FROM timer")
    assert (row["attempts"], row["reason"], row["parked_at"] is None) == (5, "ValueError", False)
    assert await pair.heard() == []


async def test_what_must_be_asked_first_is_asked_outside_and_its_absence_is_an_answer(pair: Pair) -> None:
    seen: list[Any] = []

    async def ask(timer: DueTimer, running: object) -> object:
        if timer.key == "away":
            raise Unanswered("members", 0, "no_answer")
        return 42

    async def handler(timer: DueTimer, tx: Transaction, answer: object) -> None:
        seen.append(answer if isinstance(answer, int) else type(answer).__name__)

    await set_timer(pair, "away", 1, seconds=-2)
    await set_timer(pair, "there", 1, seconds=-1)
    await fire_due(pair.reader.running, {"ring": Timer("ring", handler, ask=ask)})
    assert seen == ["Unanswered", 42]


async def test_a_timer_that_kills_its_worker_is_parked_and_the_others_fire(pair: Pair) -> None:
    fired: list[str] = []
    await set_timer(pair, "killer", 1, seconds=-2)
    await set_timer(pair, "other", 2, seconds=-1)
    await pair.reader.sql("UPDATE timer SET attempts = 5 WHERE key = 'killer'")
    await fire_due(pair.reader.running, {"ring": Timer("ring", recording(fired))})
    assert fired == ["other:2"]
    (row,) = await pair.reader.sql("SELECT reason FROM timer WHERE key = 'killer'")
    assert row["reason"] == "process_died"
