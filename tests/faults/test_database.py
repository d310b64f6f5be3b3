"""F14 F18: PostgreSQL stops, or loses a process; a transaction stays open and commits late."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

import asyncpg
import pytest

from demo.proofs import until
from tests.faults.rows import one, rows
from tests.faults.world import World

OPEN_SECONDS = 10.0


async def stopped_at_once(world: World) -> None:
    await world.programs.away("postgres", signal.SIGQUIT)
    await asyncio.sleep(1)
    await world.programs.back("postgres")


async def postmaster_killed(world: World) -> None:
    """Its children notice and end; nobody shuts anything down."""
    await world.programs.away("postgres", signal.SIGKILL)
    await world.programs.back("postgres")


async def backend_killed(world: World) -> None:
    """PostgreSQL answers the death of one backend by ending all of them."""
    os.kill(await a_backend(world), signal.SIGKILL)
    world.history.fault("SIGKILL one backend")


async def sessions_ended(world: World) -> None:
    """What an operator's failover does."""
    others = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
    )
    for service in ("tickets", "notify", "funds", "members"):
        app = world.instance.run()["databases"][service]["app"]
        assert await one(app, others) > 0, f"{service} had no session: no bite"
    world.history.fault("all sessions ended")


async def a_backend(world: World) -> int:
    others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() LIMIT 1"
    return int(await one(world.owner("tickets"), others))


@pytest.mark.slow
@pytest.mark.parametrize("fault", [stopped_at_once, postmaster_killed, backend_killed, sessions_ended])
async def test_f14_without_postgres_the_answer_is_503_and_all_come_back(
    world: World, fault: Callable[[World], Awaitable[None]]
) -> None:
    began, stop = time.monotonic(), asyncio.Event()
    people = [asyncio.create_task(keep_asking(world, stop)) for _ in range(3)]
    await asyncio.sleep(0.5)
    await fault(world)
    await asyncio.sleep(1)
    stop.set()
    await asyncio.gather(*people)
    await world.settled()
    await world.a_whole_flow()
    refused = [
        row["status"] for row in world.history.rows("request") if row["at"] > began and row.get("status", 0) >= 400
    ]
    assert set(refused) <= {409, 503}, f"not 503: {sorted(set(refused))}"
    if fault in (stopped_at_once, postmaster_killed):
        assert 503 in refused, "nobody was refused: no bite"
    await world.keeps_every_promise()


async def keep_asking(world: World, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await world.file(patiently=True)
        await world.give()


LATE = "INSERT INTO feed_event (lane, event_id, type, subject, revision, body) VALUES (0, $1, $2, $3, 1, $4)"


@pytest.mark.slow
async def test_f18_a_late_commit_is_not_skipped_and_holds_nobody_up(world: World) -> None:
    """Its ordinal was drawn before those of everybody who committed meanwhile."""
    tickets, event_id, subject = world.owner("tickets"), uuid4(), uuid4()
    example = json.loads(await one(tickets, "SELECT body FROM feed_event ORDER BY ordinal DESC LIMIT 1"))
    body = json.dumps(example | {"id": str(event_id), "subject": str(subject), "type": "tickets.nobody_reads.v1"})
    late = await asyncpg.connect(tickets)
    transaction = late.transaction()
    await transaction.start()
    await late.execute(LATE, event_id, "tickets.nobody_reads.v1", subject, body)
    world.history.fault("a transaction stays open")
    began = time.monotonic()
    await world.flows(2)
    await world.healed()
    await asyncio.sleep(max(OPEN_SECONDS - (time.monotonic() - began), 0))
    await transaction.commit()
    await late.close()
    passed = "SELECT count(*) FROM feed_event WHERE ordinal > (SELECT ordinal FROM feed_event WHERE event_id = $1)"
    assert await one(tickets, passed, event_id) > 0, "nobody overtook it: no bite"

    async def chronicled() -> bool:
        return bool(await rows(world.owner("console"), "SELECT 1 FROM entries WHERE event_id = $1", event_id))

    await until("the late event is in the chronicle", chronicled, 30)
    await world.keeps_every_promise()
