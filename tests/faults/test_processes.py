"""F2 F3 F4 F5: processes die, freeze, and are asked to leave."""

import asyncio
import os
import random
import signal
import time

import pytest

from demo.proofs import until
from demo.public_api import Refusal
from tests.faults.world import READS, World

PROGRAMS = (
    "members-api", "members-worker", "tickets-api", "tickets-worker", "notify-api", "notify-worker", "funds-worker",
    "console-worker",
)  # fmt: skip
SEED = int(os.environ.get("YIHU_SEED") or random.SystemRandom().randint(1, 99_999))
KILLING_SECONDS = 60.0


@pytest.mark.slow
async def test_f2_random_kills_under_load_lose_nothing(world: World) -> None:
    dice, until_then = random.Random(SEED), time.monotonic() + KILLING_SECONDS
    print(f"seed {SEED}: ./yihu check --faults F2 --seed {SEED}")

    async def kills() -> None:
        while time.monotonic() < until_then:
            await asyncio.sleep(dice.uniform(2, 8))
            program = dice.choice(PROGRAMS)
            world.history.fault("random kill", program=program)
            for pid in world.instance.pids(program).values():
                os.kill(pid, signal.SIGKILL)

    killing = asyncio.create_task(kills())
    while time.monotonic() < until_then:
        await filed_whatever_happens(world)
        await asyncio.sleep(0.3)
    await killing
    await world.a_whole_flow()
    await world.keeps_every_promise()


async def filed_whatever_happens(world: World) -> None:
    """A client that asks again with the same key until it gets an answer."""
    key, number = f"again-{time.monotonic_ns()}", world.filed
    world.filed += 1
    stage = world.stage
    body = {"category": "sanitation", "description": f"第{number}件", "building_id": stage.buildings["东坪一村"][0]}

    async def probe() -> bool:
        try:
            await stage.act(READS).post("tickets", "/v1/tickets", body, key=key)
        except (TimeoutError, Refusal, OSError):
            return False
        except Exception as error:
            if type(error).__module__.startswith("httpx"):
                return False
            raise
        return True

    await until("the filing is answered", probe, 60.0)


@pytest.mark.slow
async def test_f3_all_killed_and_started_in_any_order(world: World) -> None:
    cases = [await world.file() for _ in range(3)]
    order = list(PROGRAMS)
    random.Random(SEED).shuffle(order)
    for program in PROGRAMS:
        await world.do("kill", program)
    for program in order:
        await asyncio.to_thread(world.instance.start, program)
    assert len({case.id for case in cases}) == 3
    await world.a_whole_flow()
    await world.keeps_every_promise()


@pytest.mark.slow
@pytest.mark.parametrize("program", ["tickets-worker", "notify-worker"])
async def test_f4_who_sleeps_and_wakes_changes_nothing(world: World, program: str) -> None:
    (pid,) = world.instance.pids(program).values()
    filing = asyncio.create_task(world.flows(3))
    await asyncio.sleep(0.3)
    os.kill(pid, signal.SIGSTOP)
    world.history.fault("frozen", program=program)
    await asyncio.sleep(15)
    os.kill(pid, signal.SIGCONT)
    await filing
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f5_asked_to_leave_it_answers_what_it_has_accepted(world: World) -> None:
    filings = [asyncio.create_task(filed_whatever_happens(world)) for _ in range(20)]
    began = time.monotonic()
    await world.do("stop", "tickets-api")
    assert time.monotonic() - began < 10
    await asyncio.to_thread(world.instance.start, "tickets-api")
    await asyncio.gather(*filings)
    await world.keeps_every_promise()
