"""What differs by kind: reports with a hidden reporter, and what is never given to whom."""

from typing import Any
from uuid import UUID, uuid4

from tests.services.tickets.community import Community


async def report(here: Community, **body: Any) -> dict[str, Any]:
    return await here.files(kind="report", description="有人私占公共绿地", **body)


async def read(here: Community, person: UUID, ticket: dict[str, Any], part: str = "") -> dict[str, Any]:
    answer = await here.of(person).get(f"/v1/tickets/{ticket['id']}{part}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_those_who_do_the_work_do_not_see_who_reported(here: Community) -> None:
    filed = await report(here)
    who = str(here.resident)
    for person in (here.leader,):
        assert (await read(here, person, filed))["reporter_id"] is None
        for part in ("/timeline", "/notes", "/follow-ups", ""):
            assert who not in str(await read(here, person, filed, part)), part
    for person in (here.operator, here.secretary, here.resident):
        assert (await read(here, person, filed))["reporter_id"] == who
    for person in (here.leader, here.operator, here.secretary):
        listed = (await here.of(person).get("/v1/tickets")).json()["items"]
        assert [each["reporter_id"] for each in listed] == [None]


async def test_each_look_at_a_hidden_reporter_is_on_record(here: Community) -> None:
    filed = await report(here)
    for person in (here.leader, here.resident, here.operator):
        await read(here, person, filed)
    rows = await here.service.sql("SELECT actor, subject FROM access_log WHERE action = 'hidden_reporter_read'")
    assert [(row["actor"], str(row["subject"])) for row in rows] == [(f"person:{here.operator}", filed["id"])]


async def test_a_hidden_reporter_is_not_found_by_her_id(here: Community) -> None:
    await report(here)
    url = f"/v1/tickets?reporter_id={here.resident}"
    assert (await here.of(here.leader).get(url)).json()["items"] == []
    assert len((await here.of(here.resident).get("/v1/tickets?reporter_id=me")).json()["items"]) == 1


async def test_the_desk_reaches_her_for_the_handlers(here: Community) -> None:
    ticket = await here.move(here.leader, await report(here), "accept")
    ticket = await here.move(here.operator, ticket, "record-contact", result="reached")
    assert (await here.move(here.leader, ticket, "resolve", result="已恢复"))["state"] == "resolved"
    plain = await here.move(here.leader, await here.files(), "accept")
    refused = await here.try_move(here.operator, plain, "record-contact", result="reached")
    assert refused.status_code == 403


async def test_a_report_never_goes_to_the_group_it_is_about_and_is_not_verified_by_it(here: Community) -> None:
    filed = await report(here, about_group_id=str(here.property_group), category="sanitation")
    assert filed["group_id"] == str(here.help_group)
    ticket = await here.see(filed)
    refused = await here.try_move(here.operator, ticket, "assign", group_id=str(here.property_group))
    assert (refused.status_code, refused.json()["code"]) == (409, "report_is_about_this_group")
    for verb, body in (("accept", {}), ("record-contact", {"result": "reached"}), ("resolve", {"result": "查实"})):
        ticket = await here.move(here.help_leader, ticket, verb, **body)
    for person in (here.leader, here.member):
        answer = await here.try_move(person, ticket, "answer", round=1, answer="solved_satisfied")
        assert (answer.status_code, answer.json()["code"]) == (409, "not_independent")


async def test_only_a_report_is_about_a_group_and_the_group_is_known(here: Community) -> None:
    plain = {"description": "x", "building_id": str(here.building), "about_group_id": str(here.help_group)}
    assert (await here.of(here.resident).post("/v1/tickets", json=plain)).status_code == 422
    unknown = plain | {"kind": "report", "about_group_id": str(uuid4())}
    answer = await here.of(here.resident).post("/v1/tickets", json=unknown)
    assert (answer.status_code, answer.json()["code"]) == (422, "group_unknown")


async def test_a_complaint_may_be_hidden_on_wish(here: Community) -> None:
    filed = await here.files(hidden=True)
    assert (await read(here, here.leader, filed))["reporter_id"] is None
