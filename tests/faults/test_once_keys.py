"""F32 F33: the same request many times, at once and after a kill; many who want the same thing at the same time."""

import asyncio
import os
import signal

from demo.public_api import Refusal
from tests.faults.world import LEADER, READS, World


async def test_f32_the_same_key_after_a_kill_gives_the_same_answer(world: World) -> None:
    operator, building = world.stage.act(READS), world.stage.buildings["东坪一村"][0]
    body = {"category": "sanitation", "description": "同一件事", "building_id": building}
    first = await operator.answer("tickets", "/v1/tickets", body, key="after-a-kill")
    (pid,) = world.instance.pids("tickets-api").values()
    os.kill(pid, signal.SIGKILL)
    world.history.fault("kill tickets-api")
    await asyncio.to_thread(world.instance.start, "tickets-api")
    again = await operator.answer("tickets", "/v1/tickets", body, key="after-a-kill")
    assert again.body == first.body
    await world.keeps_every_promise()


async def test_f33_of_fifty_who_accept_at_once_one_wins(world: World) -> None:
    case, leader = await world.file(), world.stage.act(LEADER)
    revision = (await leader.get("tickets", f"/v1/tickets/{case.id}"))["revision"]

    async def attempt() -> int:
        try:
            await leader.post("tickets", f"/v1/tickets/{case.id}:accept", {}, **{"If-Match": f'"{revision}"'})
        except Refusal as refusal:
            return refusal.status
        return 200

    answered = await asyncio.gather(*(attempt() for _ in range(50)))
    assert answered.count(200) == 1
    assert set(answered) - {200} <= {409, 412, 503}
    await world.keeps_every_promise()
