"""F23: a reader cannot reach its producer. Push carries on; those who take content by pull wait, and heal."""

import asyncio

import pytest

from demo.proofs import until
from tests.faults.rows import one, rows
from tests.faults.world import World

CUT_SECONDS = 5
QUESTIONS_PER_SECOND_MAX = 30  # two lanes and an idle look every half second come to a handful


@pytest.mark.slow
async def test_f23_cut_from_the_producer_push_carries_on_and_doorbell_readers_wait(world: World) -> None:
    readers = ["console-worker", "funds-worker"]
    tickets = world.instance.run()["urls"]["tickets"]
    async with world.programs.led_through("YIHU_TICKETS_URL", tickets, readers) as proxy:
        await world.healed()
        await asyncio.sleep(1)
        waiting = await cursor(world, "funds")
        proxy.cut()
        world.history.fault("readers cut from producer")
        case = await world.file()
        await until("push brings the case", lambda: chronicled(world, case.id), 20)
        await asyncio.sleep(CUT_SECONDS)
        assert proxy.refused > 0, "nobody asked: the fault had no bite"
        assert proxy.refused < CUT_SECONDS * QUESTIONS_PER_SECOND_MAX, "asked again and again without a pause"
        assert await cursor(world, "funds") == waiting, "a doorbell reader believed Redis"
        proxy.heal()
        await world.leader_takes(case)
        await world.keeps_every_promise()
        assert await cursor(world, "funds") > waiting


async def cursor(world: World, reader: str) -> int:
    return int(await one(world.owner(reader), "SELECT sum(position) FROM feed_cursor WHERE producer = 'tickets'"))


async def chronicled(world: World, case_id: str) -> bool:
    return bool(await rows(world.owner("console"), "SELECT 1 FROM entries WHERE correlation = $1::uuid", case_id))
