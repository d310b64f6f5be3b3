"""Cases that may be the same matter, and several households with one matter."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from tests.services.tickets.community import Community


async def previewed(here: Community, text: str, person: UUID | None = None, **body: Any) -> list[dict[str, Any]]:
    plain = {"text": text, "building_id": str(here.building), "category": "sanitation"} | body
    answer = await here.of(person or here.resident).post("/v1/tickets:preview", json=plain)
    assert answer.status_code == 200, answer.text
    similar: list[dict[str, Any]] = answer.json()["similar"]
    return similar


async def next_building(here: Community, name: str) -> str:
    id_ = uuid4()
    await here.area(id_, "building", [here.root, here.community, here.cluster, id_], name)
    return str(id_)


async def test_a_like_case_is_shown_without_a_word_of_it(here: Community) -> None:
    filed = await here.files(description="楼道垃圾没人收")
    neighbour = uuid4()
    here.clients[neighbour] = await here.service.person(neighbour)
    (found,) = await previewed(here, "楼道垃圾没有人收", neighbour)
    assert found["id"] == filed["id"]
    assert (found["number"], found["place"], found["me_too"]) == (None, "3栋", 0)
    assert found["score"] > 0.6
    assert "垃圾" not in str(found)
    (own,) = await previewed(here, "楼道垃圾没有人收")
    assert own["number"] == filed["number"]


async def test_the_next_building_counts_and_the_one_beyond_does_not(here: Community) -> None:
    near, far = await next_building(here, "4栋"), await next_building(here, "5栋")
    filed = await here.files(description="楼道垃圾没人收", building_id=near)
    await here.files(description="楼道垃圾没人收", building_id=far)
    assert [each["id"] for each in await previewed(here, "楼道垃圾没人收")] == [filed["id"]]


async def test_other_matters_old_ones_and_closed_ones_are_not_suggested(here: Community) -> None:
    await here.files(description="楼道垃圾没人收", category="noise")
    gone = await here.files(description="楼道垃圾没人收")
    await here.move(here.resident, gone, "withdraw")
    old = await here.files(description="楼道垃圾没人收")
    await here.service.sql("UPDATE tickets SET filed_at = filed_at - interval '31 days' WHERE id = $1", UUID(old["id"]))
    unlike = await here.files(description="电梯里有人抽烟")
    await here.service.sql(
        "UPDATE tickets SET filed_at = filed_at - interval '20 days' WHERE id = $1", UUID(unlike["id"])
    )
    assert await previewed(here, "楼道垃圾没人收") == []


async def test_at_most_five_are_suggested_the_most_alike_first(here: Community) -> None:
    for words in ("垃圾", "楼道垃圾", "楼道垃圾没人收", "楼道垃圾没人", "垃圾没人收", "道垃圾没人收"):
        await here.files(here.operator, description=words, reporter_id=str(uuid4()))
    found = await previewed(here, "楼道垃圾没人收", here.operator)
    assert len(found) == 5
    assert [each["score"] for each in found] == sorted((each["score"] for each in found), reverse=True)
    assert found[0]["score"] == 1.0


async def test_a_sister_category_is_compared_too(here: Community) -> None:
    filed = await here.files(description="楼道垃圾没人收", category="repair")
    await here.service.sql("UPDATE categories SET parent = 'other' WHERE code IN ('repair', 'sanitation')")
    here.service.running.state.pop("reference", None)
    try:
        assert [each["id"] for each in await previewed(here, "楼道垃圾没人收")] == [filed["id"]]
    finally:
        await here.service.sql("UPDATE categories SET parent = NULL")
        here.service.running.state.pop("reference", None)


async def test_whoever_sorts_sees_what_is_like_it(here: Community) -> None:
    first = await here.files(description="楼道垃圾没人收")
    second = await here.files(here.operator, description="楼道垃圾没有人收", reporter_id=str(uuid4()))
    answer = (await here.of(here.operator).get(f"/v1/tickets/{second['id']}/similar")).json()
    assert [each["number"] for each in answer["items"]] == [first["number"]]
    assert (await here.of(here.resident).get(f"/v1/tickets/{first['id']}/similar")).status_code == 403


# Hot spots -------------------------------------------------------------------------------------------------------


async def report(here: Community, **body: Any) -> dict[str, Any]:
    """Another household's report."""
    return await here.files(here.operator, reporter_id=str(uuid4()), **body)


async def test_three_households_make_one_hot_spot(here: Community) -> None:
    first = await report(here)
    await here.files(here.operator, reporter_id=str(await reporter_of(here, first)))
    await report(here, category="noise")
    await report(here)
    assert await here.service.data("tickets.cluster_opened.v1") == []
    await report(here)
    await report(here)
    (opened,) = await here.service.data("tickets.cluster_opened.v1")
    assert (opened["building_id"], opened["category"]) == (str(here.building), "sanitation")
    assert opened["households"] == 3
    (listed,) = (await here.of(here.operator).get("/v1/clusters")).json()["items"]
    assert (listed["households"], listed["place"]) == (4, "3栋")


async def test_three_households_at_one_instant_open_exactly_one_hot_spot(here: Community) -> None:
    for building in [str(here.building), *[await next_building(here, f"{at}栋") for at in range(10, 14)]]:
        await asyncio.gather(*(report(here, building_id=building) for _ in range(3)))
        opened = [each["building_id"] for each in await here.service.data("tickets.cluster_opened.v1")]
        assert opened.count(building) == 1


async def reporter_of(here: Community, ticket: dict[str, Any]) -> UUID:
    rows = await here.service.sql("SELECT reporter_id FROM tickets WHERE id = $1", UUID(ticket["id"]))
    found: UUID = rows[0]["reporter_id"]
    return found


async def test_one_dwelling_is_one_household_and_a_me_too_is_another(here: Community) -> None:
    for _ in range(3):
        filed = await report(here, unit="2", floor="12", room="1203")
    assert await here.service.data("tickets.cluster_opened.v1") == []
    for _ in range(2):
        client = await here.service.person()
        await client.post(f"/v1/tickets/{filed['id']}:me-too", json={})
    assert len(await here.service.data("tickets.cluster_opened.v1")) == 1


async def test_what_is_spread_over_more_than_three_days_is_none(here: Community) -> None:
    for _ in range(2):
        await report(here)
    await here.service.advance(hours=73)
    await report(here)
    assert await here.service.data("tickets.cluster_opened.v1") == []


async def test_delicate_matters_make_no_hot_spot(here: Community) -> None:
    for _ in range(4):
        await report(here, category="rights")
        await report(here, category="hardship")
    assert await here.service.data("tickets.cluster_opened.v1") == []


async def test_a_quiet_week_closes_it_and_the_next_report_begins_anew(here: Community) -> None:
    for _ in range(3):
        await report(here)
    await here.service.advance(days=5)
    for _ in range(3):
        await report(here)
    await here.service.advance(days=5)
    assert await here.service.data("tickets.cluster_closed.v1") == []
    await here.service.advance(days=2, minutes=1)
    assert len(await here.service.data("tickets.cluster_closed.v1")) == 1
    for _ in range(3):
        await report(here)
    assert len(await here.service.data("tickets.cluster_opened.v1")) == 2


async def test_the_desk_opens_one_case_for_all(here: Community) -> None:
    reports = [await report(here) for _ in range(3)]
    (cluster,) = (await here.of(here.operator).get("/v1/clusters")).json()["items"]
    url, body = f"/v1/clusters/{cluster['id']}:open-parent", {"description": "3栋多户反映垃圾无人清运"}
    for person, status in ((here.leader, 403), (here.resident, 403)):
        assert (await here.of(person).post(url, json=body)).status_code == status
    parent = (await here.of(here.operator).post(url, json=body)).json()
    links = (await here.of(here.operator).get(f"/v1/tickets/{parent['id']}/links")).json()["items"]
    assert {link["ticket_id"] for link in links if link["type"] == "child_of"} == {each["id"] for each in reports}
    again = await here.of(here.operator).post(url, json=body)
    assert (again.status_code, again.json()["code"]) == (409, "parent_opened_already")


async def test_the_reports_of_a_hot_spot_are_merged_into_its_case(here: Community) -> None:
    reports = [await report(here) for _ in range(3)]
    (cluster,) = (await here.of(here.operator).get("/v1/clusters")).json()["items"]
    url, body = f"/v1/clusters/{cluster['id']}:open-parent", {"description": "多户反映", "merge": True}
    parent = (await here.of(here.operator).post(url, json=body)).json()
    assert [(await here.see(each))["state"] for each in reports] == ["merged"] * 3
    people = await here.service.sql("SELECT 1 FROM watchers WHERE ticket_id = $1", UUID(parent["id"]))
    assert len(people) == 3


async def test_another_communitys_hot_spot_is_not_there(here: Community) -> None:
    for _ in range(3):
        await report(here)
    (cluster,) = (await here.of(here.operator).get("/v1/clusters")).json()["items"]
    far = uuid4()
    await here.area(far, "community", [here.root, far], "水云路社区")
    stranger = await here.service.person(grants=[("operator", "area", far)])
    assert (await stranger.get("/v1/clusters")).json()["items"] == []
    url = f"/v1/clusters/{cluster['id']}:open-parent"
    assert (await stranger.post(url, json={"description": "x"})).status_code == 404
