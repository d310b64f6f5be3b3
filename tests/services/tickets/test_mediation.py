"""Twelve teams quarrel about the activity room; two mediators settle it, and every party is told."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.services.tickets.community import Community

TEAMS = [str(uuid4()) for _ in range(12)]


async def at(here: Community, person: UUID, ticket: dict[str, Any], part: str, **body: Any) -> httpx.Response:
    return await here.of(person).post(f"/v1/tickets/{ticket['id']}/mediation{part}", json=body)


async def begun(here: Community) -> dict[str, Any]:
    ticket = await here.files(category="venue", description="十二支队伍抢活动室")
    answer = await at(
        here, here.secretary, ticket, "", mediators=[str(here.secretary), str(here.member)], parties=TEAMS
    )
    assert answer.status_code == 201, answer.text
    return ticket


async def now(here: Community) -> str:
    found: datetime = (await here.service.sql("SELECT now() + shift AS now FROM clock"))[0]["now"]
    return found.isoformat()


async def settled(here: Community) -> dict[str, Any]:
    ticket = await begun(here)
    present = [str(here.member), *TEAMS[:6]]
    minutes = "各队轮流, 每周两次"
    noted = await at(here, here.member, ticket, "/sessions", held_at=await now(here), present=present, minutes=minutes)
    assert noted.status_code == 201, noted.text
    answer = await at(here, here.member, ticket, ":settle", outcome="排定使用公约", agreement_ref=str(here.cluster))
    assert answer.json()["state"] == "settled"
    return ticket


async def test_it_is_settled_with_a_reference_and_every_party_is_told(here: Community) -> None:
    ticket = await settled(here)
    (told,) = await here.service.data("tickets.mediation_settled.v1")
    assert (sorted(told["party_ids"]), told["agreement_ref"]) == (sorted(TEAMS), str(here.cluster))
    seen = (await here.of(here.secretary).get(f"/v1/tickets/{ticket['id']}/mediation")).json()
    assert seen["sessions"][0]["minutes"] == "各队轮流, 每周两次"
    assert "各队轮流" not in str([row["body"] for row in await here.service.sql("SELECT body FROM feed_event")])


async def test_a_reopening_returns_to_the_mediators(here: Community) -> None:
    ticket = await settled(here)
    ticket = await here.see(ticket)
    leader = here.help_leader
    for verb, body in (("accept", {}), ("record-contact", {"result": "reached"}), ("resolve", {"result": "已调解"})):
        ticket = await here.move(leader, ticket, verb, **body)
    await here.move(here.resident, ticket, "answer", round=1, answer="unsolved")
    seen = (await here.of(here.member).get(f"/v1/tickets/{ticket['id']}/mediation")).json()
    assert seen["state"] == "open"
    assert len(await here.service.data("tickets.mediation_opened.v1")) == 2


async def test_a_party_is_no_mediator_and_there_are_two_of_each(here: Community) -> None:
    ticket = await here.files(category="venue")
    two = [str(here.secretary), str(here.member)]
    refused = await at(here, here.secretary, ticket, "", mediators=two, parties=[*TEAMS, two[0]])
    assert (refused.status_code, refused.json()["code"]) == (409, "party_is_mediator")
    for names in ({"mediators": two[:1], "parties": TEAMS}, {"mediators": two, "parties": TEAMS[:1]}):
        refused = await at(here, here.secretary, ticket, "", **names)
        assert refused.status_code == 422
    assert (await at(here, here.operator, ticket, "", mediators=two, parties=TEAMS)).status_code == 403


async def test_a_session_has_a_mediator_no_stranger_and_lies_in_the_past(here: Community) -> None:
    ticket = await begun(here)
    mediator = str(here.member)
    for body, code in (
        ({"held_at": await now(here), "present": TEAMS[:2]}, "no_mediator_present"),
        ({"held_at": await now(here), "present": [mediator, str(uuid4())]}, "stranger_present"),
        ({"held_at": "2999-01-01T00:00:00Z", "present": [mediator]}, "session_time_impossible"),
    ):
        refused = await at(here, here.member, ticket, "/sessions", minutes="x", **body)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    early = await at(here, here.member, ticket, ":settle", outcome="x")
    assert (early.status_code, early.json()["code"]) == (409, "session_needed")


async def test_nobody_else_reads_or_settles_it(here: Community) -> None:
    ticket = await begun(here)
    assert (await here.of(here.resident).get(f"/v1/tickets/{ticket['id']}/mediation")).status_code == 403
    assert (await at(here, here.operator, ticket, ":settle", outcome="x")).status_code == 403
    assert (await at(here, here.leader, ticket, ":settle", outcome="x")).status_code == 403
