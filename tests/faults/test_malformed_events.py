"""F34: what is no event, in a row or in Redis. Parked if it is the truth, fetched again if not; others go on."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from demo.proofs import until
from tests.faults.malformed import malformed_row, parked_in
from tests.faults.rows import one, rows
from tests.faults.world import World

NOT_EVENTS = ("", "not json", "{}", "null", '{"id": 1e999}', "[" * 2_000, '{"id": null, "data": NaN}', "\ufffd\u0001")
MISSHAPEN: tuple[dict[str, Any], ...] = (
    {"data": {}},
    {"data": [1]},
    {"data": {"ticket_id": 7}},
    {"type": "tickets.ticket_filed.v9"},
)
FILED = "SELECT body FROM feed_event WHERE type = 'tickets.ticket_filed.v1' ORDER BY ordinal DESC LIMIT 1"


@pytest.mark.slow
async def test_f34_rows_that_are_no_events_are_parked_and_others_go_on(world: World) -> None:
    """Also those of a type that notify reads, with fields that are not what they should be."""
    await world.file()
    filed = json.loads(await one(world.owner("tickets"), FILED))
    not_events = [await malformed_row(world, body) for body in NOT_EVENTS]
    misshapen = []
    for change in MISSHAPEN:
        event_id = uuid4()
        body = json.dumps(filed | {"id": str(event_id), "subject": str(uuid4())} | change)
        misshapen.append(await malformed_row(world, body, event_id=event_id, kind="tickets.misshapen.v1"))
    await world.a_whole_flow()
    await world.healed()
    readers = [await parked_in(world, row) for row in not_events]
    assert all({"notify", "console"} <= found for found in readers), f"passed over without a word: {readers}"
    readers = [await parked_in(world, row) for row in misshapen]
    assert all("notify" in found for found in readers), f"passed over without a word: {readers}"
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f34_what_redis_distorts_is_fetched_again_and_not_parked(world: World) -> None:
    """The entries stand at their true positions, and one reader has yet to read them."""
    await world.programs.away("notify-worker")
    cases, distorted = [await world.file() for _ in range(3)], 0
    async with Redis.from_url(world.redis_url) as redis:
        await until("all is pushed", lambda: pushed(world, redis), 20)
        for key in [key async for key in redis.scan_iter("feed:tickets:*")]:
            entries: Any = await redis.xrange(key)
            await redis.delete(key)
            for number, (position, fields) in enumerate(entries):
                distorted_body = fields[b"e"].replace(b'"data":{', b'"data":{},"was":{', 1)
                body = distorted_body if number % 3 else NOT_EVENTS[number % len(NOT_EVENTS)]
                await redis.xadd(key, {"e": body, "p": fields[b"p"]}, id=position)
                distorted += 1
    world.history.fault("stream distorted")
    assert distorted > 0, "the streams were empty: no bite"
    await world.programs.back("notify-worker")
    await world.settled()
    await asyncio.gather(*(world.leader_takes(case) for case in cases))
    await world.keeps_every_promise()


async def pushed(world: World, redis: Redis) -> bool:
    """Every event has a position, and no stream ends before its lane's head."""
    if await rows(world.owner("tickets"), "SELECT 1 FROM feed_event WHERE position IS NULL"):
        return False
    heads = {row["lane"]: row["position"] for row in await rows(world.owner("tickets"), "SELECT * FROM feed_head")}
    keys = [key async for key in redis.scan_iter("feed:tickets:*")]
    tops = {int(key.split(b":")[2]): (await redis.xinfo_stream(key))["last-generated-id"] for key in keys}
    return bool(tops) and all(int(top.partition(b"-")[0]) == heads[lane] for lane, top in tops.items())
