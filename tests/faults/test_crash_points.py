"""F1: a process is killed at a declared place, and the flow finishes all the same."""

import asyncio

import pytest

from tests.faults.world import World


@pytest.mark.parametrize(("point", "program"), [("sequence.before_commit", "tickets-worker")])
async def test_f1_a_kill_in_the_feed(world: World, point: str, program: str) -> None:
    await world.armed(program, point)
    flow = asyncio.create_task(world.a_whole_flow())
    await world.died(program)
    await world.disarmed(program)
    await flow
    await world.keeps_every_promise()
