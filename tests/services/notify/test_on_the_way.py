"""What happens to a case on its way, and who hears of it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.notify.phones import COMMUNITY, GROUP, LEADER, NUMBERS, REPORTER, Phones

SECRETARY, OPERATOR, HANDLER, NEIGHBOUR = (uuid4() for _ in range(4))
NUMBERS |= {SECRETARY: "+8613800000051", OPERATOR: "+8613800000052", HANDLER: "+8613800000053"}
NUMBERS |= {NEIGHBOUR: "+8613800000054"}
DUE = {"resolve_due_at": "2030-01-01T04:00:00Z"}
NOON = "1月1日12:00"
CALL = {"call_task_id": uuid4(), "purpose": "follow_up", "why": "no_answer", "due_at": "2030-01-01T04:00:00Z"}
TRANSFER = {"rule_id": "r", "first_group_id": GROUP, "accept_due_at": None}

TOLD: dict[str, tuple[dict[str, Any], UUID, str]] = {
    "ticket_paused": ({"reason": "wait", "until": "2030-01-01T04:00:00Z", **DUE}, REPORTER, "SMS_case_waiting"),
    "ticket_extended": ({"minutes": 60, **DUE}, REPORTER, "SMS_case_extended"),
    "extension_asked": ({"minutes": 60, **DUE}, SECRETARY, "SMS_extension_asked"),
    "extension_refused": ({"reason": "refused", **DUE}, LEADER, "SMS_extension_refused"),
    "ticket_nudged": ({"handler_id": HANDLER, **DUE}, HANDLER, "SMS_case_nudged"),
    "ticket_handed_over": ({"handler_id": HANDLER}, HANDLER, "SMS_case_handed_over"),
    "call_task_opened": (CALL, OPERATOR, "SMS_call_task"),
    "ticket_transferred": (TRANSFER, LEADER, "SMS_case_transferred"),
}
WITHOUT_DUE = {"ticket_nudged", "ticket_handed_over", "ticket_transferred"}


async def with_a_desk(phones: Phones) -> None:
    for person, role in ((SECRETARY, "secretary"), (OPERATOR, "operator")):
        await phones.service.person(person, grants=[(role, "area", COMMUNITY)])


@pytest.mark.parametrize("event", TOLD)
async def test_what_happens_on_the_way_is_told_to_whom_it_concerns(phones: Phones, event: str) -> None:
    more, person, code = TOLD[event]
    await with_a_desk(phones)
    await phones.ticket_event(event, uuid4(), **more)
    await phones.send()
    assert [(c.template_code, c.number) for c in phones.provider.calls] == [(code, NUMBERS[person])]
    if event not in WITHOUT_DUE:
        assert phones.provider.calls[0].parameters["due"] == NOON


async def test_a_nudge_reaches_the_leader_while_nobody_is_named(phones: Phones) -> None:
    await phones.ticket_event("ticket_nudged", uuid4(), **DUE)
    await phones.send()
    assert [c.number for c in phones.provider.calls] == [NUMBERS[LEADER]]


async def test_watchers_hear_of_the_end_only(phones: Phones) -> None:
    await phones.ticket_event("watchers_told", uuid4(), what="reopened", person_ids=[NEIGHBOUR])
    assert await phones.messages() == []


async def test_a_transfer_asks_the_new_leader_and_not_the_old_one(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.send()
    other = uuid4()
    await phones.service.apply("members.group_leader_changed.v1", {"organization_id": other, "leader_id": HANDLER})
    name = {"organization_id": other, "name": "邻里互助", "area_id": None, "state": "active"}
    await phones.service.apply("members.organization_changed.v1", name)
    await phones.ticket_event("ticket_transferred", ticket, group_id=other, **TRANSFER)
    await phones.send()
    rows = await phones.service.sql("SELECT state, person_id FROM prompts ORDER BY created_at")
    assert [(row["state"], row["person_id"]) for row in rows] == [("withdrawn", LEADER), ("open", HANDLER)]


async def test_a_merged_case_asks_nobody_whether_she_takes_it(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.send()
    await phones.ticket_event("ticket_merged", ticket, other_id=uuid4())
    assert (await phones.prompt(ticket, "accept"))["state"] == "withdrawn"


async def test_each_whose_report_was_merged_keeps_her_own_question(phones: Phones) -> None:
    ticket = await phones.follow_up()
    await phones.follow_up(ticket, reporter_id=NEIGHBOUR)
    await phones.send()
    rows = await phones.service.sql("SELECT state, person_id FROM prompts ORDER BY created_at")
    assert [(row["state"], row["person_id"]) for row in rows] == [("open", REPORTER), ("open", NEIGHBOUR)]
    await phones.text(NEIGHBOUR, "1", ext="01")
    (answered,) = await phones.service.data("notify.prompt_answered.v1")
    assert answered["person_id"] == str(NEIGHBOUR)


async def test_a_year_without_its_holidays_is_told_to_every_secretary(phones: Phones) -> None:
    for person in (SECRETARY, OPERATOR):
        await phones.service.person(person, grants=[("secretary", "area", uuid4())])
    await phones.service.person(HANDLER, grants=[("operator", "area", COMMUNITY)])
    await phones.service.apply("tickets.calendar_year_missing.v1", {"year": 2027})
    await phones.send()
    assert {c.number for c in phones.provider.calls} == {NUMBERS[SECRETARY], NUMBERS[OPERATOR]}
    assert [dict(c.parameters) for c in phones.provider.calls] == [{"year": "2027"}] * 2
