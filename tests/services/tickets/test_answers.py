"""Answers: each acts on the round it was asked about, or is kept without effect."""

from uuid import uuid4

import pytest

from tests.services.tickets.community import Community


async def _refused(here: Community) -> list[str]:
    return [each["why"] for each in await here.service.data("tickets.answer_refused.v1")]


async def test_a_second_answer_changes_nothing_and_is_kept(here: Community) -> None:
    ticket = await here.asked()
    await here.replies(ticket, "solved_satisfied")
    closed = await here.see(ticket)
    await here.replies(ticket, "unsolved")
    assert await here.see(ticket) == closed
    assert await _refused(here) == ["already_answered"]
    entries = (await here.of(here.operator).get(f"/v1/tickets/{ticket['id']}/timeline")).json()["items"]
    (stray,) = [entry for entry in entries if entry["type"] == "answer"]
    assert stray["details"]["acted"] is False
    called = (await here.of(here.operator).get("/v1/worklists/to_call_back")).json()
    assert [row["id"] for row in called["items"]] == [ticket["id"]]


async def test_a_late_answer_of_round_one_does_not_touch_round_two(here: Community) -> None:
    ticket = await here.asked()
    await here.replies(ticket, "unsolved")
    await here.replies(ticket, "solved_satisfied", late=True)
    await here.replies(ticket, "solved_satisfied", round_=1)
    again = await here.see(ticket)
    assert (again["state"], again["round"]) == ("assigned", 2)
    assert await _refused(here) == ["late", "old_round"]


@pytest.mark.parametrize("purpose", ["follow_up", "accept", "follow_up_reason", "call_out"])
async def test_an_answer_to_an_unknown_matter_leads_to_nothing(here: Community, purpose: str) -> None:
    await here.replies({"id": str(uuid4()), "round": 1}, "unsolved", purpose=purpose)
    assert await _refused(here) == []


async def test_somebody_elses_answer_does_not_act(here: Community) -> None:
    ticket = await here.asked()
    await here.replies(ticket, "unsolved", person=uuid4())
    assert (await here.see(ticket))["state"] == "following_up"
    assert await _refused(here) == ["not_yours"]


async def test_only_the_leader_accepts_by_text(here: Community) -> None:
    filed = await here.files()
    await here.replies(filed, "accept", purpose="accept", person=here.help_leader)
    assert (await here.see(filed))["state"] == "assigned"
    await here.replies(filed, "accept", purpose="accept")
    await here.replies(filed, "return", purpose="accept")
    assert (await here.see(filed))["state"] == "accepted"
    assert await _refused(here) == ["not_yours", "not_asked"]


async def test_a_return_by_text_brings_it_back_to_the_desk(here: Community) -> None:
    filed = await here.files()
    await here.replies(filed, "return", purpose="accept")
    assert (await here.see(filed))["state"] == "received"
    (returned,) = await here.service.data("tickets.ticket_returned.v1")
    assert returned["reason"] == "not_stated"


async def test_the_reason_comes_with_the_second_digit(here: Community) -> None:
    ticket = await here.asked()
    await here.replies(ticket, "unsolved")
    await here.replies(ticket, "partly", purpose="follow_up_reason")
    answered = await here.service.data("tickets.follow_up_answered.v1")
    assert [(each["solved"], each["reason"]) for each in answered] == [("unsolved", "not_stated"), ("partly", "partly")]
    await here.replies(ticket, "slow", purpose="follow_up_reason")
    assert await _refused(here) == ["already_answered"]


async def test_the_resident_answers_in_her_own_pages_and_the_question_by_text_is_cancelled(here: Community) -> None:
    ticket = await here.asked()
    answer = await here.move(here.resident, ticket, "answer", round=1, answer="unsolved", reason="slow")
    assert (answer["acted"], answer["state"], answer["round"]) == (True, "assigned", 2)
    assert len(await here.service.data("tickets.follow_up_cancelled.v1")) == 1
    asked = await here.service.data("tickets.follow_up_asked.v1")
    assert [each["question"] for each in asked] == ["solved"]


async def test_a_verifier_is_nobody_who_did_the_work(here: Community) -> None:
    ticket = await here.asked()
    refused = await here.try_move(here.leader, ticket, "answer", round=1, answer="solved_satisfied")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_independent")
    answer = await here.move(here.operator, ticket, "answer", round=1, answer="solved_satisfied")
    assert answer["state"] == "closed"
    (answered,) = await here.service.data("tickets.follow_up_answered.v1")
    assert answered["answered_by"] == "verifier"


async def test_an_answer_over_http_to_an_old_round_does_not_act(here: Community) -> None:
    ticket = await here.asked()
    await here.replies(ticket, "unsolved")
    again = await here.see(ticket)
    answer = await here.move(here.resident, again, "answer", round=1, answer="solved_satisfied")
    assert (answer["acted"], answer["why"]) == (False, "old_round")
    assert await here.see(ticket) == again
    assert len(await here.service.sql("SELECT 1 FROM stray_answers")) == 1


async def test_after_seven_days_without_a_word_it_is_closed_and_shown_apart(here: Community) -> None:
    ticket = await here.asked()
    await here.service.advance(days=7, minutes=1)
    closed = await here.see(ticket)
    assert (closed["state"], closed["outcome"]) == ("closed", "unanswered")
    await here.replies(ticket, "unsolved", late=True)
    assert (await here.see(ticket))["state"] == "closed"


async def test_an_undelivered_question_goes_to_the_list_of_those_to_be_rung_up(here: Community) -> None:
    ticket = await here.asked()
    failed = {"about": ticket["id"], "round": 1, "purpose": "follow_up", "rule": "follow-up", "reason": "undelivered"}
    await here.service.apply("notify.message_failed.v1", failed)
    counts = (await here.of(here.operator).get("/v1/worklists")).json()["counts"]
    assert counts["to_call_back"] == 1
    await here.move(here.operator, await here.see(ticket), "answer", round=1, answer="solved_mostly")
    counts = (await here.of(here.operator).get("/v1/worklists")).json()["counts"]
    assert counts["to_call_back"] == 0


async def test_the_second_reopening_tells_the_secretary_who_names_the_handler(here: Community) -> None:
    ticket = await here.asked()
    await here.replies(ticket, "unsolved")
    ticket = await here.move(here.secretary, await here.see(ticket), "assign", group_id=str(here.property_group))
    for verb, body in (("accept", {}), ("record-contact", {"result": "reached"}), ("resolve", {"result": "再清"})):
        ticket = await here.move(here.leader, ticket, verb, **body)
    ticket = await here.move(here.resident, ticket, "answer", round=2, answer="unsolved")
    assert ticket["round"] == 3
    (told,) = [each for each in await here.service.data("tickets.ticket_escalated.v1") if each["clock"] == "reopening"]
    assert told["recipient_role"] == "secretary"
    refused = await here.try_move(here.leader, ticket, "accept")
    assert refused.json()["code"] == "secretary_names_the_handler"
    named = {"group_id": str(here.property_group), "handler_id": str(here.member)}
    ticket = await here.move(here.secretary, ticket, "assign", **named)
    accepted = await here.move(here.leader, ticket, "accept", handler_id=str(here.member))
    assert accepted["handler_id"] == str(here.member)


async def test_residents_are_never_asked_at_night(here: Community) -> None:
    await here.asked()
    (asked,) = await here.service.events("tickets.follow_up_asked.v1")
    local = (asked.time.hour * 60 + asked.time.minute + 8 * 60) % (24 * 60)
    assert 8 * 60 <= local <= 20 * 60 + 30
