"""Many at once, one winner: accepting, assigning, answering."""

import asyncio
from typing import Any

from demo.public_api import Refusal
from demo.stage import Stage
from tests.flows.matters import LEADER, READS, a_complaint

CLIENTS = 20


async def at_once(attempts: list[Any]) -> list[int]:
    async def status(attempt: Any) -> int:
        try:
            await attempt
        except Refusal as refusal:
            return refusal.status
        return 200

    return list(await asyncio.gather(*map(status, attempts)))


async def test_of_many_who_accept_at_once_one_wins(stage: Stage) -> None:
    case = await a_complaint(stage, door=8)
    leader, path = stage.act(LEADER), f"/v1/tickets/{case.id}:accept"
    revision = (await leader.get("tickets", f"/v1/tickets/{case.id}"))["revision"]
    header = {"If-Match": f'"{revision}"'}
    answered = await at_once([leader.post("tickets", path, {}, **header) for _ in range(CLIENTS)])
    assert answered.count(200) == 1
    assert set(answered) - {200} <= {409, 412, 503}


async def test_of_many_who_assign_at_once_one_wins(stage: Stage) -> None:
    case = await a_complaint(stage, door=9)
    operator, path = stage.act(READS), f"/v1/tickets/{case.id}:assign"
    revision = (await operator.get("tickets", f"/v1/tickets/{case.id}"))["revision"]
    header, body = {"If-Match": f'"{revision}"'}, {"group_id": stage.groups["邻里互助"], "reason": "就近"}
    answered = await at_once([operator.post("tickets", path, body, **header) for _ in range(CLIENTS)])
    assert answered.count(200) == 1
    assert set(answered) - {200} <= {409, 412, 503}
