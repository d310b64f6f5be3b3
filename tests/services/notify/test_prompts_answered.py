"""A question answered in the console, by herself or on her behalf; withdrawn by staff; words handed over by staff."""

from uuid import UUID, uuid4

import pytest

from tests.services.notify.phones import COMMUNITY, LEADER, REPORTER, Phones


async def asked(phones: Phones) -> UUID:
    await phones.assigned()
    await phones.send()
    (row,) = await phones.service.sql("SELECT id FROM prompts")
    return UUID(str(row["id"]))


async def test_her_own_answer_is_the_answer_and_the_text_after_it_is_late(phones: Phones) -> None:
    prompt = await asked(phones)
    own = await phones.service.person(LEADER)
    answer = await own.post(f"/v1/prompts/{prompt}/answers", json={"option": "accept"})
    assert (answer.status_code, answer.json()["state"], answer.json()["late"]) == (200, "answered", False)
    (told,) = await phones.service.data("notify.prompt_answered.v1")
    assert (told["option"], told["channel"], told["person_id"]) == ("accept", "tray", str(LEADER))
    await phones.text(LEADER, "2", ext="01")
    assert len(await phones.service.data("notify.prompt_answered_late.v1")) == 1


async def test_staff_write_down_what_she_said(phones: Phones) -> None:
    prompt = await asked(phones)
    operator = await phones.service.person(grants=[("operator", "area", COMMUNITY)])
    assert (await operator.post(f"/v1/prompts/{prompt}/answers", json={"option": "return"})).status_code == 200
    (told,) = await phones.service.data("notify.prompt_answered.v1")
    assert (told["option"], told["channel"], told["person_id"]) == ("return", "operator", str(LEADER))


@pytest.mark.parametrize("grants", [[], [("operator", "area", uuid4())], [("auditor", "area", COMMUNITY)]])
async def test_nobody_else_answers(phones: Phones, grants: list[tuple[str, str, UUID]]) -> None:
    prompt = await asked(phones)
    other = await phones.service.person(grants=grants)
    assert (await other.post(f"/v1/prompts/{prompt}/answers", json={"option": "accept"})).status_code == 404
    assert (await other.post(f"/v1/prompts/{uuid4()}/answers", json={"option": "accept"})).status_code == 404
    assert await phones.service.data("notify.prompt_answered.v1") == []


async def test_a_late_answer_is_told_and_refused(phones: Phones) -> None:
    prompt = await asked(phones)
    own = await phones.service.person(LEADER)
    await own.post(f"/v1/prompts/{prompt}/answers", json={"option": "accept"})
    late = await own.post(f"/v1/prompts/{prompt}/answers", json={"option": "return"})
    assert (late.status_code, late.json()["code"]) == (409, "prompt_closed")
    (told,) = await phones.service.data("notify.prompt_answered_late.v1")
    assert told["option"] == "return"


async def test_an_option_it_does_not_have_is_refused(phones: Phones) -> None:
    prompt = await asked(phones)
    own = await phones.service.person(LEADER)
    answer = await own.post(f"/v1/prompts/{prompt}/answers", json={"option": "maybe"})
    assert (answer.status_code, answer.json()["code"]) == (422, "option_unknown")


async def test_staff_withdraw_a_question(phones: Phones) -> None:
    prompt = await asked(phones)
    operator = await phones.service.person(grants=[("operator", "area", COMMUNITY)])
    withdrawn = await operator.post(f"/v1/prompts/{prompt}:withdraw", json={})
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    again = await operator.post(f"/v1/prompts/{prompt}:withdraw", json={})
    assert (again.status_code, again.json()["code"]) == (409, "prompt_closed")
    far = await phones.service.person(grants=[("operator", "area", uuid4())])
    assert (await far.post(f"/v1/prompts/{prompt}:withdraw", json={})).status_code == 404


async def test_a_text_that_answered_nothing_is_handed_over_once(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "其实是楼下漏水", ext="01")
    (row,) = await phones.service.sql("SELECT id FROM received WHERE outcome = 'unclear'")
    operator = await phones.service.person(grants=[("operator", "area", COMMUNITY)])
    handed = await operator.post(f"/v1/received/{row['id']}:hand-over", json={})
    assert (handed.status_code, handed.json()["outcome"]) == (200, "handed_over")
    (told,) = await phones.service.data("notify.text_received.v1")
    assert (told["received_id"], told["person_id"]) == (str(row["id"]), str(REPORTER))
    again = await operator.post(f"/v1/received/{row['id']}:hand-over", json={})
    assert (again.status_code, again.json()["code"]) == (409, "handed_over_already")
    far = await phones.service.person(grants=[("operator", "area", uuid4())])
    assert (await far.post(f"/v1/received/{row['id']}:hand-over", json={})).status_code == 404
