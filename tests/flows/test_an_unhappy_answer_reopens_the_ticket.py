"""4 reopens; the leader hears within five seconds; the round that was asked first can no longer be answered."""

import time

from demo.casework import reaches, seen, text_about, work_on
from demo.stage import Stage
from tests.flows.matters import LEADER, a_resolved_complaint


async def test_an_unhappy_answer_reopens_the_ticket_and_is_asked_again(stage: Stage) -> None:
    case = await a_resolved_complaint(stage, door=1)
    await stage.move_clock_by_hours(1)
    first = await text_about(stage, case, case.reporter.phone, "没有解决", 30)
    began = time.monotonic()
    await stage.phones.text(case.reporter.phone, "4", in_reply_to=first["id"])
    await text_about(stage, case, stage.phone(LEADER))
    assert time.monotonic() - began < 5
    reopened = await reaches(stage, case, "assigned", round_number=2)
    assert reopened["group_id"] == case.filed["group_id"]

    await stage.act(LEADER).move("tickets", f"/v1/tickets/{case.id}", "accept")
    await work_on(stage, case, LEADER, "换了灯")
    await stage.move_clock_by_hours(1)
    second = await text_about(stage, case, case.reporter.phone, "没有解决", 30)
    await stage.phones.text(case.reporter.phone, "4", in_reply_to=first["id"])
    await stage.phones.text(case.reporter.phone, "1", in_reply_to=second["id"])
    closed = await reaches(stage, case, "closed", round_number=2)
    assert closed["outcome"] == "solved"


async def test_the_same_digit_twice_answers_once(stage: Stage) -> None:
    case = await a_resolved_complaint(stage, door=2)
    await stage.move_clock_by_hours(1)
    asked = await text_about(stage, case, case.reporter.phone, "没有解决", 30)
    await stage.phones.text(case.reporter.phone, "1", in_reply_to=asked["id"], times=3)
    await reaches(stage, case, "closed")
    assert (await seen(stage, case))["round"] == 1
