"""Questions over their life: withdrawn when settled, replaced by the next round, expired, their threads freed."""

from uuid import uuid4

import pytest

from services.notify.domain.outcome import RefusalClass, RefusedBy
from tests.services.notify.phones import LEADER, REPORTER, Phones


@pytest.mark.parametrize("event", ["ticket_accepted", "ticket_returned", "ticket_withdrawn", "ticket_rejected"])
async def test_what_settles_the_matter_withdraws_its_question(phones: Phones, event: str) -> None:
    ticket = await phones.assigned()
    await phones.send()
    await phones.ticket_event(event, ticket, reporter_id=None)
    assert (await phones.prompt(ticket, "accept"))["state"] == "withdrawn"
    await phones.text(LEADER, "1", ext="01")
    assert await phones.service.data("notify.prompt_answered.v1") == []
    assert len(await phones.service.data("notify.prompt_answered_late.v1")) == 1


async def test_a_question_not_sent_yet_is_cancelled_with_its_message(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.ticket_event("ticket_withdrawn", ticket)
    await phones.send()
    assert phones.provider.calls == []
    assert [(m["state"], m["reason"]) for m in await phones.messages()] == [("cancelled", "withdrawn")]


async def test_other_events_leave_the_question_open(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.send()
    await phones.ticket_event("follow_up_cancelled", ticket, follow_up_id=uuid4())
    await phones.ticket_event("ticket_withdrawn", uuid4())
    assert (await phones.prompt(ticket, "accept"))["state"] == "open"


async def test_a_new_assignment_asks_the_new_leader_only(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.send()
    other_group = uuid4()
    leads = {"organization_id": other_group, "leader_id": REPORTER, "deputy_id": None}
    await phones.service.apply("members.group_leader_changed.v1", leads)
    name = {"organization_id": other_group, "name": "邻里互助", "area_id": None, "state": "active"}
    await phones.service.apply("members.organization_changed.v1", name)
    await phones.assigned(ticket, group_id=other_group)
    await phones.send()
    rows = await phones.service.sql("SELECT state, person_id FROM prompts ORDER BY created_at")
    assert [(row["state"], row["person_id"]) for row in rows] == [("withdrawn", LEADER), ("open", REPORTER)]


async def test_asked_again_in_the_same_round_it_is_the_same_question(phones: Phones) -> None:
    ticket = await phones.follow_up()
    await phones.send()
    await phones.follow_up(ticket, ask_no=2)
    await phones.send()
    assert [c.ext for c in phones.provider.texts_to(REPORTER)] == ["01", "01"]
    assert len({c.parameters["token"] for c in phones.provider.calls}) == 1
    assert len(await phones.service.sql("SELECT 1 FROM prompts")) == 1


async def test_a_new_round_withdraws_the_old_question_and_a_late_answer_to_it_changes_nothing(phones: Phones) -> None:
    ticket = await phones.follow_up()
    await phones.send()
    await phones.follow_up(ticket, round=2)
    await phones.send()
    assert [c.ext for c in phones.provider.texts_to(REPORTER)] == ["01", "02"]
    await phones.text(REPORTER, "4", ext="01")
    (late,) = await phones.service.data("notify.prompt_answered_late.v1")
    assert late["round"] == 1
    assert (await phones.prompt(ticket, "follow_up"))["state"] == "open"


async def test_the_reason_is_asked_by_another_question(phones: Phones) -> None:
    ticket = await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "4", ext="01")
    await phones.follow_up(ticket, question="reason")
    await phones.send()
    await phones.text(REPORTER, "5", ext="02")
    told = await phones.service.data("notify.prompt_answered.v1")
    assert [(a["purpose"], a["option"]) for a in told] == [("follow_up", "unsolved"), ("follow_up_reason", "slow")]


async def test_a_cancelled_follow_up_withdraws_its_questions(phones: Phones) -> None:
    ticket = await phones.follow_up()
    await phones.send()
    await phones.ticket_event("follow_up_cancelled", ticket, follow_up_id=uuid4())
    assert (await phones.prompt(ticket, "follow_up"))["state"] == "withdrawn"


async def test_a_question_expires_and_says_so(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.send()
    await phones.service.advance(hours=3, minutes=59)
    await phones.resolver.look()
    assert (await phones.prompt(ticket, "accept"))["state"] == "open"
    await phones.service.advance(minutes=2)
    await phones.resolver.look()
    assert (await phones.prompt(ticket, "accept"))["state"] == "expired"
    (told,) = await phones.service.data("notify.prompt_expired.v1")
    assert (told["about"], told["purpose"]) == (str(ticket), "accept")


async def test_an_answer_after_the_hour_is_late_even_before_the_timer_has_looked(phones: Phones) -> None:
    await phones.assigned()
    await phones.send()
    await phones.service.advance(hours=5)
    await phones.text(LEADER, "1", ext="01")
    types = [e.type for e in await phones.service.events() if "prompt" in e.type]
    assert types == ["notify.prompt_expired.v1", "notify.prompt_answered_late.v1"]


async def test_a_thread_is_free_again_72_hours_after_its_question_closed(phones: Phones) -> None:
    await phones.assigned()
    await phones.send()
    await phones.text(LEADER, "1", ext="01")
    await phones.service.advance(hours=71)
    await phones.resolver.look()
    await phones.at("10:00")
    held = await phones.service.sql("SELECT ext_held FROM prompts")
    assert held[0]["ext_held"]
    await phones.service.advance(hours=2)
    await phones.resolver.look()
    await phones.assigned()
    await phones.send()
    assert [c.ext for c in phones.provider.texts_to(LEADER)] == ["01", "01"]


async def test_an_answer_cancels_what_would_still_ask(phones: Phones) -> None:
    ticket = await phones.follow_up()
    await phones.send()
    phones.provider.answers = lambda _: RefusedBy(RefusalClass.NOT_SENT, "no_connection")
    await phones.follow_up(ticket, ask_no=2)
    await phones.send()
    await phones.text(REPORTER, "1", ext="01")
    assert [(m["state"], m["reason"]) for m in await phones.messages()] == [
        ("submitted", ""),
        ("cancelled", "answered"),
    ]


async def test_opening_a_link_changes_nothing(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    before = await phones.service.sql("SELECT * FROM prompts")
    client, token = phones.service.client(), phones.provider.calls[0].parameters["token"]
    for _ in range(3):
        page = (await client.get(f"/v1/prompt-links/{token}")).json()
        assert (page["state"], page["chosen"], page["category"]) == ("open", None, "环境卫生")
    assert await phones.service.sql("SELECT * FROM prompts") == before


async def test_a_link_answers_once_and_the_same_again_is_the_same(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    client, token = phones.service.client(), phones.provider.calls[0].parameters["token"]
    url = f"/v1/prompt-links/{token}:answer"
    assert (await client.post(url, json={"option": "solved_satisfied"})).status_code == 200
    assert (await client.post(url, json={"option": "solved_satisfied"})).status_code == 200
    late = await client.post(url, json={"option": "unsolved"})
    assert (late.status_code, late.json()["code"]) == (409, "prompt_closed")
    assert len(await phones.service.data("notify.prompt_answered.v1")) == 1
    assert len(await phones.service.data("notify.prompt_answered_late.v1")) == 1


@pytest.mark.parametrize(
    ("token", "body", "status"),
    [
        ("x" * 22, {"option": "accept"}, 404),
        ("short", {"option": "accept"}, 401),
        (None, {"option": "nothing"}, 422),
        (None, {"option": "accept", "more": 1}, 422),
        (None, {}, 422),
    ],
)
async def test_a_link_takes_nothing_but_its_own_options(
    phones: Phones, token: str | None, body: dict[str, object], status: int
) -> None:
    await phones.follow_up()
    await phones.send()
    token = token or phones.provider.calls[0].parameters["token"]
    answer = await phones.service.client().post(f"/v1/prompt-links/{token}:answer", json=body)
    assert answer.status_code == status
