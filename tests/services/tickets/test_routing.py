"""A community makes its own rules: checked whole, tried on the past, in force at once."""

from typing import Any

import httpx
import pytest

from tests.services.tickets.community import Community


def a_rule(here: Community, **changes: Any) -> dict[str, Any]:
    return {"id": "own", "priority": 5, "group_id": str(here.help_group), "categories": ["sanitation"]} | changes


async def make(here: Community, *rules: dict[str, Any], verb: str = "", **more: Any) -> httpx.Response:
    body = {"community_id": str(here.community), "rules": list(rules)} | more
    return await here.of(here.secretary).post(f"/v1/routing-rules{verb}", json=body)


async def made(here: Community, *rules: dict[str, Any]) -> None:
    answer = await make(here, *rules)
    assert answer.status_code == 201, answer.text


async def test_a_new_set_is_in_force_at_once_and_explains_itself(here: Community) -> None:
    assert (await here.files())["assignment"]["rule_id"] == "no_property_management"
    await made(here, a_rule(here, **{"class": "complex"}))
    filed = await here.files()
    assert (filed["group_id"], filed["class"]) == (str(here.help_group), "complex")
    assert filed["assignment"]["rule_id"] == "own"
    (changed,) = await here.service.data("tickets.routing_changed.v1")
    assert changed["version"] == 2
    listed = (await here.of(here.leader).get(f"/v1/routing-rules?community_id={here.community}")).json()["items"]
    assert [(each["id"], each["version"]) for each in listed] == [("own", 2)]


async def test_helping_groups_named_by_a_rule_have_their_case_from_the_start(here: Community) -> None:
    await made(here, a_rule(here, group_id=str(here.property_group), cohandlers=[str(here.help_group)]))
    filed = await here.files()
    (added,) = await here.service.data("tickets.cohandler_added.v1")
    assert (added["ticket_id"], added["required"]) == (filed["id"], False)
    child = await here.see({"id": added["child_id"]})
    assert (child["state"], child["group_id"]) == ("assigned", str(here.help_group))


@pytest.mark.parametrize(("changes", "pointer", "code"), [
    ({"group_id": "00000000-0000-0000-0000-000000000001"}, "/rules/0/group_id", "group_unknown"),
    ({"categories": ["nonsense"]}, "/rules/0/categories", "category_unknown"),
    ({"area_id": "00000000-0000-0000-0000-000000000001"}, "/rules/0/area_id", "area_unknown"),
    ({"class": "whenever"}, "/rules/0/class", "class_unknown"),
    ({"mandate": "property"}, "/rules/0/group_id", "group_or_mandate"),
])  # fmt: skip
async def test_a_set_with_something_unknown_is_refused_whole(
    here: Community, changes: dict[str, Any], pointer: str, code: str
) -> None:
    refused = await make(here, a_rule(here, **changes))
    assert refused.status_code == 422
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [(pointer, code)]
    assert await here.service.sql("SELECT 1 FROM routing_sets") == []


async def test_two_equal_rules_are_refused_when_they_are_saved(here: Community) -> None:
    refused = await make(here, a_rule(here), a_rule(here, id="other", group_id=str(here.property_group)))
    assert (refused.status_code, refused.json()["code"]) == (422, "rules_ambiguous")
    assert refused.json()["pairs"] == [["own", "other"]]
    assert await here.service.sql("SELECT 1 FROM routing_sets") == []


async def test_a_set_is_tried_on_past_tickets_and_nothing_is_written(here: Community) -> None:
    for category in ("sanitation", "noise"):
        await here.files(category=category)
    rules = [a_rule(here), a_rule(here, id="later", priority=9), a_rule(here, id="never", categories=["venue"])]
    span = {"from": "2020-01-01T00:00:00Z", "to": "2990-01-01T00:00:00Z"}
    answer = (await make(here, *rules, verb=":dry-run", **span)).json()
    assert (answer["tickets"], answer["same"], answer["unmatched"]) == (2, 0, 0)
    moved = {(each["from_group"], each["to_group"]): each["tickets"] for each in answer["moved"]}
    assert moved == {("物业管理", "邻里互助"): 2}
    assert (answer["shadowed"], answer["unused"]) == (["later"], ["never"])
    assert await here.service.sql("SELECT 1 FROM routing_sets") == []


async def test_rules_are_made_by_the_secretary_of_the_place(here: Community) -> None:
    body = {"community_id": str(here.community), "rules": [a_rule(here)]}
    assert (await here.of(here.operator).post("/v1/routing-rules", json=body)).status_code == 403
    far = await here.of(here.secretary).post("/v1/routing-rules", json=body | {"community_id": str(here.leader)})
    assert far.status_code == 404


async def test_where_the_group_says_so_the_member_with_the_least_to_do_is_named_at_once(here: Community) -> None:
    url = f"/v1/groups/{here.property_group}/workload"
    settings = {"cap": 1, "chooses_at_once": True}
    await here.of(here.leader).patch(url, json=settings, headers={"If-Match": '"0"'})
    named = []
    for _ in range(2):
        filed = await here.files()
        rows = await here.service.sql(
            "SELECT named_handler_id, overloaded FROM tickets WHERE number = $1", filed["number"]
        )
        named.append(str(rows[0]["named_handler_id"]))
        assert rows[0]["overloaded"] is False
    assert set(named) == {str(here.leader), str(here.member)}
    full = await here.files()
    rows = await here.service.sql("SELECT named_handler_id, overloaded FROM tickets WHERE number = $1", full["number"])
    assert (rows[0]["named_handler_id"], rows[0]["overloaded"]) == (None, True)
    told = [each for each in await here.service.data("tickets.ticket_escalated.v1") if each["clock"] == "workload"]
    assert [(each["ticket_id"], each["recipient_role"]) for each in told] == [(full["id"], "secretary")]
    accepted = await here.move(here.leader, full, "accept")
    assert accepted["handler_id"] == str(here.leader)
