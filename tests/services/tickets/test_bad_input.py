"""What is wrong is refused, all faults at once, and nothing half done is left."""

from typing import Any
from uuid import uuid4

import pytest

from tests.services.tickets.community import Community


def a_body(here: Community, **changes: Any) -> dict[str, Any]:
    return {"description": "楼道垃圾", "category": "sanitation", "building_id": str(here.building)} | changes


async def test_one_key_is_one_ticket_and_one_answer(here: Community) -> None:
    client, key = here.of(here.resident), {"Idempotency-Key": str(uuid4())}
    first = await client.post("/v1/tickets", json=a_body(here), headers=key)
    again = await client.post("/v1/tickets", json=a_body(here), headers=key)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = await client.post("/v1/tickets", json=a_body(here, description="别的事"), headers=key)
    assert other.status_code == 422
    assert len(await here.service.sql("SELECT 1 FROM tickets")) == 1


async def test_without_a_key_nothing_is_filed(here: Community) -> None:
    answer = await here.of(here.resident).post("/v1/tickets", json=a_body(here), headers={"Idempotency-Key": ""})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"unheard_of": 1}, "/unheard_of"),
        ({"description": 7}, "/description"),
        ({"description": ""}, "/description"),
        ({"description": "x" * 4_001}, "/description"),
        ({"kind": "rumour"}, "/kind"),
        ({"building_id": "3栋"}, "/building_id"),
        ({"lat": 91, "long": 106}, "/lat"),
        ({"channel": "pigeon"}, "/channel"),
        ({"filed_at": "2018-08-30T09:00:00", "origin": "import"}, "/filed_at"),
    ],
)
async def test_a_fault_names_its_place(here: Community, changes: dict[str, Any], pointer: str) -> None:
    answer = await here.of(here.resident).post("/v1/tickets", json=a_body(here, **changes))
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


async def test_all_faults_come_at_once(here: Community) -> None:
    answer = await here.of(here.resident).post("/v1/tickets", json=a_body(here, kind="x", lat=91, description=""))
    assert len(answer.json()["errors"]) >= 3


@pytest.mark.parametrize("words", ["a\0b", "a\ud800b"])
async def test_what_is_no_text_is_refused(here: Community, words: str) -> None:
    raw = '{"description": "%s", "building_id": "%s"}' % (  # noqa: UP031
        words.encode("unicode_escape").decode().replace("\\x00", "\\u0000"),
        here.building,
    )
    headers = {"Content-Type": "application/json"}
    answer = await here.of(here.resident).post("/v1/tickets", content=raw, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "changes",
    [{"lat": 29.5}, {"origin": "import"}, {"source": {"system": "x", "key": "1"}}, {"origin": "patrol"}],
)
async def test_what_belongs_together_comes_together(here: Community, changes: dict[str, Any]) -> None:
    assert (await here.of(here.secretary).post("/v1/tickets", json=a_body(here, **changes))).status_code == 422


async def test_an_unknown_category_gets_the_nearest_three(here: Community) -> None:
    answer = await here.of(here.resident).post("/v1/tickets", json=a_body(here, category="sanitaton"))
    assert (answer.status_code, answer.json()["code"]) == (422, "category_unknown")
    assert answer.json()["nearest"][0] == "sanitation"
    assert len(answer.json()["nearest"]) == 3


async def test_an_unknown_building_gets_candidates(here: Community) -> None:
    answer = await here.of(here.resident).post("/v1/tickets", json=a_body(here, building_id=str(uuid4())))
    assert (answer.status_code, answer.json()["code"]) == (422, "building_unknown")
    assert {each["name"] for each in answer.json()["candidates"]} == {"3栋", "8栋"}


async def test_a_building_of_another_community_is_not_there_for_staff(here: Community) -> None:
    far, building = uuid4(), uuid4()
    await here.area(far, "community", [here.root, far], "水云路社区")
    await here.area(building, "building", [here.root, far, building], "1栋")
    body = a_body(here, building_id=str(building), reporter_id=str(here.resident))
    for person in (here.operator, here.leader, here.member):
        assert (await here.of(person).post("/v1/tickets", json=body)).status_code == 404


async def test_an_unknown_place_is_accepted_where_the_community_is_named(here: Community) -> None:
    filed = await here.files(building_id=None, community_id=str(here.community))
    assert filed["group_id"] == str(here.help_group)
    nowhere = await here.of(here.resident).post("/v1/tickets", json=a_body(here, building_id=None))
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "community_needed")


async def test_the_handler_is_not_the_one_who_reported(here: Community) -> None:
    filed = await here.files(here.leader)
    refused = await here.try_move(here.leader, filed, "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict_of_interest")


async def test_a_contact_lies_neither_ahead_nor_before_filing(here: Community) -> None:
    filed = await here.files()
    for at in ("2099-01-01T00:00:00Z", "2001-01-01T00:00:00Z"):
        ticket = await here.move(here.leader, await here.files(), "accept")
        refused = await here.try_move(here.leader, ticket, "record-contact", result="reached", at=at)
        assert (refused.status_code, refused.json()["code"]) == (422, "contact_time_impossible")
    assert filed["state"] == "assigned"


async def test_an_unknown_ticket_is_not_there(here: Community) -> None:
    unknown = {"id": str(uuid4()), "revision": 1}
    assert (await here.try_move(here.leader, unknown, "accept")).status_code == 404
    assert (await here.of(here.operator).get(f"/v1/tickets/{unknown['id']}")).status_code == 404
    assert (await here.of(here.operator).get("/v1/tickets/not-an-id")).status_code == 422


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 10_000}, {"cursor": "forged"}, {"number": "12"}])
async def test_a_page_that_cannot_be_is_refused(here: Community, query: dict[str, Any]) -> None:
    assert (await here.of(here.operator).get("/v1/tickets", params=query)).status_code == 400


async def test_a_cursor_belongs_to_its_filter(here: Community) -> None:
    for _ in range(2):
        await here.files()
    page = (await here.of(here.operator).get("/v1/tickets", params={"limit": 1})).json()
    other = {"limit": 1, "cursor": page["next"], "state": "assigned"}
    assert (await here.of(here.operator).get("/v1/tickets", params=other)).status_code == 400


async def test_an_unknown_worklist_is_not_there(here: Community) -> None:
    assert (await here.of(here.operator).get("/v1/worklists/gossip")).status_code == 404


async def test_facts_about_groups_not_yet_known_are_kept(here: Community) -> None:
    group = uuid4()
    led = {"organization_id": group, "leader_id": here.leader, "deputy_id": None}
    await here.service.apply("members.group_leader_changed.v1", led, subject=group)
    await here.membership(group, here.member)
    await here.coverage(group, here.building, "noise")
    filed = await here.files(category="noise", building_id=str(here.building))
    assert filed["group_id"] == str(here.property_group)
    await here.service.sql("UPDATE areas SET has_property_management = true WHERE id = $1", here.cluster)
    await here.group(group, "安静小组", [], here.leader)
    assert (await here.files(category="noise"))["group_id"] == str(group)


async def test_rejections_and_returns_name_reasons_from_the_list(here: Community) -> None:
    filed = await here.files()
    for person, verb, body in (
        (here.operator, "reject", {"reason": "mood", "sentence": "x"}),
        (here.leader, "return", {"reason": "mood"}),
        (here.operator, "triage", {"class": "slow"}),
        (here.operator, "triage", {"category": "gossip"}),
        (here.resident, "answer", {"round": 1, "answer": "perhaps"}),
    ):
        refused = await here.try_move(person, filed, verb, **body)
        assert refused.status_code == 422, (verb, refused.text)
