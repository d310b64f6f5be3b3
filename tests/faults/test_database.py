"""F14 F18 F34: PostgreSQL stops, a transaction comes late, a row is not what it should be."""

import asyncio
import json
import signal
from uuid import uuid4

import asyncpg
import pytest

from demo.proofs import until
from demo.public_api import Refusal
from tests.faults.rows import one, rows
from tests.faults.test_processes import filed_whatever_happens
from tests.faults.world import READS, World

LATE = "INSERT INTO feed_event (lane, event_id, type, subject, revision, body) VALUES (0, $1, $2, $3, 1, $4)"


@pytest.mark.slow
async def test_f14_postgres_stopped_at_once_answers_503_and_comes_back(world: World) -> None:
    await asyncio.to_thread(world.instance.stop, "postgres", signal.SIGQUIT)
    world.history.fault("postgres stopped at once")
    body = {"category": "sanitation", "description": "停电", "building_id": world.stage.buildings["东坪一村"][0]}
    with pytest.raises(Refusal) as refused:
        await world.stage.act(READS).post("tickets", "/v1/tickets", body)
    await asyncio.to_thread(world.instance.start, "postgres")
    assert refused.value.status == 503
    await filed_whatever_happens(world)
    await world.a_whole_flow()
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f18_a_late_commit_is_not_skipped_and_holds_nobody_up(world: World) -> None:
    run = world.instance.run()
    late = await asyncpg.connect(run["databases"]["tickets"]["owner"])
    example = json.loads(await one(run["databases"]["tickets"]["owner"], "SELECT body FROM feed_event LIMIT 1"))
    event_id, subject = uuid4(), uuid4()
    body = json.dumps(example | {"id": str(event_id), "subject": str(subject), "type": "tickets.nobody_reads.v1"})
    transaction = late.transaction()
    await transaction.start()
    await late.execute(LATE, event_id, "tickets.nobody_reads.v1", subject, body)
    world.history.fault("a transaction stays open")
    await world.a_whole_flow()
    await asyncio.sleep(5)
    await transaction.commit()
    await late.close()

    async def chronicled() -> bool:
        found = await rows(run["databases"]["console"]["owner"], "SELECT 1 FROM entries WHERE event_id = $1", event_id)
        return bool(found)

    await until("the late event is in the chronicle", chronicled, 30)
    await world.keeps_every_promise()


@pytest.mark.slow
@pytest.mark.parametrize("body", ["", "not json", "{}", '{"id": 1e999}', "[" * 200, '{"id": null, "data": NaN}'])
async def test_f34_a_malformed_row_is_parked_and_others_go_on(world: World, body: str) -> None:
    databases, event_id = world.instance.run()["databases"], uuid4()
    connection = await asyncpg.connect(databases["tickets"]["owner"])
    await connection.execute(LATE, event_id, "tickets.ticket_assigned.v1", uuid4(), body)
    await connection.close()
    world.poison.add(str(event_id))
    world.history.fault("malformed row")

    async def parked() -> bool:
        statement = "SELECT 1 FROM parked WHERE event_id = $1"
        return bool(await rows(databases["notify"]["owner"], statement, event_id))

    await until("notify has parked it", parked, 60)
    await world.a_whole_flow()
    await world.keeps_every_promise()
