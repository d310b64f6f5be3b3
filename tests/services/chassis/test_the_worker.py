"""The loops of a worker on real Redis: push is quick, and its loss costs time only."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count

import msgspec
import pytest

from chassis.carrier import connect
from chassis.feed import Pulled, sequencer
from chassis.reader import Lane
from chassis.worker import _push, _read
from tests.services.chassis.conftest import Pair


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, "it never came true"
        await asyncio.sleep(0.05)


@asynccontextmanager
async def working(pair: Pair, **reader_settings: float) -> AsyncIterator[None]:
    running = pair.reader.running
    running.settings = running.settings.model_copy(update=reader_settings)
    pair.producer.running.worker = True
    parts = [sequencer(pair.producer.running), _push(pair.producer.running), _read(running)]
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_push_alone_carries_every_event_in_order(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the lane is up nothing may be pulled: what arrives came through Redis."""

    async def pulls_nothing(lane: Lane) -> None:
        return None

    async with working(pair):
        await pair.keep(1)

        async def arrived() -> bool:
            return len(await pair.heard()) == 1

        await eventually(arrived)
        await asyncio.sleep(1)
        monkeypatch.setattr(Lane, "pull", pulls_nothing)
        await pair.keep(*range(100, 400))

        async def all_there() -> bool:
            return await pair.heard() == [1, *range(100, 400)]

        await eventually(all_there)


async def test_an_event_is_with_its_reader_in_well_under_a_second(pair: Pair) -> None:
    async with working(pair):
        await pair.keep(1)

        async def first() -> bool:
            return await pair.heard() == [1]

        await eventually(first)
        await asyncio.sleep(1)
        began = asyncio.get_running_loop().time()
        await pair.keep(2)

        async def second() -> bool:
            return await pair.heard() == [1, 2]

        await eventually(second)
        assert asyncio.get_running_loop().time() - began < 3


async def test_flushing_trimming_and_deleting_the_stream_lose_nothing(pair: Pair) -> None:
    redis = connect(str(pair.producer.running.settings.redis_url))
    numbers = count(100)
    kept: list[int] = []
    async with working(pair, feed_pull_every_seconds=0.3):
        for hurt in range(6):
            batch = [next(numbers) for _ in range(40)]
            kept += batch
            await pair.keep(*batch)
            keys = await redis.keys("feed:*")
            if hurt % 3 == 0:
                await redis.flushall()
            elif hurt % 3 == 1 and keys:
                await redis.xtrim(keys[0], maxlen=0, approximate=False)
            elif keys:
                await redis.set(keys[0], "not a stream")

        async def all_there() -> bool:
            return await pair.heard() == kept

        await eventually(all_there, 40)
    await redis.aclose()


async def test_what_cannot_be_applied_yet_is_not_read_again_without_a_pause(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A doorbell reader whose producer is away: Redis holds what it may not take from there."""
    pulls: list[int] = []

    async def unanswered(lane: Lane) -> None:
        pulls.append(lane.number)

    async with working(pair):
        await pair.keep(1)
        await eventually(lambda: has_heard(pair, 1))
        monkeypatch.setattr(Lane, "pull", unanswered)
        monkeypatch.setattr(Lane, "pushed", lambda lane, entries: lane.pull())
        await pair.keep(2)
        await asyncio.sleep(2)
    assert 0 < len(pulls) < 20, pulls


async def has_heard(pair: Pair, count: int) -> bool:
    return len(await pair.heard()) == count


async def test_a_lane_that_has_ended_is_begun_again_while_another_lives(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, fetch = Counter[int](), Lane.fetch

    async def keep(lane: Lane, broker: object) -> None:
        begun[lane.number] += 1
        await asyncio.sleep(0 if lane.number == 1 and begun[1] == 1 else 60)

    async def of_two_lanes(lane: Lane) -> Pulled:
        return msgspec.structs.replace(await fetch(lane), lanes=2)

    monkeypatch.setattr("chassis.worker._keep_lane", keep)
    monkeypatch.setattr(Lane, "fetch", of_two_lanes)

    async def begun_again() -> bool:
        return begun[1] == 2

    async with working(pair):
        await eventually(begun_again)
    assert begun[0] == 1
