"""F23: a reader cannot reach its producer. Push carries on; those who take content by pull wait, and heal."""

from urllib.parse import urlsplit

import pytest

from demo.proofs import until
from tests.faults.proxy import Proxy
from tests.faults.rows import one
from tests.faults.world import World


@pytest.mark.slow
async def test_f23_a_reader_cut_off_from_its_producer_lives_on_push(world: World) -> None:
    run = world.instance.run()
    address = urlsplit(run["urls"]["tickets"])
    console = run["databases"]["console"]["owner"]
    async with Proxy(str(address.hostname), int(address.port or 0)) as proxy:
        await world.restarted("console-worker", YIHU_TICKETS_URL=f"http://127.0.0.1:{proxy.port}")
        await world.healed()
        proxy.cut()
        world.history.fault("reader cut from producer")
        case = await world.file()

        async def chronicled() -> bool:
            entries = "SELECT count(*) FROM entries WHERE correlation = $1::uuid"
            return int(await one(console, entries, case.id)) > 0

        await until("push brings the case", chronicled, 20)
        proxy.heal()
        await world.keeps_every_promise()
    await world.restarted("console-worker")


@pytest.mark.slow
async def test_f23_a_doorbell_reader_waits_and_heals(world: World) -> None:
    address = urlsplit(world.instance.run()["urls"]["tickets"])
    async with Proxy(str(address.hostname), int(address.port or 0)) as proxy:
        await world.restarted("funds-worker", YIHU_TICKETS_URL=f"http://127.0.0.1:{proxy.port}")
        proxy.cut()
        world.history.fault("doorbell reader cut from producer")
        await world.a_whole_flow()
        proxy.heal()
        await world.keeps_every_promise()
    await world.restarted("funds-worker")
