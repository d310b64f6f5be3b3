"""F4: who falls asleep inside a transaction or a call, and wakes, changes nothing."""

import asyncio
import time
from datetime import timedelta

import asyncpg
import pytest

from demo.case import Case
from demo.proofs import until
from tests.faults.rows import rows
from tests.faults.world import World

ASLEEP_SECONDS = 30.0
LOCK_FREE_SECONDS_MAX = 15.0  # idle_in_transaction_seconds, and what PostgreSQL takes to notice


async def asleep_sequencing(world: World) -> int:
    """Frozen while it waits for the feed's lock, which we hold; then the lock is let go, and it has it."""
    holder = await asyncpg.connect(world.owner("tickets"))
    async with holder.transaction():
        await holder.execute("LOCK TABLE feed_head IN EXCLUSIVE MODE")
        await world.file()
        await until("the sequencer waits", lambda: somebody_waits(world, "tickets"), 10)
        pid = world.programs.freeze("tickets-worker")
    await holder.close()
    return pid


FILED = (
    "SELECT event_id, lane, position FROM feed_event"
    " WHERE subject = $1::uuid AND type = 'tickets.ticket_filed.v1' AND position IS NOT NULL"
)
MARK = "INSERT INTO once_event (producer, event_id, lane, epoch, position) VALUES ('tickets', $1, $2, 'ours', $3)"


async def asleep_applying(world: World) -> tuple[int, Case]:
    """Frozen while its once-mark waits for ours; then ours is rolled back, and it holds the cursor's row."""
    pid = world.programs.freeze("notify-worker")
    case = await world.file()
    (event,) = await until("it has a position", lambda: rows(world.owner("tickets"), FILED, case.id), 10)
    holder = await asyncpg.connect(world.owner("notify"))
    ours = holder.transaction()
    await ours.start()
    await holder.execute(MARK, event["event_id"], event["lane"], event["position"])
    world.programs.wake(pid)
    await until("the lane's holder waits", lambda: somebody_waits(world, "notify"), 15)
    world.programs.freeze("notify-worker")
    await ours.rollback()
    await holder.close()
    return pid, case


async def somebody_waits(world: World, service: str) -> bool:
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('relation', 'transactionid')"
    return bool(await rows(world.owner(service), waiting))


async def is_free(world: World, service: str, table: str) -> bool:
    try:
        await rows(world.owner(service), f"SELECT 1 FROM {table} FOR UPDATE NOWAIT")
    except asyncpg.LockNotAvailableError:
        return False
    return True


@pytest.mark.slow
async def test_f4_a_sequencer_and_a_lane_holder_asleep_inside_their_transactions(world: World) -> None:
    reader, case = await asleep_applying(world)
    sequencer = await asleep_sequencing(world)
    began = time.monotonic()
    assert not await is_free(world, "tickets", "feed_head"), "nobody sleeps on the feed's lock: no bite"
    assert not await is_free(world, "notify", "feed_cursor"), "nobody sleeps on the cursor's lock: no bite"
    async with world.programs.second("tickets-worker"):
        await until("the feed's lock is free", lambda: is_free(world, "tickets", "feed_head"), LOCK_FREE_SECONDS_MAX)
        await until("the cursor is free", lambda: is_free(world, "notify", "feed_cursor"), LOCK_FREE_SECONDS_MAX)
        await until("another sequencer goes on", lambda: all_sequenced(world), 10)
        await asyncio.sleep(max(ASLEEP_SECONDS - (time.monotonic() - began), 0))
        world.programs.wake(reader, sequencer)
        await world.leader_takes(case)
    await world.a_whole_flow()
    await world.keeps_every_promise()


async def all_sequenced(world: World) -> bool:
    return not await rows(world.owner("tickets"), "SELECT 1 FROM feed_event WHERE position IS NULL")


OUTCOME = (
    "SELECT s.id, m.state, m.attempt, m.possible_duplicate, s.state AS called FROM messages m"
    " JOIN submissions s ON s.message_id = m.id WHERE m.about = $1::uuid ORDER BY s.id"
)


@pytest.mark.slow
async def test_f4_a_sender_asleep_in_a_call_finds_it_settled_and_changes_nothing(world: World) -> None:
    """The provider accepts and reports meanwhile, the lease runs out; the sleeper wakes with an old answer in hand."""
    await world.stage.phones.set_faults(latency_ms=3_000)
    case = await world.file()

    async def states() -> dict[object, tuple[object, ...]]:
        return {row["id"]: tuple(row) for row in await rows(world.owner("notify"), OUTCOME, case.id)}

    async def called() -> bool:
        return any(row[-1] == "claimed" for row in (await states()).values())

    await until("a call is under way", called, 30)
    sleeper = world.programs.freeze("notify-worker")
    held = {call for call, row in (await states()).items() if row[-1] == "claimed"}
    assert held, "the sleeper holds no call: no bite"
    async with world.programs.second("notify-worker"):

        async def settled() -> bool:
            await world.stage.move_clock(timedelta(minutes=1))
            found = await states()
            return all(found[call][-1] == "delivered" for call in held)

        await until("others have settled it", settled, 30)
        before = await states()
        world.programs.wake(sleeper)
        await asyncio.sleep(5)
        after = await states()
        assert {call: after[call] for call in held} == {call: before[call] for call in held}
        await world.leader_takes(case)
    await world.keeps_every_promise()
