"""What funds cannot apply concerns money: one person asks to give it up, and another confirms."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.conftest import Fresh
from tests.running import Served

PARKED = (
    "INSERT INTO parked VALUES ($1, 'tickets', 0, $2, gen_random_uuid(), '{}', 'lasting', 'ValueError', 5, 'parked')"
)


async def keeper(service: Served) -> httpx.AsyncClient:
    return await service.person(uuid4(), [("keeper", "area", uuid4())])


async def parked(service: Served, position: int = 1) -> UUID:
    event = uuid4()
    await service.sql(PARKED, event, position)
    return event


async def discard(who: httpx.AsyncClient, why: str = "A test event.", **which: Any) -> httpx.Response:
    return await who.post("/operations/parked:discard", json={"why": why} | which)


async def state(service: Served, event: UUID) -> str:
    return str((await service.sql("SELECT state FROM parked WHERE event_id = $1", event))[0]["state"])


async def acts(service: Served, event: UUID) -> list[tuple[str, str]]:
    rows = await service.sql("SELECT action, reason FROM audit WHERE subject = $1 ORDER BY at", event)
    return [tuple(row) for row in rows]


async def test_one_asks_and_another_confirms(fresh: Fresh) -> None:
    service = await fresh("funds")
    event, first, second = await parked(service), await keeper(service), await keeper(service)
    assert (await discard(first, "Sent twice.", event_id=str(event))).json() == {"settled": 0, "asked": 1}
    assert await state(service, event) == "parked"
    assert (await discard(second, "I agree.", event_id=str(event))).json() == {"settled": 1, "asked": 0}
    assert await state(service, event) == "discarded"
    asked, done = ("operations.ask_discard", "Sent twice."), ("operations.discard", "I agree.")
    assert await acts(service, event) == [asked, done]


async def test_nobody_confirms_her_own_request(fresh: Fresh) -> None:
    service = await fresh("funds")
    event, first = await parked(service), await keeper(service)
    await discard(first, event_id=str(event))
    again = await discard(first, event_id=str(event))
    assert (again.status_code, again.json()["code"]) == (409, "own_request")
    assert await state(service, event) == "parked"


async def test_the_second_person_sees_who_asked_and_why(fresh: Fresh) -> None:
    service = await fresh("funds")
    person = uuid4()
    event = await parked(service)
    first = await service.person(person, [("keeper", "area", uuid4())])
    await discard(first, "Sent twice.", event_id=str(event))
    seen = (await (await keeper(service)).get("/operations/parked")).json()["items"][0]
    assert (seen["discard_asked_by"], seen["discard_asked_why"]) == (f"person:{person}", "Sent twice.")


async def test_who_confirms_more_than_was_asked_asks_for_the_rest(fresh: Fresh) -> None:
    service = await fresh("funds")
    asked, other = await parked(service), await parked(service, 2)
    await discard(await keeper(service), event_id=str(asked))
    answer = await discard(await keeper(service), reason="ValueError")
    assert answer.json() == {"settled": 1, "asked": 1}
    assert (await state(service, asked), await state(service, other)) == ("discarded", "parked")
