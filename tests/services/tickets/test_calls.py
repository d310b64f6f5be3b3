"""Reminded after a day, rung up after three, by somebody who did not do the work."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.services.tickets.community import Community


async def days(here: Community, count: int) -> None:
    for _ in range(count):
        await here.service.advance(hours=24)
    await here.service.advance(hours=1)


async def tasks(here: Community, person: UUID) -> list[dict[str, Any]]:
    answer = await here.of(person).get("/v1/call-tasks")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def at_noon(here: Community, hour: int = 10) -> None:
    """Move on to the next such hour in Chongqing."""
    row = (
        await here.service.sql("SELECT extract(hour FROM (now() + shift) AT TIME ZONE 'Asia/Shanghai') AS h FROM clock")
    )[0]
    await here.service.advance(hours=float((hour - int(row["h"])) % 24 or 24))


async def act(here: Community, person: UUID, task: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
    headers = {"If-Match": f'"{task["revision"]}"'}
    return await here.of(person).post(f"/v1/call-tasks/{task['id']}:{verb}", json=body, headers=headers)


async def claimed(here: Community, person: UUID) -> dict[str, Any]:
    (task,) = await tasks(here, person)
    answer = await act(here, person, task, "claim")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_she_is_reminded_after_a_day_and_rung_up_after_three(here: Community) -> None:
    ticket = await here.asked()
    await days(here, 1)
    await here.wait_for_daylight()
    asked = await here.service.data("tickets.follow_up_asked.v1")
    assert [each["ask_no"] for each in asked] == [1, 2]
    assert await tasks(here, here.operator) == []
    await days(here, 2)
    (opened,) = await here.service.data("tickets.call_task_opened.v1")
    assert (opened["ticket_id"], opened["purpose"], opened["why"]) == (ticket["id"], "follow_up", "no_answer")


async def test_nobody_who_did_the_work_finds_or_claims_the_call(here: Community) -> None:
    ticket = await here.asked()
    await here.service.sql("UPDATE tickets SET handler_id = $1", here.member)
    await here.service.sql(
        "UPDATE moves SET details = jsonb_build_object('handler_id', $1::text) WHERE move = 'accept'", str(here.member)
    )
    await days(here, 3)
    await at_noon(here)
    (task,) = await tasks(here, here.operator)
    assert task["ticket_id"] == ticket["id"]
    for person in (here.leader, here.member):
        assert await tasks(here, person) == []
        refused = await act(here, person, task, "claim")
        assert (refused.status_code, refused.json()["code"]) == (409, "not_independent")
    assert (await act(here, here.resident, task, "claim")).status_code == 403
    assert (await act(here, here.help_leader, task, "claim")).status_code == 200


async def test_two_calls_on_different_half_days_and_then_it_is_given_up(here: Community) -> None:
    ticket = await here.asked()
    await days(here, 3)
    await at_noon(here)
    task = await claimed(here, here.operator)
    other = await act(here, here.secretary, task, "claim")
    assert other.json()["code"] == "claimed_already"
    not_hers = await act(here, here.secretary, task, "record", result="no_answer")
    assert not_hers.json()["code"] == "not_claimed"
    task = (await act(here, here.operator, task, "record", result="no_answer")).json()
    assert (task["state"], task["calls"]) == ("open", 1)
    assert await tasks(here, here.operator) == []
    assert (await act(here, here.operator, task, "claim")).json()["code"] == "too_early"
    await here.service.advance(hours=4)
    task = await claimed(here, here.operator)
    task = (await act(here, here.operator, task, "record", result="no_answer")).json()
    assert (task["state"], task["calls"]) == ("done", 2)
    await days(here, 4)
    assert (await here.see(ticket))["outcome"] == "unanswered"


async def test_what_she_says_on_the_telephone_is_her_answer(here: Community) -> None:
    ticket = await here.asked()
    await days(here, 3)
    await at_noon(here)
    task = await claimed(here, here.operator)
    silent = await act(here, here.operator, task, "record", result="reached")
    assert (silent.status_code, silent.json()["code"]) == (422, "answer_needed")
    said = await act(
        here, here.operator, task, "record", result="reached", answer="unsolved", reason="again", words="又堆上了"
    )
    assert said.json()["state"] == "done"
    seen = await here.see(ticket)
    assert (seen["state"], seen["round"]) == ("assigned", 2)
    (answered,) = await here.service.data("tickets.follow_up_answered.v1")
    assert (answered["answered_by"], answered["reason"]) == ("verifier", "again")
    assert len(await here.service.data("tickets.follow_up_cancelled.v1")) == 1


async def test_an_answer_by_another_door_leaves_nothing_to_ring_about(here: Community) -> None:
    ticket = await here.asked()
    await days(here, 3)
    await here.replies(ticket, "solved_satisfied")
    await at_noon(here)
    assert await tasks(here, here.operator) == []
    rows = await here.service.sql("SELECT state FROM call_tasks")
    assert [row["state"] for row in rows] == ["cancelled"]


async def test_a_question_that_did_not_arrive_becomes_a_call_at_once(here: Community) -> None:
    ticket = await here.asked()
    failed = {"about": ticket["id"], "round": 1, "purpose": "follow_up", "rule": "follow-up", "reason": "undelivered"}
    await here.service.apply("notify.message_failed.v1", failed)
    await here.service.apply("notify.message_failed.v1", failed)
    (opened,) = await here.service.data("tickets.call_task_opened.v1")
    assert opened["why"] == "undelivered"


async def test_a_stray_not_solved_after_closing_is_not_lost(here: Community) -> None:
    ticket = await here.asked()
    await here.replies(ticket, "solved_satisfied")
    await here.replies(ticket, "unsolved")
    assert (await here.see(ticket))["state"] == "closed"
    await at_noon(here)
    task = await claimed(here, here.operator)
    await act(here, here.operator, task, "record", result="reached", answer="unsolved", words="又坏了")
    seen = await here.see(ticket)
    assert (seen["state"], seen["round"]) == ("assigned", 2)


async def test_four_weeks_later_it_is_looked_at_once_more_and_again_reopens(here: Community) -> None:
    ticket = await here.asked(category="fire")
    early = await here.try_move(here.operator, ticket, "look-back", result="holds")
    assert early.json()["code"] == "cannot_look_back_when_following_up"
    await here.replies(ticket, "solved_satisfied")
    early = await here.try_move(here.operator, await here.see(ticket), "look-back", result="holds")
    assert early.json()["code"] == "too_early_to_look_back"
    await days(here, 28)
    await at_noon(here)
    task = await claimed(here, here.operator)
    await act(here, here.operator, task, "record", result="reached", answer="again", words="又堵了")
    (looked,) = await here.service.data("tickets.ticket_looked_back.v1")
    assert looked["look_back"] == "again"
    assert (await here.see(ticket))["round"] == 2


async def proposed(here: Community, category: str, person: UUID) -> httpx.Response:
    url, query = f"/v1/categories/{category}/checklist-proposals", {"community_id": str(here.community)}
    return await here.of(person).get(url, params=query)


async def test_what_looks_back_find_undone_is_proposed_for_the_checklist(here: Community) -> None:
    tickets = [await here.asked(category="fire") for _ in range(3)]
    for ticket in tickets:
        await here.replies(ticket, "solved_satisfied")
    await days(here, 28)
    for ticket, result in zip(tickets, ("again", "holds", "again"), strict=True):
        await here.move(here.operator, await here.see(ticket), "look-back", result=result, words="没有清理楼顶")
    await here.service.sql("UPDATE tickets SET category = 'hardship' WHERE id = $1", UUID(tickets[2]["id"]))
    told = (await proposed(here, "fire", here.secretary)).json()
    assert (told["holds"], told["again"], told["checklist"]) == (1, 1, [])
    assert [(each["number"], each["words"]) for each in told["items"]] == [(tickets[0]["number"], "没有清理楼顶")]
    delicate = (await proposed(here, "hardship", here.secretary)).json()
    assert (delicate["again"], delicate["items"]) == (1, [])
    assert (await proposed(here, "fire", here.operator)).status_code == 403
    far = uuid4()
    here.clients[far] = await here.service.person(far, [("secretary", "area", uuid4())])
    assert (await proposed(here, "fire", far)).json()["again"] == 0


async def test_she_who_handed_the_case_over_is_no_verifier_of_that_round(here: Community) -> None:
    ticket = await here.move(here.leader, await here.files(), "accept", handler_id=str(here.member))
    ticket = await here.move(here.member, ticket, "record-contact", result="reached")
    ticket = await here.move(here.leader, ticket, "hand-over", handler_id=str(here.leader), note="她休假")
    ticket = await here.move(here.leader, ticket, "resolve", result="已清运")
    refused = await here.try_move(here.member, ticket, "answer", round=1, answer="solved_satisfied")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_independent")
    again = await here.move(here.operator, ticket, "answer", round=1, answer="unsolved")
    for verb, body in (("accept", {}), ("record-contact", {"result": "reached"}), ("resolve", {"result": "再清"})):
        again = await here.move(here.leader, again, verb, **body)
    answered = await here.move(here.member, again, "answer", round=2, answer="solved_satisfied")
    assert answered["state"] == "closed"
