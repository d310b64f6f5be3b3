"""Several reports of one matter: merged, taken apart, split; and neighbours who say "me too"."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.tickets.community import Community


async def two(here: Community) -> tuple[dict[str, Any], dict[str, Any], UUID]:
    """A case of the resident and one of her neighbour about the same matter."""
    neighbour = uuid4()
    into = await here.files()
    other = await here.files(here.operator, reporter_id=str(neighbour), description="楼下垃圾堆成山")
    return into, other, neighbour


async def merged(here: Community) -> tuple[dict[str, Any], dict[str, Any], UUID]:
    into, other, neighbour = await two(here)
    return into, await here.move(here.operator, other, "merge", into_id=into["id"]), neighbour


async def test_a_merged_ticket_ends_and_its_reporter_goes_along(here: Community) -> None:
    into, other, neighbour = await merged(here)
    assert other["state"] == "merged"
    whys = await here.service.sql("SELECT person_id, why FROM watchers WHERE ticket_id = $1", UUID(into["id"]))
    assert {row["person_id"]: row["why"] for row in whys} == {neighbour: "merged_reporter"}
    told = await here.service.data("tickets.ticket_merged.v1")
    assert [(each["ticket_id"], each["other_id"]) for each in told] == [(other["id"], into["id"])]
    links = (await here.of(here.operator).get(f"/v1/tickets/{other['id']}/links")).json()["items"]
    assert [(link["type"], link["ticket_id"]) for link in links] == [("duplicate_of", into["id"])]


async def test_the_clocks_of_a_merged_ticket_end(here: Community) -> None:
    _, other, _ = await merged(here)
    await here.service.advance(days=30)
    marks = await here.service.sql("SELECT 1 FROM marks WHERE ticket_id = $1", UUID(other["id"]))
    raised = [
        each
        for name in ("near", "passed")
        for each in await here.service.data(f"tickets.ticket_deadline_{name}.v1")
        if each["ticket_id"] == other["id"]
    ]
    assert (marks, raised) == ([], [])


async def test_each_reporter_is_asked_once_and_the_first_answer_acts(here: Community) -> None:
    into, _, neighbour = await merged(here)
    ticket = await here.move(here.leader, await here.see(into), "accept")
    ticket = await here.move(here.leader, ticket, "record-contact", result="reached")
    await here.move(here.leader, ticket, "resolve", result="已清运")
    await here.service.advance(hours=1)
    await here.wait_for_daylight()
    asked = await here.service.data("tickets.follow_up_asked.v1")
    assert sorted((each["ticket_id"], each["reporter_id"]) for each in asked) == sorted(
        (into["id"], str(person)) for person in (here.resident, neighbour)
    )
    await here.replies(await here.see(into), "solved_satisfied", person=neighbour)
    assert (await here.see(into))["state"] == "closed"
    await here.replies(await here.see(into), "unsolved", person=here.resident)
    assert (await here.see(into))["state"] == "closed"
    (told,) = await here.service.data("tickets.watchers_told.v1")
    assert told["what"] == "closed"
    assert str(neighbour) in told["person_ids"]


async def test_who_was_not_asked_answers_nothing(here: Community) -> None:
    ticket = await here.asked()
    await here.replies(ticket, "solved_satisfied", person=uuid4())
    assert (await here.see(ticket))["state"] == "following_up"


async def test_an_answer_to_a_merged_ticket_is_kept_where_it_goes_on_and_moves_nothing(here: Community) -> None:
    into, other, neighbour = await merged(here)
    ticket = await here.move(here.leader, await here.see(into), "accept")
    ticket = await here.move(here.leader, ticket, "record-contact", result="reached")
    await here.move(here.leader, ticket, "resolve", result="已清运")
    await here.service.advance(hours=1)
    await here.wait_for_daylight()
    before = await here.see(into)
    await here.replies(other, "unsolved", person=neighbour, round_=1)
    assert await here.see(into) == before
    (stray,) = await here.service.sql("SELECT ticket_id, why FROM stray_answers")
    assert (str(stray["ticket_id"]), stray["why"]) == (into["id"], "merged")


async def test_words_about_a_merged_ticket_become_a_note_where_it_goes_on(here: Community) -> None:
    into, other, neighbour = await merged(here)
    received = uuid4()
    here.service.others.says(f"/internal/received/{received}", {"text": "还是很臭", "phone": None}, "GET")
    data = {"received_id": received, "person_id": neighbour, "hints": [other["id"]], "confidential": False}
    await here.service.apply("notify.text_received.v1", data, subject=received)
    await here.service.fire()
    notes = await here.service.sql("SELECT ticket_id, text FROM notes WHERE kind = 'text'")
    assert [(str(note["ticket_id"]), note["text"]) for note in notes] == [(into["id"], "还是很臭")]


async def test_what_was_wrongly_merged_stands_for_itself_again(here: Community) -> None:
    _, other, neighbour = await merged(here)
    due = "SELECT resolve_due_at, contact_due_at FROM tickets WHERE id = $1"
    before = await here.service.sql(due, UUID(other["id"]))
    back = await here.move(here.operator, other, "unmerge")
    assert back["state"] == "received"
    assert await here.service.sql(due, UUID(other["id"])) == before
    left = await here.service.sql("SELECT 1 FROM watchers WHERE person_id = $1", neighbour)
    assert left == []
    assert await here.service.sql("SELECT 1 FROM links") == []
    waits = await here.service.sql("SELECT 1 FROM timer WHERE kind = 'clock' AND key = $1", other["id"])
    assert len(waits) == 1


async def test_a_merge_is_undone_within_thirty_days_only(here: Community) -> None:
    _, other, _ = await merged(here)
    await here.service.sql("UPDATE tickets SET closed_at = closed_at - interval '31 days' WHERE state = 'merged'")
    refused = await here.try_move(here.operator, other, "unmerge")
    assert (refused.status_code, refused.json()["code"]) == (409, "unmerge_too_late")


async def test_merges_that_cannot_be_are_refused(here: Community) -> None:
    into, other, _ = await two(here)
    far, building = uuid4(), uuid4()
    await here.area(far, "community", [here.root, far], "水云路社区")
    await here.area(building, "building", [here.root, far, building], "1栋")
    elsewhere = await here.files(building_id=str(building))
    case = {"text": "x", "building_id": str(here.building)}
    confidential = (await here.of(here.resident).post("/v1/confidential-cases", json=case)).json()
    for target, status in ((other["id"], 409), (elsewhere["id"], 404), (confidential["id"], 404), (str(uuid4()), 404)):
        refused = await here.try_move(here.operator, other, "merge", into_id=target)
        assert refused.status_code == status, refused.text
    await here.move(here.operator, other, "merge", into_id=into["id"])
    circle = await here.try_move(here.operator, into, "merge", into_id=other["id"])
    assert (circle.status_code, circle.json()["code"]) == (409, "links_in_a_circle")


async def test_a_leader_merges_within_her_own_group_only(here: Community) -> None:
    into, other, _ = await two(here)
    foreign = await here.files(category="care")
    assert foreign["group_id"] == str(here.help_group)
    refused = await here.try_move(here.leader, other, "merge", into_id=foreign["id"])
    assert refused.status_code == 403
    assert (await here.move(here.leader, other, "merge", into_id=into["id"]))["state"] == "merged"


async def test_a_second_matter_gets_a_ticket_of_its_own(here: Community) -> None:
    filed = await here.files(description="垃圾没人收，灯也坏了")
    split = await here.move(here.operator, filed, "split", description="灯坏了", category="repair")
    assert split["state"] == filed["state"]
    (told,) = await here.service.data("tickets.ticket_split.v1")
    new = (await here.of(here.operator).get(f"/v1/tickets/{told['other_id']}")).json()
    assert (new["category"], new["description"], new["correlation"]) == ("repair", "灯坏了", filed["id"])
    assert new["reporter_id"] == str(here.resident)
    links = (await here.of(here.operator).get(f"/v1/tickets/{new['id']}/links")).json()["items"]
    assert [(link["type"], link["ticket_id"]) for link in links] == [("split_from", filed["id"])]


async def test_a_hidden_reporter_stays_hidden_in_what_is_split_off(here: Community) -> None:
    filed = await here.files(hidden=True)
    await here.move(here.operator, filed, "split", description="灯坏了", category="sanitation")
    (told,) = await here.service.data("tickets.ticket_split.v1")
    seen = (await here.of(here.leader).get(f"/v1/tickets/{told['other_id']}")).json()
    assert (seen["group_id"], seen["reporter_id"]) == (str(here.property_group), None)


async def test_a_hidden_reporter_stays_hidden_where_her_case_goes_on(here: Community) -> None:
    neighbour, into = uuid4(), await here.files()
    other = await here.files(here.operator, reporter_id=str(neighbour), hidden=True)
    await here.move(here.operator, other, "merge", into_id=into["id"])
    ticket = await here.move(here.leader, await here.see(into), "accept")
    ticket = await here.move(here.leader, ticket, "record-contact", result="reached")
    await here.move(here.leader, ticket, "resolve", result="已清运")
    await here.service.advance(hours=1)
    await here.wait_for_daylight()
    await here.replies(await here.see(into), "solved_satisfied", person=neighbour)
    assert (await here.see(into))["state"] == "closed"
    leader = here.of(here.leader)
    for part in ("", "/watchers", "/timeline", "/follow-ups"):
        answer = await leader.get(f"/v1/tickets/{into['id']}{part}")
        assert answer.status_code == 200
        assert str(neighbour) not in answer.text, part


# Neighbours ------------------------------------------------------------------------------------------------------


async def says_me_too(here: Community, ticket: dict[str, Any], person: UUID | None = None) -> Any:
    client = await here.service.person(person)
    return await client.post(f"/v1/tickets/{ticket['id']}:me-too", json={})


async def test_a_neighbour_counts_once_and_reads_nothing(here: Community) -> None:
    filed, neighbour = await here.files(description="金丝雀"), uuid4()
    for _ in range(2):
        answer = await says_me_too(here, filed, neighbour)
        assert (answer.status_code, answer.json()["me_too"]) == (200, 1)
        assert set(answer.json()) == {"id", "category", "building_id", "state", "state_type", "me_too"}
    assert (await says_me_too(here, filed)).json()["me_too"] == 2
    client = await here.service.person(neighbour)
    assert (await client.get(f"/v1/tickets/{filed['id']}")).status_code == 404
    assert (await client.get("/v1/tickets")).json()["items"] == []
    assert (await client.post("/v1/tickets:search", json={"text": "金丝雀"})).json()["items"] == []
    seen = (await here.of(here.operator).get(f"/v1/tickets/{filed['id']}")).json()
    assert seen["me_too"] == 2


async def test_nobody_says_me_too_of_her_own_or_a_closed_or_a_delicate_case(here: Community) -> None:
    filed = await here.files()
    assert (await says_me_too(here, filed, here.resident)).status_code == 409
    delicate = await here.files(category="rights")
    assert (await says_me_too(here, delicate)).status_code == 404
    gone = await here.move(here.resident, filed, "withdraw")
    refused = await says_me_too(here, gone)
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_me_too_when_withdrawn")


async def test_a_case_that_is_others_too_goes_on_when_its_reporter_leaves(here: Community) -> None:
    filed = await here.files()
    await says_me_too(here, filed)
    left = await here.move(here.resident, filed, "withdraw", reason="我搬走了")
    assert left["state"] == "assigned"
    assert await here.service.data("tickets.ticket_withdrawn.v1") == []
    assert (await here.of(here.resident).get(f"/v1/tickets/{filed['id']}")).status_code == 404
    entries = (await here.of(here.operator).get(f"/v1/tickets/{filed['id']}/notes")).json()["items"]
    assert [entry["text"] for entry in entries] == ["我搬走了"]


async def test_a_member_watches_her_groups_case_and_stops(here: Community) -> None:
    filed = await here.files()
    client = here.of(here.member)
    assert (await client.get(f"/v1/tickets/{filed['id']}")).status_code == 403
    assert (await client.post(f"/v1/tickets/{filed['id']}:watch", json={})).status_code == 200
    assert (await client.get(f"/v1/tickets/{filed['id']}")).status_code == 200
    watching = (await here.of(here.operator).get(f"/v1/tickets/{filed['id']}/watchers")).json()["items"]
    assert watching == [{"person_id": str(here.member), "why": "watch"}]
    assert (await client.post(f"/v1/tickets/{filed['id']}:unwatch", json={})).status_code == 200
    assert (await client.post(f"/v1/tickets/{filed['id']}:unwatch", json={})).status_code == 409
    assert (await client.get(f"/v1/tickets/{filed['id']}")).status_code == 403


@pytest.mark.parametrize("verb", ["watch", "unwatch"])
async def test_a_stranger_watches_nothing(here: Community, verb: str) -> None:
    filed = await here.files()
    client = await here.service.person()
    assert (await client.post(f"/v1/tickets/{filed['id']}:{verb}", json={})).status_code == 404
