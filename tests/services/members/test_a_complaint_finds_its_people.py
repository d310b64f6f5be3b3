"""What the one complaint needs: identified, covered, led, resolved."""

from uuid import UUID, uuid4

from tests.services.members.neighbourhood import Neighbourhood, ok


async def test_a_known_number_is_identified_however_it_is_written(here: Neighbourhood) -> None:
    person = await here.person(
        contact_points=[{"value": "138 0000 0001"}],
        residency={"building_id": str(here.building), "dwelling": "2-1203", "relation": "head"},
    )
    tickets = here.service.as_service("tickets")
    for written in ("13800000001", "+86 138-0000-0001", "0086 13800000001", "１３８０００００００１"):
        found = ok(await tickets.post("/internal/people:identify", json={"phone": written}))
        assert found["person_id"] == str(person)
    assert found["name"] == "何**"
    assert found["building_id"] == str(here.building)
    assert found["community_id"] == str(here.community)


async def test_an_unknown_number_is_enrolled_once_however_often_it_is_asked(here: Neighbourhood) -> None:
    tickets = here.service.as_service("tickets")
    asked = {"phone": "13900000002", "enrol": True, "building_id": str(here.building)}
    first = ok(await tickets.post("/internal/people:identify", json=asked))
    again = ok(await tickets.post("/internal/people:identify", json=asked))
    assert first["enrolled"]
    assert not again["enrolled"]
    assert first["person_id"] == again["person_id"]
    assert first["state"] == "provisional"
    assert first["community_id"] == str(here.community)


async def test_what_an_unknown_caller_says_of_herself_is_kept_and_changes_nobody_known(here: Neighbourhood) -> None:
    tickets = here.service.as_service("tickets")
    asked = {"phone": "13900000004", "enrol": True, "name": "王芳芳", "email": "W@example.com"}
    first = ok(await tickets.post("/internal/people:identify", json=asked))
    assert (first["name"], first["enrolled"]) == ("王**", True)
    again = ok(await tickets.post("/internal/people:identify", json=asked | {"name": "李四", "email": "l@example.com"}))
    assert (again["person_id"], again["name"]) == (first["person_id"], "王**")
    points = await here.service.sql(
        "SELECT kind FROM contact_points WHERE person_id = $1 ORDER BY kind", UUID(first["person_id"])
    )
    assert [row["kind"] for row in points] == ["email", "phone"]


async def test_a_mail_address_that_is_none_enrols_nobody(here: Neighbourhood) -> None:
    asked = {"phone": "13900000005", "enrol": True, "email": "nonsense"}
    refused = await here.service.as_service("tickets").post("/internal/people:identify", json=asked)
    assert (refused.status_code, refused.json()["code"]) == (422, "email_invalid")
    assert await here.service.sql("SELECT 1 FROM people WHERE state = 'provisional'") == []


async def test_an_unknown_number_stays_unknown_unless_it_is_to_be_enrolled(here: Neighbourhood) -> None:
    tickets = here.service.as_service("tickets")
    found = ok(await tickets.post("/internal/people:identify", json={"phone": "13900000003"}))
    assert found["person_id"] is None


async def test_the_leader_is_announced_with_her_membership_and_her_role(here: Neighbourhood) -> None:
    leader = await here.leader()
    changed = (await here.service.data("members.group_leader_changed.v1"))[-1]
    assert changed["leader_id"] == str(leader)
    assert changed["until"] is None
    assert changed["from"]
    membership = (await here.service.data("members.membership_changed.v1"))[-1]
    assert (membership["person_id"], membership["tier"], membership["state"]) == (str(leader), "leader", "active")
    grant = (await here.service.data("members.grant_given.v1"))[-1]
    assert (grant["subject_id"], grant["role"], grant["scope_id"]) == (str(leader), "leader", str(here.group))
    assert str(here.group) in grant["scope_path"]


async def test_the_group_that_covers_a_place_is_announced_with_the_path_to_it(here: Neighbourhood) -> None:
    body = {"area_id": str(here.cluster), "category": "hygiene", "rank": "lead"}
    ok(await here.district.post(f"/v1/organizations/{here.group}/coverage", json=body))
    fact = (await here.service.data("members.coverage_changed.v1"))[-1]
    assert fact["area_path"] == [str(a) for a in (here.root, here.township, here.community, here.cluster)]
    assert fact["state"] == "active"
    on_duty = ok(await here.service.client().get(f"/v1/areas/{here.building}/coverage"))
    assert [one["organization_id"] for one in on_duty["items"]] == [str(here.group)]


async def test_leader_and_resident_are_resolved_to_where_they_are_reached(here: Neighbourhood) -> None:
    person = await here.person(contact_points=[{"value": "13800000001"}], languages=["zh-CN"])
    nobody = await here.person("黎沛稀")
    notify = here.service.as_service("notify")
    items = [{"person_id": str(id)} for id in (person, nobody, uuid4(), person)]
    answer = ok(
        await notify.post(
            "/internal/contacts:resolve",
            json={"purpose": "ticket_assigned", "about": str(uuid4()), "items": items, "labels": [str(nobody)]},
        )
    )
    assert [one["status"] for one in answer["items"]] == ["ok", "no_contact", "no_contact"]
    assert answer["items"][0]["address"] == "+8613800000001"
    assert answer["items"][0]["salutation"] == "何凤兰"
    assert answer["labels"][str(nobody)] == {"role": "resident", "label": "居民"}


async def test_a_leader_names_nine_people_and_they_are_announced_for_the_ticket(here: Neighbourhood) -> None:
    leader = await here.leader()
    named = [await here.person(f"成员{number}") for number in range(9)]
    ticket, correlation = uuid4(), uuid4()
    request = {"ticket_id": ticket, "group_id": here.group, "building_id": here.building, "size": 9}
    await here.service.apply(
        "tickets.task_force_requested.v1", request | {"purpose_code": "patrol"}, correlation=correlation
    )
    client = here.as_person(leader)
    (waiting,) = ok(await client.get("/v1/task-forces", params={"ticket_id": str(ticket)}))["items"]
    assert (waiting["state"], waiting["size"]) == ("requested", 9)
    formed = ok(
        await client.post(
            f"/v1/task-forces/{waiting['id']}:form",
            json={"person_ids": [str(id) for id in named]},
            headers={"If-Match": str(waiting["revision"])},
        )
    )
    assert formed["state"] == "formed"
    (event,) = await here.service.events("members.task_force_formed.v1")
    assert event.correlation == correlation
    (fact,) = await here.service.data("members.task_force_formed.v1")
    assert fact["person_ids"] == [str(id) for id in named]
    assert (fact["size"], fact["ticket_id"]) == (9, str(ticket))


async def test_with_her_name_a_provisional_person_is_provisional_no_longer(here: Neighbourhood) -> None:
    asked = {"phone": "13900000002", "enrol": True, "building_id": str(here.building)}
    person = ok(await here.service.as_service("tickets").post("/internal/people:identify", json=asked))["person_id"]
    headers = {"If-Match": "1"}
    named = ok(await here.operator.patch(f"/v1/people/{person}", json={"name": "何凤兰"}, headers=headers))
    assert named["state"] == "unverified"
    assert ok(await here.operator.get(f"/v1/people/{person}"))["name"] == "何**"
