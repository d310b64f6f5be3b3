"""The reporter's number: for a reason, on record, once."""

import json
from uuid import UUID

import httpx

from tests.console import answers
from tests.console.conftest import Console, Told, a_case

PHONE_ID = UUID("0192f0c1-0000-7000-8000-0000000000f1")
NUMBER = "+8613800000427"


def a_case_of_somebody(told: Told) -> str:
    """A ticket whose reporter has one masked number at members."""
    ticket = answers.a_ticket(reporter_id=str(answers.PERSON))
    points = [{"id": str(PHONE_ID), "kind": "phone", "value": "138****0427", "preferred": True}]
    person = {"id": str(answers.PERSON), "contact_points": points}
    told.stubs["members"].says(f"/v1/people/{answers.PERSON}", person, "GET")
    told.stubs["members"].says(f"/v1/people/{answers.PERSON}:reveal", {"value": NUMBER})
    return a_case(told, ticket)


def reveals(told: Told) -> list[httpx.Request]:
    return [one for one in told.stubs["members"].asked if one.url.path.endswith(":reveal")]


async def test_the_ticket_leads_to_the_number_and_shows_none_itself(console: Console) -> None:
    told = await console()
    path = a_case_of_somebody(told)
    operator = told.operator()
    assert f'href="{path}/number"' in (await operator.open(path)).text
    asked = await operator.open(f"{path}/number")
    assert "138" not in asked.text.replace(NUMBER, "")
    assert reveals(told) == []


async def test_who_may_not_ask_members_is_not_led_there(console: Console) -> None:
    told = await console()
    path = a_case_of_somebody(told)
    page = await told.operator(("district", "area", answers.COMMUNITY)).open(path)
    assert f"{path}/number" not in page.text


async def test_a_reason_shows_the_number_once_and_the_page_leads_back_by_itself(console: Console) -> None:
    told = await console()
    path = a_case_of_somebody(told)
    operator = told.operator()
    await operator.open(f"{path}/number")
    page = await operator.send(f"{path}/number", {"reason": "call_back"})
    assert "138 0000 0427" in page.text
    assert page.headers["refresh"] == f"60; url={path}"
    assert page.headers["cache-control"] == "no-store"
    (asked,) = reveals(told)
    assert json.loads(asked.content) == {
        "what": "contact_point", "target_id": str(PHONE_ID), "reason": "打电话回访、了解情况"
    }  # fmt: skip
    assert NUMBER not in (await operator.open(path)).text


async def test_without_a_reason_members_is_not_asked(console: Console) -> None:
    told = await console()
    path = a_case_of_somebody(told)
    operator = told.operator()
    await operator.open(f"{path}/number")
    for reason in ({}, {"reason": "curiosity"}, {"words": "   "}):
        assert (await operator.send(f"{path}/number", reason)).status_code == 422
    assert reveals(told) == []


async def test_the_second_factor_is_asked_in_place_and_the_reason_is_kept(console: Console) -> None:
    told = await console()
    path = a_case_of_somebody(told)
    operator = told.operator()
    refused = httpx.Response(403, json=answers.problem(403, "step_up"))
    told.stubs["members"].says(f"/v1/people/{answers.PERSON}:reveal", refused)
    await operator.open(f"{path}/number")
    page = await operator.send(f"{path}/number", {"words": "问清楚是几楼"})
    assert page.status_code == 403
    assert 'name="_totp"' in page.text
    told.stubs["members"].says("/v1/sessions/current:confirm", {"level": "aal2"})
    told.stubs["members"].says(f"/v1/people/{answers.PERSON}:reveal", {"value": NUMBER})
    page = await operator.send(f"{path}/number", operator.hidden(f"{path}/number") | {"_totp": "123456"})
    assert "138 0000 0427" in page.text
    assert json.loads(reveals(told)[-1].content)["reason"] == "问清楚是几楼"


async def test_members_says_no_and_the_page_says_so(console: Console) -> None:
    told = await console()
    path = a_case_of_somebody(told)
    operator = told.operator()
    gone = httpx.Response(404, json=answers.problem(404, "not_found"))
    told.stubs["members"].says(f"/v1/people/{answers.PERSON}", gone, "GET")
    await operator.open(f"{path}/number")
    page = await operator.send(f"{path}/number", {"reason": "call_back"})
    assert page.status_code == 404
    assert NUMBER not in page.text


async def test_somebody_without_a_number_is_told_in_words(console: Console) -> None:
    told = await console()
    path = a_case_of_somebody(told)
    operator = told.operator()
    told.stubs["members"].says(f"/v1/people/{answers.PERSON}", {"id": str(answers.PERSON)}, "GET")
    await operator.open(f"{path}/number")
    assert "没有登记号码" in (await operator.send(f"{path}/number", {"reason": "call_back"})).text
