"""F2 F3 F5: processes die at random, all at once, and are asked to leave."""

import asyncio
import random
import signal
import time
from collections.abc import Awaitable
from datetime import timedelta

import asyncpg
import pytest

from demo.proofs import until
from tests.faults.programs import APIS, WORKERS
from tests.faults.rows import one, rows
from tests.faults.seeds import FRESH_SEED
from tests.faults.world import World

KILLING_SECONDS = 30.0  # for each of two seeds
PEOPLE = 4  # who keep the system busy meanwhile
LEAVES_SECONDS_MAX = 10.0


@pytest.mark.slow
async def test_f2_random_kills_under_load_lose_nothing(world: World, dice: random.Random) -> None:
    await world.at_the_gateway(time_scale=0.02)
    ends_at, kills = time.monotonic() + KILLING_SECONDS, 0
    people = [asyncio.create_task(busy(world, ends_at)) for _ in range(PEOPLE)]
    clock = asyncio.create_task(leases_run_out(world))
    while time.monotonic() < ends_at:
        await asyncio.sleep(dice.uniform(2, 8))
        world.programs.kill(dice.choice((*WORKERS, *APIS)))
        kills += 1
    try:
        await asyncio.gather(*people)
    finally:
        clock.cancel()
    assert kills >= KILLING_SECONDS / 8 - 1
    await world.programs.answering(*WORKERS, *APIS)
    await world.settled()
    await world.keeps_every_promise()


async def busy(world: World, ends_at: float) -> None:
    """Files, gives, waits for the leader's text and answers it; asks again whenever nobody answers."""
    while time.monotonic() < ends_at:
        case = await world.file(patiently=True)
        await world.give()
        await world.leader_takes(case, within_seconds=150)


async def leases_run_out(world: World) -> None:
    """What a killed process had claimed is settled when its lease is over: let that be soon."""
    while True:
        await asyncio.sleep(4)
        await world.stage.move_clock(timedelta(minutes=1))


@pytest.mark.slow
async def test_f3_all_killed_and_started_in_any_order(world: World) -> None:
    print(f"seed {FRESH_SEED}: ./yihu check --faults F3 --seed {FRESH_SEED}")
    everything = ["postgres", "redis", "gateway", *WORKERS, *APIS]
    cases = [await world.file() for _ in range(4)]
    world.programs.hold(*everything)
    for name in everything:
        world.programs.kill(name)
    for name in everything:
        assert await asyncio.to_thread(world.instance.wait_dead, name), f"{name} lives"
    random.Random(FRESH_SEED).shuffle(everything)
    for name in everything:
        world.programs.release(name)
        await asyncio.sleep(0.3)
    await world.programs.back(*everything)
    await world.settled()
    await asyncio.gather(*(world.leader_takes(case) for case in cases))
    await world.keeps_every_promise()


ACCEPTED = 6


@pytest.mark.slow
async def test_f5_asked_to_leave_it_answers_what_it_has_accepted(world: World) -> None:
    """Requests held up in the middle by a lock of ours are answered before the process ends."""
    blocker = await asyncpg.connect(world.owner("tickets"))
    async with blocker.transaction():
        await blocker.execute("LOCK TABLE tickets IN SHARE MODE")
        filings = [asyncio.create_task(world.file()) for _ in range(ACCEPTED)]
        await until("all wait", lambda: waiting(world, ACCEPTED), 5)
        leaving = asyncio.create_task(timed(world.programs.away("tickets-api", signal.SIGTERM)))
        await asyncio.sleep(0.5)
    await blocker.close()
    cases = await asyncio.gather(*filings)
    assert await leaving < LEAVES_SECONDS_MAX
    await world.programs.back("tickets-api")
    await asyncio.gather(*(world.leader_takes(case) for case in cases))
    await world.keeps_every_promise()


async def waiting(world: World, many: int) -> bool:
    blocked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'tickets'::regclass"
    return int(await one(world.owner("tickets"), blocked)) >= many


CALLED = (
    "SELECT 1 FROM messages m JOIN submissions s ON s.message_id = m.id"
    " WHERE m.about = $1::uuid AND s.state = 'claimed'"
)


async def timed(act: Awaitable[None]) -> float:
    began = time.monotonic()
    await act
    return time.monotonic() - began


@pytest.mark.slow
async def test_f5_asked_to_leave_the_sender_records_the_calls_it_has_made(world: World) -> None:
    await world.stage.phones.set_faults(latency_ms=2_000)
    case = await world.file()
    state = (
        "SELECT m.id FROM messages m JOIN submissions s ON s.message_id = m.id WHERE m.about = $1::uuid AND s.state = "
    )

    async def called() -> bool:
        return bool(await rows(world.owner("notify"), f"{state}'claimed'", case.id))

    await until("a call is under way", called, 30)
    assert await timed(world.programs.away("notify-worker", signal.SIGTERM)) < LEAVES_SECONDS_MAX
    assert not await called(), "it left a call without writing what came of it"
    await world.programs.back("notify-worker")
    await world.leader_takes(case)
    await world.keeps_every_promise()
