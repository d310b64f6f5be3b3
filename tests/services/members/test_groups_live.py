"""Groups over their life: joining, leaving, handing over, moving house with all that stands on the path."""

from typing import Any
from uuid import UUID, uuid4

from tests.services.members.neighbourhood import Neighbourhood, ok, refusal


async def versioned(here: Neighbourhood, membership: dict[str, Any], move: str, client: Any, **body: Any) -> Any:
    headers = {"If-Match": str(membership["revision"])}
    return await client.post(f"/v1/memberships/{membership['id']}:{move}", json=body, headers=headers)


async def test_who_asks_to_join_is_let_in_by_the_leader(here: Neighbourhood) -> None:
    leader, person = await here.leader(), await here.person()
    mine = here.as_person(person, level="aal1")
    body = {"person_id": str(person), "tier": "member"}
    applied = ok(await mine.post(f"/v1/organizations/{here.group}/memberships", json=body))
    assert applied["state"] == "applied"
    assert refusal(await versioned(here, applied, "approve", mine))[0] in (403, 404)
    approved = ok(await versioned(here, applied, "approve", here.as_person(leader, level="aal1")))
    assert approved["state"] == "active"
    states = [fact["state"] for fact in await here.service.data("members.membership_changed.v1")]
    assert states[-2:] == ["applied", "active"]


async def test_who_is_invited_accepts_for_herself_and_gets_her_role(here: Neighbourhood) -> None:
    person = await here.person()
    invited = ok(await here.join(person, "core", invite=True, proposed_by=str(person), reason="everybody knows her"))
    assert invited["state"] == "invited"
    assert refusal(await versioned(here, invited, "accept", here.secretary)) == (403, "not_permitted")
    ok(await versioned(here, invited, "accept", here.as_person(person, level="aal1")))
    (grant,) = ok(await here.as_person(person).get("/v1/me"))["grants"]
    assert (grant["role"], grant["scope_id"]) == ("member", str(here.group))


async def test_nobody_makes_herself_a_core_member(here: Neighbourhood) -> None:
    person = await here.person()
    body = {"person_id": str(person), "tier": "core"}
    answer = await here.as_person(person).post(f"/v1/organizations/{here.group}/memberships", json=body)
    assert refusal(answer) == (403, "not_permitted")


async def test_leaving_ends_the_role_and_coming_back_is_a_new_row(here: Neighbourhood) -> None:
    person = await here.person()
    joined = ok(await here.join(person))
    left = ok(await versioned(here, joined, "leave", here.as_person(person, level="aal1")))
    assert left["state"] == "ended"
    assert ok(await here.as_person(person).get("/v1/me"))["grants"] == []
    assert len(await here.service.data("members.grant_ended.v1")) == 1
    again = ok(await here.join(person))
    assert again["id"] != joined["id"]
    assert refusal(await versioned(here, left, "resume", here.secretary)) == (409, "cannot_resume_when_ended")


async def test_a_pause_holds_her_place_and_suspends_her_role(here: Neighbourhood) -> None:
    person = await here.person()
    paused = ok(await versioned(here, ok(await here.join(person)), "pause", here.secretary))
    assert ok(await here.as_person(person).get("/v1/me"))["grants"] == []
    assert refusal(await here.join(person))[1] == "overlaps"
    ok(await versioned(here, paused, "resume", here.secretary))
    assert [grant["role"] for grant in ok(await here.as_person(person).get("/v1/me"))["grants"]] == ["member"]


async def test_removal_needs_a_reason(here: Neighbourhood) -> None:
    joined = ok(await here.join(await here.person()))
    assert refusal(await versioned(here, joined, "remove", here.secretary)) == (422, "reason_missing")
    ok(await versioned(here, joined, "remove", here.secretary, reason="has moved away"))


async def test_a_leader_hands_over_and_stays_a_core_member(here: Neighbourhood) -> None:
    first, second = await here.leader(), await here.executive("黎沛稀")
    ok(await here.join(second))
    ok(await here.move(f"/v1/organizations/{here.group}:hand-over", person_id=str(second)))
    group = ok(await here.secretary.get(f"/v1/organizations/{here.group}"))
    assert (group["leader_id"], group["members"]) == (str(second), 2)
    roles = {person: ok(await here.as_person(person).get("/v1/me"))["grants"][0]["role"] for person in (first, second)}
    assert roles == {first: "member", second: "leader"}
    changed = await here.service.data("members.group_leader_changed.v1")
    assert [fact["leader_id"] for fact in changed] == [str(first), str(second)]


async def test_a_deputy_stands_in_and_is_announced(here: Neighbourhood) -> None:
    leader, deputy = await here.leader(), await here.person("副组长")
    ok(await here.join(deputy, "deputy"))
    fact = (await here.service.data("members.group_leader_changed.v1"))[-1]
    assert (fact["leader_id"], fact["deputy_id"]) == (str(leader), str(deputy))


async def test_people_outside_are_shown_no_people(here: Neighbourhood) -> None:
    await here.leader()
    group = ok(await here.service.client().get(f"/v1/organizations/{here.group}"))
    assert (group["leader_id"], group["leader"], group["deputy_id"]) == (None, None, None)
    assert group["members"] == 1


async def test_a_place_moves_with_its_coverage_and_its_grants(here: Neighbourhood) -> None:
    cover = {"area_id": str(here.cluster), "category": "hygiene"}
    ok(await here.district.post(f"/v1/organizations/{here.group}/coverage", json=cover))
    person = await here.person("赵欣")
    grant = {"subject_id": str(person), "role": "operator", "scope_id": str(here.cluster)}
    ok(await here.secretary.post("/v1/grants", json=grant))
    before = len(await here.service.events("members.area_changed.v1"))
    ok(await here.move(f"/v1/areas/{here.cluster}:move", parent_id=str(here.other_community)))
    path = [str(a) for a in (here.root, here.township, here.other_community, here.cluster)]
    moved = (await here.service.data("members.area_changed.v1"))[before:]
    assert [fact["path"] for fact in moved] == [path, [*path, str(here.building)]]
    assert (await here.service.data("members.coverage_changed.v1"))[-1]["area_path"] == path
    assert (await here.service.data("members.grant_given.v1"))[-1]["scope_path"] == path
    building = ok(await here.service.client().get(f"/v1/areas/{here.building}"))
    assert building["community_id"] == str(here.other_community)
    on_duty = ok(await here.service.client().get(f"/v1/areas/{here.building}/coverage"))["items"]
    assert [one["organization_id"] for one in on_duty] == [str(here.group)]


async def test_an_organisation_moves_with_its_parts(here: Neighbourhood) -> None:
    body = {"classification": "group_home", "name": "群团之家", "area_id": str(here.community)}
    home = ok(await here.district.post("/v1/organizations", json=body))["id"]
    ok(await here.move(f"/v1/organizations/{here.federation}:move", parent_id=home))
    group = ok(await here.service.client().get(f"/v1/organizations/{here.group}"))
    assert group["path"] == [home, str(here.federation), str(here.group)]
    answer = await here.move(f"/v1/organizations/{home}:move", parent_id=str(here.group))
    assert refusal(answer) == (422, "cycle")


async def test_a_group_does_not_move_where_its_leader_is_no_executive(here: Neighbourhood) -> None:
    await here.leader()
    answer = await here.move(f"/v1/organizations/{here.group}:move", area_id=str(here.other_community))
    assert refusal(answer) == (409, "leader_needs_executive_post")


async def test_coverage_ends_and_is_announced_ended(here: Neighbourhood) -> None:
    cover = {"area_id": str(here.cluster), "category": "hygiene"}
    made = ok(await here.district.post(f"/v1/organizations/{here.group}/coverage", json=cover))
    ok(await here.district.post(f"/v1/coverage/{made['id']}:end"))
    assert (await here.service.data("members.coverage_changed.v1"))[-1]["state"] == "ended"
    again = await here.district.post(f"/v1/coverage/{made['id']}:end")
    assert refusal(again) == (409, "cannot_end_when_ended")


async def test_names_and_labels_are_public_for_places_and_groups(here: Neighbourhood) -> None:
    person = await here.person()
    ids = [str(id) for id in (here.cluster, here.group, person, uuid4())]
    named = ok(await here.secretary.post("/v1/names", json={"ids": ids}))["names"]
    assert {one["name"] for one in named.values()} == {"东坪一村", "物业管理妇女小组", "何**"}
    asked = {"areas": ids[:1], "organizations": ids[1:2]}
    labels = ok(await here.service.as_service("tickets").post("/internal/labels:resolve", json=asked))
    assert labels["areas"][ids[0]]["name"] == "东坪一村"
    assert labels["organizations"][ids[1]]["classification"] == "womens_group"


async def test_a_request_for_a_team_is_kept_once_and_for_known_groups_only(here: Neighbourhood) -> None:
    request = {"ticket_id": uuid4(), "group_id": here.group, "size": 3, "purpose_code": "patrol"}
    await here.service.apply("tickets.task_force_requested.v1", request)
    await here.service.apply("tickets.task_force_requested.v1", request)
    await here.service.apply("tickets.task_force_requested.v1", request | {"group_id": uuid4()})
    (kept,) = await here.service.sql("SELECT * FROM task_forces")
    leader = here.as_person(await here.leader())
    people = [str(await here.person(f"成员{number}")) for number in range(3)]
    form = {"person_ids": people[:2]}
    headers = {"If-Match": str(kept["revision"])}
    answer = await leader.post(f"/v1/task-forces/{kept['id']}:form", json=form, headers=headers)
    assert refusal(answer) == (422, "size_differs")
    form = {"person_ids": [*people[:2], str(uuid4())]}
    answer = await leader.post(f"/v1/task-forces/{kept['id']}:form", json=form, headers=headers)
    assert refusal(answer) == (422, "person_unknown")
    stranger = await here.service.person(uuid4(), [("leader", "organization", UUID(int=7))])
    assert ok(await stranger.get("/v1/task-forces"))["items"] == []
    answer = await stranger.post(f"/v1/task-forces/{kept['id']}:form", json={"person_ids": people}, headers=headers)
    assert refusal(answer) == (404, "not_found")


async def test_households_come_in_hundreds_and_are_counted(here: Neighbourhood) -> None:
    people = [{"name": "何凤兰", "phone": "13800000001", "relation": "head"}, {"name": "何小兰", "relation": "child"}]
    first = {"building_id": str(here.building), "dwelling": "1-1", "tenure": "public_rental", "people": people}
    rest = [{"building_id": str(here.building), "dwelling": f"2-{n}", "people": [{"name": "李珊"}]} for n in range(199)]
    made = ok(await here.secretary.post("/v1/households", json={"items": [first, *rest]}))
    assert made["created"] == 200
    assert len(made["items"][0]["person_ids"]) == 2
    listed = ok(await here.secretary.get("/v1/households", params={"building_id": str(here.building), "limit": 200}))
    assert (len(listed["items"]), listed["count"]) == (200, {"value": 200, "relation": "exact"})
    assert listed["items"][0]["people"] == 2
    assert await here.service.events("members.person_changed.v1") == []
    found = ok(await here.secretary.post("/v1/people:search", json={"name": "凤兰"}))["items"]
    assert [one["name"] for one in found] == ["何**"]


async def test_lists_are_read_page_by_page(here: Neighbourhood) -> None:
    for number in range(5):
        await here.person(f"居民{number}")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = ok(await here.secretary.get("/v1/people", params={"limit": "2"} | cursor))
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert len(seen) == len(set(seen)) >= 5
    forged = await here.secretary.get("/v1/people", params={"cursor": "x" * 40})
    assert refusal(forged) == (400, "cursor_invalid")
