"""The desk and the group: triage, assignment, return, refusal; people for a case; ideas; deadlines."""

from uuid import uuid4

from tests.services.tickets.community import Community


async def test_two_at_one_instant_one_wins(here: Community) -> None:
    filed = await here.files()
    first = await here.try_move(here.leader, filed, "accept")
    second = await here.try_move(here.operator, filed, "assign", group_id=str(here.help_group))
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["revision"] == 2
    assert [row["move"] for row in await here.service.sql("SELECT move FROM moves ORDER BY seq")] == [
        "file",
        "assign",
        "accept",
    ]


async def test_without_if_match_nothing_moves(here: Community) -> None:
    filed = await here.files()
    answer = await here.of(here.leader).post(f"/v1/tickets/{filed['id']}:accept", json={})
    assert answer.status_code == 428


async def test_a_move_not_in_the_table_names_those_that_are(here: Community) -> None:
    filed = await here.files()
    refused = await here.try_move(here.leader, filed, "resolve", result="办好")
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_resolve_when_assigned")
    assert "accept" in refused.json()["possible_moves"]


async def test_nothing_is_resolved_before_a_contact(here: Community) -> None:
    ticket = await here.move(here.leader, await here.files(), "accept")
    refused = await here.try_move(here.leader, ticket, "resolve", result="办好")
    assert (refused.status_code, refused.json()["code"], refused.json()["missing"]) == (
        409,
        "contact_needed",
        ["contact"],
    )


async def test_the_leader_names_a_handler_of_her_group_only(here: Community) -> None:
    filed = await here.files()
    refused = await here.try_move(here.leader, filed, "accept", handler_id=str(uuid4()))
    assert (refused.status_code, refused.json()["code"]) == (422, "handler_not_in_group")
    accepted = await here.move(here.leader, filed, "accept", handler_id=str(here.member))
    started = await here.move(here.member, accepted, "start")
    assert started["state"] == "in_progress"


async def test_three_returns_call_the_arbiter_whose_word_binds(here: Community) -> None:
    ticket = await here.files()
    groups = [(here.leader, here.property_group), (here.help_leader, here.help_group)]
    for turn in range(3):
        leader, _ = groups[turn % 2]
        ticket = await here.move(leader, ticket, "return", reason="not_our_task")
        if turn < 2:
            _, other = groups[(turn + 1) % 2]
            ticket = await here.move(here.operator, ticket, "assign", group_id=str(other))
    refused = await here.try_move(here.operator, ticket, "assign", group_id=str(here.help_group))
    assert refused.json()["code"] == "arbiter_required"
    ticket = await here.move(here.secretary, ticket, "assign", group_id=str(here.property_group))
    refused = await here.try_move(here.leader, ticket, "return", reason="no_capacity")
    assert refused.json()["code"] == "assignment_is_binding"


async def test_a_group_that_does_not_cover_the_place_needs_a_reason(here: Community) -> None:
    far = uuid4()
    await here.group(far, "远方小组", [], uuid4())
    await here.service.sql("UPDATE organizations SET area_id = $1 WHERE id = $2", here.managed_building, far)
    filed = await here.files()
    refused = await here.try_move(here.operator, filed, "assign", group_id=str(far))
    assert (refused.status_code, refused.json()["code"]) == (422, "reason_needed")
    moved = await here.move(here.operator, filed, "assign", group_id=str(far), reason="她们就在附近")
    assert moved["group_id"] == str(far)
    assert (await here.try_move(here.operator, moved, "assign", group_id=str(uuid4()))).status_code == 422


async def test_a_closed_groups_cases_go_back_to_the_desk(here: Community) -> None:
    filed = await here.files()
    await here.group(here.property_group, "物业管理", ["property"], here.leader, state="closed")
    assert (await here.see(filed))["state"] == "received"


async def test_what_a_departing_handler_holds_lies_on_her_leaders_desk(here: Community) -> None:
    ticket = await here.move(here.leader, await here.files(), "accept", handler_id=str(here.member))
    await here.membership(here.property_group, here.member, state="ended")
    seen = await here.see(ticket)
    assert (seen["state"], seen["handler_id"]) == ("accepted", None)


async def test_triage_reckons_the_clocks_anew_from_the_same_start(here: Community) -> None:
    filed = await here.files()
    url = f"/v1/tickets/{filed['id']}/clock"
    before = (await here.of(here.operator).get(url)).json()
    moved = await here.move(here.operator, filed, "triage", category="water", reason="是漏水")
    after = (await here.of(here.operator).get(url)).json()
    assert (before["class"], after["class"]) == ("general", "utility")
    assert before["clocks"][0]["start"] == after["clocks"][0]["start"]
    assert before["clocks"][2]["due"] > after["clocks"][2]["due"]
    longer = {"class": "complex"}
    refused = await here.try_move(here.operator, moved, "triage", **longer)
    assert refused.json()["code"] == "longer_class_needs_secretary"
    await here.move(here.secretary, moved, "triage", **longer)


async def test_a_refused_matter_says_why_and_nobody_takes_it_up(here: Community) -> None:
    filed = await here.files()
    await here.move(here.operator, filed, "reject", reason="not_ours", sentence="属于城管")
    (event,) = await here.service.data("tickets.ticket_rejected.v1")
    assert event["reason"] == "not_ours"
    timeline = (await here.of(here.resident).get(f"/v1/tickets/{filed['id']}/timeline")).json()["items"]
    assert "属于城管" in [entry["text"] for entry in timeline]


async def test_the_resident_takes_it_back(here: Community) -> None:
    filed = await here.files()
    assert (await here.move(here.resident, filed, "withdraw"))["state"] == "withdrawn"
    assert len(await here.service.data("tickets.ticket_withdrawn.v1")) == 1


async def test_nine_people_stand_on_the_ticket_once_members_has_formed_them(here: Community) -> None:
    ticket = await here.move(here.leader, await here.files(), "accept")
    await here.move(here.leader, ticket, "request-task-force", size=9, purpose_code="patrol")
    (asked,) = await here.service.data("tickets.task_force_requested.v1")
    assert (asked["size"], asked["building_id"]) == (9, str(here.building))
    people = [str(uuid4()) for _ in range(9)]
    formed = {"organization_id": str(here.property_group), "ticket_id": ticket["id"], "person_ids": people, "size": 9}
    await here.service.apply("members.task_force_formed.v1", formed)
    seen = (await here.of(here.leader).get(f"/v1/tickets/{ticket['id']}")).json()
    assert seen["task_force"]["person_ids"] == people
    stray = formed | {"ticket_id": str(uuid4())}
    await here.service.apply("members.task_force_formed.v1", stray)


async def test_the_fund_is_asked_for_help(here: Community) -> None:
    filed = await here.files(category="hardship", kind="need", building_id=str(here.managed_building))
    await here.move(here.operator, filed, "request-help")
    (event,) = await here.service.data("tickets.help_requested.v1")
    assert event["reporter_id"] == str(here.resident)


async def test_hardship_is_sealed_and_still_read_by_those_who_may(here: Community) -> None:
    filed = await here.files(category="hardship", kind="need", description="孩子上学没钱 CANARY-88")
    (row,) = await here.service.sql("SELECT description, description_sealed FROM tickets")
    assert (row["description"], b"CANARY" in row["description_sealed"]) == ("", False)
    seen = (await here.of(here.operator).get(f"/v1/tickets/{filed['id']}")).json()
    assert seen["description"] == "孩子上学没钱 CANARY-88"


async def test_a_need_an_idea_and_what_came_of_them_from_one_call(here: Community) -> None:
    need = await here.files(here.member, kind="need", origin="survey", reporter_id=str(here.resident))
    idea = await here.files(kind="idea", links=[{"type": "idea_for", "to": need["id"]}])
    idea = await here.move(here.leader, idea, "deliberate")
    idea = await here.move(here.leader, idea, "adopt", reason="好主意")
    assert idea["state"] == "deliberating"
    refused = await here.try_move(here.secretary, idea, "decline", reason="没有场地")
    assert refused.json()["code"] == "proposal_needed"
    idea = await here.move(here.secretary, idea, "adopt", reason="照办")
    assert idea["state"] == "adopted"
    idea = await here.move(here.leader, idea, "resolve", result="做好了")
    await here.service.advance(hours=1)
    await here.wait_for_daylight()
    await here.replies(await here.see(idea), "solved_satisfied")
    case = (await here.of(here.secretary).get(f"/v1/tickets/{need['id']}/case")).json()
    assert [row["id"] for row in case["needs"]] == [need["id"]]
    assert [row["id"] for row in case["ideas"]] == [idea["id"]]
    assert [(row["ticket_id"], row["solved"]) for row in case["results"]] == [(idea["id"], "solved")]
    correlations = {str(e.correlation) for e in await here.service.events() if ".ticket_" in e.type}
    assert correlations == {need["id"]}


async def test_links_are_made_undone_and_kept_free_of_circles(here: Community) -> None:
    one, two = await here.files(), await here.files()
    one = await here.move(here.operator, one, "link", to_id=two["id"], type="child_of")
    refused = await here.try_move(here.operator, two, "link", to_id=one["id"], type="child_of")
    assert refused.json()["code"] == "links_in_a_circle"
    assert (await here.try_move(here.operator, one, "link", to_id=one["id"], type="related")).status_code == 409
    assert (await here.try_move(here.operator, one, "link", to_id=str(uuid4()), type="related")).status_code == 404
    linked = (await here.of(here.operator).get(f"/v1/tickets/{two['id']}/links")).json()["items"]
    assert [(link["type"], link["direction"]) for link in linked] == [("child_of", "from")]
    await here.move(here.operator, one, "unlink", to_id=two["id"], type="child_of")
    assert len(await here.service.data("tickets.ticket_unlinked.v1")) == 1
