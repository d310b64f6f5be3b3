"""Who is told when: hours, caps, refusals, missing people and missing words."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.conftest import Fresh
from tests.services.notify.phones import COMMUNITY, GROUP, LEADER, NUMBERS, REPORTER, SECRET, Phones

MANY: dict[str, Any] = {"cap_notice_day": 100, "cap_all_day": 100, "spacing_seconds": 0}


async def test_a_notice_waits_for_half_past_seven(phones: Phones) -> None:
    await phones.at("23:00")
    await phones.assigned()
    await phones.send()
    (message,) = await phones.messages()
    assert (message["state"], message["waiting_for"]) == ("queued", "hours")
    assert phones.provider.calls == []

    await phones.at("07:31")
    await phones.send()
    assert len(phones.provider.texts_to(LEADER)) == 1


async def test_an_urgent_case_rings_at_night(phones: Phones) -> None:
    await phones.at("23:00")
    await phones.assigned(None, **{"class": "urgent"})
    await phones.send()
    assert len(phones.provider.texts_to(LEADER)) == 1


async def test_a_code_comes_at_any_hour(phones: Phones) -> None:
    await phones.at("03:00")
    challenge = {"challenge_id": uuid4(), "expires_at": "2030-01-01T00:00:00Z"}
    await phones.service.apply("members.sign_in_code_requested.v1", challenge)
    await phones.send()
    (call,) = phones.provider.calls
    assert (call.template_code, call.parameters) == ("SMS_sign_in_code", {"code": "482913"})
    (message,) = await phones.messages()
    assert message["body_enc"] is None, "a code is never kept"


async def test_a_used_code_is_not_sent_any_more(phones: Phones) -> None:
    challenge = uuid4()
    data = {"challenge_id": challenge, "expires_at": "2030-01-01T00:00:00Z"}
    await phones.service.apply("members.sign_in_code_requested.v1", data)
    await phones.service.apply("members.sign_in_code_used.v1", {"challenge_id": challenge})
    await phones.send()
    assert [m["state"] for m in await phones.messages()] == ["cancelled"]


async def test_the_eleventh_notice_of_a_day_waits(phones: Phones) -> None:
    for _ in range(11):
        await phones.assigned()
    await phones.send()
    assert len(phones.provider.texts_to(LEADER)) == 10
    (waiting,) = await phones.messages(state="queued")
    assert waiting["waiting_for"] == "cap"


async def test_one_code_a_minute_leaves_for_one_number(phones: Phones) -> None:
    for _ in range(2):
        challenge = {"challenge_id": uuid4(), "expires_at": "2030-01-01T00:00:00Z"}
        await phones.service.apply("members.sign_in_code_requested.v1", challenge)
    await phones.send()
    assert len(phones.provider.calls) == 1
    (waiting,) = await phones.messages(state="queued")
    assert waiting["waiting_for"] == "cap"


async def test_the_kill_switch_stops_codes_and_nothing_else(phones: Phones) -> None:
    secretary = await phones.service.person(grants=[("secretary", "area", COMMUNITY)])
    stopped = await secretary.post("/v1/codes:stop", json={"reason": "pumping"})
    assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped")
    challenge = {"challenge_id": uuid4(), "expires_at": "2030-01-01T00:00:00Z"}
    await phones.service.apply("members.sign_in_code_requested.v1", challenge)
    await phones.assigned()
    await phones.send()
    assert [c.template_code for c in phones.provider.calls] == ["SMS_case_assigned"]
    (suppressed,) = await phones.messages(state="suppressed")
    assert suppressed["reason"] == "stopped"

    assert (await secretary.post("/v1/codes:resume", json={"reason": "over"})).json()["state"] == "on"
    await phones.service.apply("members.sign_in_code_requested.v1", challenge | {"challenge_id": uuid4()})
    await phones.send()
    assert phones.provider.calls[-1].template_code == "SMS_sign_in_code"


async def test_a_person_without_a_number_is_a_row_with_its_reason(phones: Phones) -> None:
    await phones.follow_up(reporter_id=uuid4())
    await phones.send()
    (message,) = await phones.messages()
    assert (message["state"], message["reason"]) == ("suppressed", "no_contact")
    (told,) = await phones.service.data("notify.message_suppressed.v1")
    assert told["reason"] == "no_contact"


async def test_nobody_to_tell_is_a_row_with_its_reason(phones: Phones) -> None:
    await phones.assigned(group_id=uuid4())
    (message,) = await phones.messages()
    assert (message["state"], message["reason"], message["person_id"]) == ("suppressed", "no_recipient", None)


async def test_without_a_leader_the_operators_are_told(phones: Phones) -> None:
    NUMBERS[operator := uuid4()] = "+8613800000077"
    await phones.service.person(operator, grants=[("operator", "area", COMMUNITY)])
    await phones.assigned(group_id=uuid4())
    (message,) = await phones.messages()
    assert message["person_id"] == operator


@pytest.mark.parametrize(("role", "told"), [("leader", LEADER), ("handler", REPORTER)])
async def test_a_deadline_tells_whom_its_role_names(phones: Phones, role: str, told: UUID) -> None:
    late: dict[str, Any] = {
        "clock": "accept",
        "threshold": 80,
        "due_at": "2030-01-01T04:00:00Z",
        "level": 1,
        "recipient_role": role,
        "handler_id": REPORTER,
    }
    await phones.ticket_event("ticket_deadline_near", uuid4(), **late)
    await phones.send()
    assert len(phones.provider.texts_to(told)) == 1
    assert phones.provider.calls[0].parameters["due"] == "1月1日12:00"


async def test_an_escalation_tells_the_secretary_nearest_to_the_case(phones: Phones) -> None:
    near, far = uuid4(), uuid4()
    await phones.service.person(near, grants=[("secretary", "area", COMMUNITY)])
    await phones.service.person(far, grants=[("secretary", "area", uuid4())])
    late = {"clock": "accept", "threshold": 150, "due_at": "2030-01-01T04:00:00Z", "level": 2}
    await phones.ticket_event("ticket_escalated", uuid4(), recipient_role="secretary", **late)
    assert [m["person_id"] for m in await phones.messages()] == [near]


async def test_a_group_not_heard_of_yet_is_asked_for_by_name(phones: Phones) -> None:
    await phones.service.sql("DELETE FROM groups")
    label = {"organizations": {str(GROUP): {"name": "物业管理小组"}}, "areas": {}, "estates": {}}
    await phones.assigned()
    await phones.send()
    assert phones.provider.calls == [], "members did not answer"

    phones.service.others.says("/internal/labels:resolve", label)
    phones.sender.waiting.clear()
    await phones.send()
    assert phones.provider.calls[0].parameters["group"] == "物业管理小组"


async def test_while_tickets_is_away_only_texts_with_its_words_wait(phones: Phones) -> None:
    del phones.service.others.answers["POST", "/internal/wording:resolve"]
    filed = {"class": "general", "origin": "resident", "channel": "sms", "building_id": None}
    await phones.ticket_event("ticket_filed", uuid4(), **filed)
    await phones.assigned()
    await phones.send()
    assert [c.template_code for c in phones.provider.calls] == ["SMS_case_assigned"]
    assert [m["template"] for m in await phones.messages(state="queued")] == ["case-received"]


async def test_while_members_is_away_everything_waits_and_nothing_is_lost(phones: Phones) -> None:
    answer = phones.service.others.answers.pop(("POST", "/internal/contacts:resolve"))
    await phones.assigned()
    await phones.send()
    assert [m["state"] for m in await phones.messages()] == ["queued"]
    phones.service.others.answers["POST", "/internal/contacts:resolve"] = answer
    phones.sender.waiting.clear()
    await phones.send()
    assert len(phones.provider.calls) == 1


async def test_what_is_worth_nothing_any_more_is_failed_and_announced(phones: Phones) -> None:
    await phones.assigned()
    await phones.service.advance(hours=25)
    await phones.resolver.look()
    (message,) = await phones.messages()
    assert (message["state"], message["reason"]) == ("failed", "expired")
    assert len(await phones.service.events("notify.message_failed.v1")) == 1


async def test_a_value_that_may_not_stand_in_a_text_parks_it_in_sight(phones: Phones) -> None:
    await phones.assigned(number="【假冒】")
    await phones.send()
    (message,) = await phones.messages()
    assert (message["state"], message["reason"]) == ("parked", "bracket_in_value")


async def test_a_number_with_no_free_extension_parks_the_question(fresh: Fresh) -> None:
    phones = await Phones.of(await fresh("notify", push_secret=SECRET, sender_ext_width=1, **MANY))
    for _ in range(10):
        await phones.assigned()
    await phones.send()
    assert sorted(c.ext or "" for c in phones.provider.calls) == [str(n) for n in range(1, 10)]
    (parked,) = await phones.messages(state="parked")
    assert parked["reason"] == "no_extension"


async def test_a_late_answer_is_told_once_however_often_it_is_refused(phones: Phones) -> None:
    ticket = await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "1", ext="01")
    for _ in range(2):
        await phones.ticket_event("answer_refused", ticket, person_id=REPORTER, why="already_answered")
    await phones.send()
    codes = [c.template_code for c in phones.provider.texts_to(REPORTER)]
    assert codes == ["SMS_case_follow_up", "SMS_answer_too_late"]


async def test_counsellors_are_nudged_in_words_that_say_nothing(phones: Phones) -> None:
    await phones.service.apply("tickets.counsellor_nudged.v1", {"person_ids": [LEADER, REPORTER]}, community=COMMUNITY)
    await phones.send()
    assert [(c.template_code, dict(c.parameters)) for c in phones.provider.calls] == [("SMS_neutral", {})] * 2
    (first, second) = await phones.messages()
    assert first["about"] is second["about"] is None
