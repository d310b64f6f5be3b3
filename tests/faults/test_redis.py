"""F6 F7 F9 F10 F21: Redis dies, forgets, is absent, lies, or cannot be reached. Everything arrives all the same."""

import asyncio
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis

from tests.faults.proxy import Proxy, Way
from tests.faults.world import World


async def streams(redis: Redis) -> list[bytes]:
    return [key async for key in redis.scan_iter("feed:*")]


async def test_f7_a_flushed_redis_loses_nothing_of_ours(world: World) -> None:
    flows = asyncio.create_task(world.flows(4))
    async with Redis.from_url(world.instance.run()["redis_url"]) as redis:
        lost = 0
        for _ in range(3):
            lost += sum([await redis.xlen(key) for key in await streams(redis)])
            await redis.flushall()
            world.history.fault("FLUSHALL")
            await asyncio.sleep(0.5)
    await flows
    assert lost > 0, "Redis had nothing to lose: the fault had no bite"
    await world.keeps_every_promise()


async def test_f9_without_redis_a_whole_flow_arrives_by_pull(world: World) -> None:
    await world.do("stop", "redis")
    for program in ("tickets-worker", "notify-worker"):
        await world.restarted(program)
    try:
        await world.a_whole_flow()
    finally:
        await asyncio.to_thread(world.instance.start, "redis")
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f6_a_killed_redis_comes_back_with_its_data(world: World) -> None:
    flows = asyncio.create_task(world.flows(4))
    await world.do("kill", "redis")
    await asyncio.sleep(1)
    await asyncio.to_thread(world.instance.start, "redis")
    await flows
    await world.keeps_every_promise()


@pytest.mark.slow
@pytest.mark.parametrize("lie", ["trimmed", "deleted", "wrong_type", "higher_id", "junk"])
async def test_f10_a_stream_that_lies_is_not_believed(world: World, lie: str) -> None:
    async with Redis.from_url(world.instance.run()["redis_url"]) as redis:
        await world.a_whole_flow()
        for key in [key for key in await streams(redis) if b"tickets" in key]:
            await tell_a_lie(redis, key, lie)
            world.history.fault(f"stream {lie}")
        await world.flows(2)
    await world.keeps_every_promise()


async def tell_a_lie(redis: Redis, key: bytes, lie: str) -> None:
    top = int((await redis.xinfo_stream(key))["last-generated-id"].partition(b"-")[0])
    if lie == "trimmed":
        await redis.xtrim(key, maxlen=0, approximate=False)
    elif lie == "deleted":
        await redis.delete(key)
    elif lie == "wrong_type":
        await redis.delete(key)
        await redis.set(key, "not a stream")
    elif lie == "higher_id":
        await redis.xadd(key, {"e": "{}", "p": ""}, id=f"{top + 1_000}-0")
    else:
        await redis.xadd(key, {"e": "\x00 no event", "p": "nobody"}, id=f"{top + 1}-0")


@pytest.mark.slow
@pytest.mark.parametrize("ways", [(), tuple(Way), (Way.TO_CLIENT,)], ids=["cut", "black_hole", "one_way"])
async def test_f21_a_service_cut_off_from_redis_goes_on(world: World, ways: tuple[Way, ...]) -> None:
    address = urlsplit(world.instance.run()["redis_url"])
    async with Proxy(str(address.hostname), int(address.port or 0)) as proxy:
        between = address._replace(netloc=address.netloc.replace(str(address.port), str(proxy.port))).geturl()
        await world.restarted("notify-worker", YIHU_REDIS_URL=between)
        await world.a_whole_flow()
        assert proxy.carried_bytes[Way.TO_TARGET] > 0, "nothing went through the proxy"
        world.history.fault("redis cut" if not ways else f"redis black hole {len(ways)}")
        proxy.black_hole(*ways) if ways else proxy.cut()
        await world.flows(2)
        proxy.heal()
        await world.keeps_every_promise()
    await world.restarted("notify-worker")
