"""A community names, hides and asks in its own way; what was filed before keeps the version it had."""

from typing import Any
from uuid import UUID, uuid4

from tests.services.tickets.community import Community
from tests.services.tickets.test_attachments import picture, uploaded

WHERE = {
    "code": "where",
    "label": "在哪里",
    "datatype": "singlevaluelist",
    "required": True,
    "values": [{"key": "stairs", "name": "楼道"}, {"key": "yard", "name": "院子"}],
}


async def changes(here: Community, person: UUID | None = None, **body: Any) -> Any:
    plain = {"community_id": str(here.community), "code": "sanitation", "label": "卫生垃圾", "class": "general"}
    return await here.of(person or here.secretary).post("/v1/categories", json=plain | body)


async def changed(here: Community, **body: Any) -> dict[str, Any]:
    answer = await changes(here, **body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def shown(here: Community, community: UUID | None = None) -> dict[str, dict[str, Any]]:
    query = {"community_id": str(community or here.community)}
    items = (await here.service.client().get("/v1/categories", params=query)).json()["items"]
    return {each["code"]: each for each in items}


async def test_a_renamed_category_is_called_so_in_its_community_only(here: Community) -> None:
    made = await changed(here, label="垃圾与楼道")
    assert made["version"] == 2
    assert (await shown(here))["sanitation"]["label"] == "垃圾与楼道"
    assert (await shown(here, uuid4()))["sanitation"]["label"] == "卫生垃圾"
    filed = await here.files()
    assert (await here.of(here.leader).get(f"/v1/tickets/{filed['id']}")).json()["category_label"] == "垃圾与楼道"
    assert (await changed(here, label="垃圾"))["version"] == 3
    url = "/v1/categories/sanitation/versions"
    versions = (await here.of(here.operator).get(url, params={"community_id": str(here.community)})).json()["items"]
    assert [(each["version"], each["label"]) for each in versions] == [
        (3, "垃圾"),
        (2, "垃圾与楼道"),
        (1, "卫生垃圾"),
    ]


async def test_a_hidden_category_takes_nothing_new(here: Community) -> None:
    await changed(here, visible=False)
    assert "sanitation" not in await shown(here)
    body = {"description": "x", "category": "sanitation", "building_id": str(here.building)}
    refused = await here.of(here.resident).post("/v1/tickets", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "category_unknown")
    assert len(refused.json()["nearest"]) == 3
    assert "sanitation" not in refused.json()["nearest"]


async def test_a_version_takes_effect_on_its_day(here: Community) -> None:
    await changed(here, label="以后的名字", effective_from="2999-01-01T00:00:00Z")
    assert (await shown(here))["sanitation"]["label"] == "卫生垃圾"
    past = await changes(here, effective_from="2018-01-01T00:00:00Z")
    assert (past.status_code, past.json()["code"]) == (422, "effective_in_the_past")


async def test_a_category_of_its_own_is_told_to_the_others(here: Community) -> None:
    await changed(here, visible=False, code="services")
    made = await changed(here, code="bins", label="垃圾桶", parent="sanitation", keywords=["垃圾桶"])
    assert (made["version"], made["parent"]) == (2, "sanitation")
    told = [each for each in await here.service.data("tickets.category_changed.v1") if each["category"] == "bins"]
    assert told == [{"category": "bins", "label": "垃圾桶", "parent": "sanitation", "state": "active"}]
    filed = await here.files(category="bins")
    assert filed["class"] == "general"
    assert (await here.of(here.leader).get(f"/v1/tickets/{filed['id']}")).json()["category_label"] == "垃圾桶"
    assert list(await shown(here))[-1] == "other"
    far = uuid4()
    building = uuid4()
    await here.area(far, "community", [here.root, far], "水云路社区")
    await here.area(building, "building", [here.root, far, building], "1栋")
    body = {"description": "x", "category": "bins", "building_id": str(building)}
    assert (await here.of(here.resident).post("/v1/tickets", json=body)).status_code == 422


async def test_required_questions_are_answered_and_kept(here: Community) -> None:
    await changed(here, questions=[WHERE])
    body = {"description": "x", "category": "sanitation", "building_id": str(here.building)}
    for answers, fault in (({}, "required"), ({"where": "roof"}, "invalid")):
        refused = await here.of(here.resident).post("/v1/tickets", json=body | {"answers": answers})
        assert refused.status_code == 422
        assert refused.json()["errors"] == [{"pointer": "/answers/where", "code": fault}]
    filed = await here.files(answers={"where": "yard"})
    assert (await here.of(here.leader).get(f"/v1/tickets/{filed['id']}")).json()["answers"] == {"where": "yard"}


async def test_a_file_of_another_system_is_asked_nothing(here: Community) -> None:
    await changed(here, questions=[WHERE])
    source = {"system": "old", "key": "1"}
    filed = await here.files(here.secretary, origin="import", source=source, filed_at="2018-08-30T09:00:00Z")
    assert filed["category"] == "sanitation"
    other = source | {"key": "2"}
    filed = await here.files(
        here.secretary, origin="import", source=other, category="gossip", filed_at="2018-08-30T09:00:00Z"
    )
    assert filed["category"] == "other"


async def test_what_is_looked_at_first_is_a_draft(here: Community) -> None:
    await changed(here, review_first=True)
    filed = await here.files()
    assert (filed["state"], filed["group_id"]) == ("draft", None)
    confirmed = await here.move(here.operator, filed, "confirm")
    assert confirmed["state"] == "assigned"


async def test_the_end_waits_for_the_checklist_and_a_photograph(here: Community) -> None:
    await changed(here, checklist=["清运", "消毒"], photo_required=True)
    ticket = await here.move(here.leader, await here.files(), "accept")
    ticket = await here.move(here.leader, ticket, "record-contact", result="reached")
    refused = await here.try_move(here.leader, ticket, "resolve", result="好了", checklist=["清运"])
    assert (refused.status_code, refused.json()["code"]) == (409, "checklist_open")
    assert refused.json()["missing"] == ["消毒"]
    done = {"result": "好了", "checklist": ["清运", "消毒"]}
    refused = await here.try_move(here.leader, ticket, "resolve", **done)
    assert (refused.status_code, refused.json()["code"]) == (409, "photo_needed")
    photo = await uploaded(here, picture(seed=77), here.leader)
    url = f"/v1/tickets/{ticket['id']}/attachments"
    await here.of(here.leader).post(url, json={"attachment_ids": [photo["id"]]})
    assert (await here.move(here.leader, ticket, "resolve", **done))["state"] == "resolved"


async def test_a_change_never_alters_what_was_filed_before(here: Community) -> None:
    ticket = await here.move(here.leader, await here.files(), "accept")
    ticket = await here.move(here.leader, ticket, "record-contact", result="reached")
    await here.service.advance(minutes=1)
    await changed(here, checklist=["清运"])
    assert (await here.move(here.leader, ticket, "resolve", result="好了"))["state"] == "resolved"


async def test_only_the_secretary_of_the_place_changes_its_categories(here: Community) -> None:
    assert (await changes(here, here.operator)).status_code == 403
    assert (await changes(here, community_id=str(uuid4()))).status_code == 404
    refused = await changes(here, code="Wrong", parent="gossip", visible=False)
    assert {each["pointer"] for each in refused.json()["errors"]} == {"/code", "/parent"}
