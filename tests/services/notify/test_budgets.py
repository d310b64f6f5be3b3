"""Budgets: eighty percent warns, at a hundred what is due waits for the next period; codes only for everybody's."""

from typing import Any
from uuid import uuid4

from tests.services.notify.phones import COMMUNITY, LEADER, Phones
from tests.services.notify.test_limits import code, waiting_for


async def a_budget(phones: Phones, limit: int, **changes: Any) -> None:
    manager = await phones.service.person(grants=[("message_manager", "area", COMMUNITY)])
    body = {"community_id": str(COMMUNITY), "class": "notice", "period": "day", "limit_billable": limit}
    answer = await manager.post("/v1/budgets", json=body | changes)
    assert answer.status_code == 200, answer.text


async def levels(phones: Phones) -> list[int]:
    return [told["level"] for told in await phones.service.data("notify.budget_reached.v1")]


async def test_a_budget_warns_at_eighty_percent_and_defers_at_a_hundred(phones: Phones) -> None:
    await phones.assigned()
    await phones.send()
    ((billable,),) = await phones.service.sql("SELECT billable FROM messages WHERE state = 'submitted'")
    await a_budget(phones, 5 * billable)
    told = []
    for _ in range(6):
        await phones.assigned()
        await phones.send()
        told.append(await levels(phones))
    assert told == [[], [], [], [80], [80, 100], [80, 100]]
    assert len(phones.provider.texts_to(LEADER)) == 6
    assert await waiting_for(phones) == ["budget"]

    await phones.at("07:31")
    await phones.send()
    assert len(phones.provider.texts_to(LEADER)) == 7, "a new day is a new period"


async def test_a_level_is_told_once_a_period(phones: Phones) -> None:
    await a_budget(phones, 100)
    await phones.assigned()
    await phones.send()
    for spent in (80, 85):
        await phones.service.sql("UPDATE budget_counters SET spent = $1", spent)
        await phones.assigned()
        await phones.send()
    assert await levels(phones) == [80]


async def test_a_budget_of_a_community_stops_no_code(phones: Phones) -> None:
    await a_budget(phones, 0, **{"class": "*"})
    await phones.assigned()
    await code(phones)
    await phones.send()
    assert [c.template_code for c in phones.provider.calls] == ["SMS_sign_in_code"]


async def test_the_budget_of_everybody_stops_codes_too(phones: Phones) -> None:
    await a_budget(phones, 0, community_id=None, **{"class": "*"})
    await code(phones)
    await phones.send()
    assert phones.provider.calls == []
    (message,) = await phones.messages(channel="sms")
    assert (message["state"], message["reason"]) == ("suppressed", "budget")


async def test_budgets_show_what_was_spent(phones: Phones) -> None:
    await a_budget(phones, 100)
    await a_budget(phones, 50)
    await phones.assigned()
    await phones.send()
    auditor = await phones.service.person(grants=[("auditor", "area", COMMUNITY)])
    (shown,) = (await auditor.get("/v1/budgets")).json()["items"]
    assert (shown["limit_billable"], shown["class"], shown["period"]) == (50, "notice", "day")
    assert shown["spent"] > 0
    elsewhere = await phones.service.person(grants=[("auditor", "area", uuid4())])
    assert (await elsewhere.get("/v1/budgets")).json()["items"] == []


async def test_a_budget_of_another_community_or_no_class_is_refused(phones: Phones) -> None:
    manager = await phones.service.person(grants=[("message_manager", "area", COMMUNITY)])
    body = {"community_id": str(uuid4()), "class": "notice", "period": "day", "limit_billable": 1}
    assert (await manager.post("/v1/budgets", json=body)).status_code == 404
    unknown = await manager.post("/v1/budgets", json=body | {"community_id": str(COMMUNITY), "class": "poem"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "class_unknown")
