"""F7: Redis forgets everything while flows run. Everything arrives all the same."""

import asyncio

from redis.asyncio import Redis

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
