"""F6 F7 F9 F10 F21: Redis dies, forgets, is absent, lies, or cannot be reached. Everything arrives all the same."""

import asyncio
import shutil
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from tests.faults.programs import WORKERS
from tests.faults.proxy import Way
from tests.faults.rows import rows
from tests.faults.world import World


@pytest.fixture
async def redis(world: World) -> AsyncIterator[Redis]:
    async with Redis.from_url(world.redis_url) as client:
        yield client


async def held(redis: Redis) -> int:
    return sum([await redis.xlen(key) for key in await streams(redis)])


async def streams(redis: Redis, producer: str = "*") -> list[bytes]:
    return [key async for key in redis.scan_iter(f"feed:{producer}:*")]


async def test_f7_a_flushed_redis_loses_nothing_of_ours(world: World, redis: Redis) -> None:
    flows, lost = asyncio.create_task(world.flows(4)), 0
    for _ in range(3):
        lost += await held(redis)
        await redis.flushall()
        world.history.fault("FLUSHALL")
        await asyncio.sleep(0.5)
    await flows
    assert lost > 0, "Redis had nothing to lose: the fault had no bite"
    await world.keeps_every_promise()


async def test_f7_a_redis_that_comes_back_without_its_memory_loses_nothing_of_ours(world: World, redis: Redis) -> None:
    await world.programs.away("notify-worker")
    cases = [await world.file() for _ in range(3)]
    lost = await held(redis)
    await world.programs.away("redis")
    shutil.rmtree(world.instance.directory / "redis")
    await world.programs.back("redis", "notify-worker")
    assert lost > 0, "Redis had nothing to lose: the fault had no bite"
    await world.settled()
    await asyncio.gather(*(world.leader_takes(case) for case in cases))
    await world.keeps_every_promise()


async def test_f9_without_redis_at_start_and_throughout_a_flow_arrives_by_pull(world: World) -> None:
    await world.programs.away("redis")
    await world.programs.as_usual(*WORKERS)
    await world.settled()
    await world.a_whole_flow()
    assert not world.instance.pids("redis"), "Redis was there"
    await world.programs.back("redis")
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f6_a_killed_redis_comes_back_with_its_data(world: World, redis: Redis) -> None:
    flows = asyncio.create_task(world.flows(4))
    before = await held(redis)
    await world.programs.away("redis")
    await asyncio.sleep(1)
    await world.programs.back("redis")
    async with Redis.from_url(world.redis_url) as again:
        assert await held(again) >= before > 0, "Redis did not keep its data: that is F7"
    await flows
    await world.keeps_every_promise()


@pytest.mark.slow
@pytest.mark.parametrize("lie", ["trimmed", "deleted"])
async def test_f10_what_is_gone_from_a_stream_is_pulled(world: World, redis: Redis, lie: str) -> None:
    await world.programs.away("notify-worker")
    cases, lost = [await world.file() for _ in range(3)], 0
    for key in await streams(redis, "tickets"):
        lost += await redis.xlen(key)
        await (redis.xtrim(key, maxlen=0, approximate=False) if lie == "trimmed" else redis.delete(key))
        world.history.fault(f"stream {lie}")
    assert lost > 0, "the streams were empty: the fault had no bite"
    await world.programs.back("notify-worker")
    await world.settled()
    await asyncio.gather(*(world.leader_takes(case) for case in cases))
    await world.keeps_every_promise()


@pytest.mark.slow
@pytest.mark.parametrize(("lie", "alarm"), [("wrong_type", "feed.not_a_stream"), ("higher_id", "feed.redis_ahead")])
async def test_f10_a_stream_that_cannot_be_is_noticed_and_made_anew(
    world: World, redis: Redis, lie: str, alarm: str
) -> None:
    await world.healed()
    alarms = world.programs.log("tickets-worker").count(alarm)
    for key in await streams(redis, "tickets"):
        top = await top_of(redis, key)
        if lie == "wrong_type":
            await redis.delete(key)
            await redis.set(key, "not a stream")
        else:
            await redis.xadd(key, {"e": "{}", "p": ""}, id=f"{top + 1_000}-0")
        world.history.fault(f"stream {lie}")
    await world.flows(2)
    await asyncio.sleep(6)  # the pusher looks every five seconds
    await world.flows(2)
    assert world.programs.log("tickets-worker").count(alarm) > alarms, "nobody was alarmed"
    for key in await streams(redis, "tickets"):
        assert await redis.type(key) == b"stream"
    await world.keeps_every_promise()


async def top_of(redis: Redis, key: bytes) -> int:
    return int((await redis.xinfo_stream(key))["last-generated-id"].partition(b"-")[0])


JUNK = ("\x00 no event", "", "{}", '{"id": 1e999}', "[" * 5_000)


@pytest.mark.slow
@pytest.mark.parametrize("ahead_of_the_readers", [False, True], ids=["before_their_eyes", "while_they_are_away"])
async def test_f10_junk_never_takes_the_place_of_the_truth(
    world: World, redis: Redis, ahead_of_the_readers: bool
) -> None:
    """Junk stands in the stream where the next events belong, so that these cannot be pushed."""
    await world.healed()
    readers = ("notify-worker", "console-worker", "funds-worker")
    if ahead_of_the_readers:
        await asyncio.gather(*(world.programs.away(reader) for reader in readers))
    planted = {}
    for key in await streams(redis, "tickets"):
        top = planted[int(key.split(b":")[2])] = await top_of(redis, key)
        for number, junk in enumerate(JUNK, start=1):
            await redis.xadd(key, {"e": junk, "p": "nobody"}, id=f"{top + number}-0")
        world.history.fault("junk in a stream")
    cases = [await world.file() for _ in range(6)]
    await world.programs.back(*readers)
    await world.settled()
    await asyncio.gather(*(world.leader_takes(case) for case in cases))
    heads = {row["lane"]: row["position"] for row in await rows(world.owner("tickets"), "SELECT * FROM feed_head")}
    if not ahead_of_the_readers:
        assert "feed.push_unreadable" in world.programs.log("console-worker"), "no reader ever saw it: no bite"
    assert any(heads[lane] > top for lane, top in planted.items()), "no event ever met the junk: no bite"
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f21_programs_cut_off_from_redis_go_on(world: World) -> None:
    """The writer of a stream and its reader: cut, a black hole both ways, and one that lets questions through."""
    between = world.programs.led_through("YIHU_REDIS_URL", world.redis_url, ["tickets-worker", "notify-worker"])
    async with between as proxy:
        await world.settled()
        for ways in ((), tuple(Way), (Way.TO_CLIENT,)):
            await world.a_whole_flow()
            carried = sum(proxy.carried_bytes.values())
            assert carried > 0, "nothing went through the proxy"
            proxy.black_hole(*ways) if ways else proxy.cut()
            world.history.fault(f"redis {'black hole, ' + str(len(ways)) + ' ways' if ways else 'cut'}")
            await world.flows(2)
            refused, swallowed = proxy.refused, sum(proxy.swallowed_bytes.values())
            assert swallowed > 0 if ways else refused > 0, "nothing met the fault"
            proxy.heal()
        await world.keeps_every_promise()
