"""A leader who answers 2, or returns the case on her screen, gives it back to the operator's desk."""

import pytest

from demo.casework import reaches, text_about
from demo.public_api import Refusal
from demo.stage import Stage
from tests.flows.matters import LEADER, READS, a_complaint


async def test_a_case_returned_by_text_comes_to_the_desk_and_can_be_assigned_again(stage: Stage) -> None:
    case = await a_complaint(stage, door=5)
    asked = await text_about(stage, case, stage.phone(LEADER), "回复1")
    await stage.phones.text(stage.phone(LEADER), "2", in_reply_to=asked["id"])
    await reaches(stage, case, "received")
    body = {"group_id": stage.groups["邻里互助"], "reason": "就近"}
    await stage.act(READS).move("tickets", f"/v1/tickets/{case.id}", "assign", body)
    await text_about(stage, case, stage.phone("leader_mutual"), "回复1")


async def test_the_first_leader_can_no_longer_accept_what_she_returned(stage: Stage) -> None:
    case = await a_complaint(stage, door=6)
    asked = await text_about(stage, case, stage.phone(LEADER), "回复1")
    await stage.act(LEADER).move("tickets", f"/v1/tickets/{case.id}", "return", {"reason": "no_capacity"})
    await stage.phones.text(stage.phone(LEADER), "1", in_reply_to=asked["id"])
    await reaches(stage, case, "received")
    with pytest.raises(Refusal):
        await stage.act(LEADER).move("tickets", f"/v1/tickets/{case.id}", "accept")
