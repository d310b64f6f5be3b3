"""What tickets tells: a need becomes a draft, and an undecided application follows its ticket."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.conftest import Fresh
from tests.services.funds.people import (
    Community,
    a_community,
    application_of,
    approved,
    deciding,
    document,
    help_asked,
    move,
    proceeds,
    submitted,
    vote,
)

ENDINGS = ("tickets.ticket_closed.v1", "tickets.ticket_rejected.v1", "tickets.ticket_withdrawn.v1")


async def told(community: Community, of: str, ticket: UUID, times: int = 1) -> None:
    for _ in range(times):
        await community.service.apply(of, {"ticket_id": ticket}, subject=ticket, correlation=ticket)


async def state_of(community: Community, id: str) -> str:
    return str((await community["auditor"].get(f"/v1/applications/{id}")).json()["state"])


async def test_a_need_becomes_one_draft_in_the_communitys_charity_fund(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    reporter = uuid4()
    ticket = await help_asked(community, reporter=reporter)
    await help_asked(community, ticket, reporter)
    items = (await community["clerk"].get(f"/v1/applications?ticket={ticket}")).json()["items"]
    assert len(items) == 1
    assert (items[0]["state"], items[0]["fund_id"], items[0]["applicant_id"]) == (
        "draft",
        str(community.fund),
        str(reporter),
    )
    opened = await community.service.events("funds.application_opened.v1")
    assert [(e.subject, e.correlation, e.community) for e in opened] == [(UUID(items[0]["id"]), ticket, community.area)]


async def test_a_need_that_came_before_the_fund_waits_for_it(fresh: Fresh) -> None:
    service = await fresh("funds")
    community = Community(service)
    ticket = await help_asked(community)
    made = await a_community(service, area=community.area)
    assert (await application_of(made, ticket))["fund_id"] == str(made.fund)


async def test_a_ticket_without_a_community_leads_to_nothing(fresh: Fresh) -> None:
    service = await fresh("funds")
    data = {"ticket_id": uuid4(), "number": "T-9"}
    await service.apply("tickets.help_requested.v1", data)
    assert await service.sql("SELECT 1 FROM application") == []


@pytest.mark.parametrize("ending", ENDINGS)
async def test_an_undecided_application_returns_to_its_author_when_its_ticket_ends(
    community: Community, ending: str
) -> None:
    for prepare in (submitted, _deciding_id):
        ticket = await help_asked(community)
        id = await prepare(community, 80_000, ticket)
        await told(community, ending, ticket, times=2)
        assert await state_of(community, id) == "returned", prepare
    again = await move(community["clerk"], f"/v1/applications/{id}:submit", await _submission(community))
    assert again.json()["code"] == "ticket_closed"
    await told(community, "tickets.ticket_reopened.v1", ticket)
    again = await move(community["clerk"], f"/v1/applications/{id}:submit", await _submission(community))
    assert again.json()["state"] == "submitted"


async def _deciding_id(community: Community, fen: int, ticket: UUID) -> str:
    approval = await deciding(community, fen, ticket)
    assert (await vote(community, "approver", approval)).json()["state"] == "open"
    return str(approval["subject_id"])


async def _submission(community: Community) -> dict[str, Any]:
    papers = [await document(community, "clerk")]
    return {"asked_fen": 80_000, "statement": "Once more.", "consent": True, "documents": papers}


async def test_the_approval_of_a_returned_application_is_void_and_takes_no_vote(community: Community) -> None:
    ticket = await help_asked(community)
    approval = await deciding(community, 80_000, ticket)
    await told(community, "tickets.ticket_closed.v1", ticket)
    assert (await vote(community, "approver", approval)).json()["code"] == "approval_closed"


async def test_what_is_decided_stays_when_its_ticket_ends(community: Community) -> None:
    ticket = await help_asked(community)
    decided = await approved(community, 80_000, ticket)
    await told(community, "tickets.ticket_closed.v1", ticket)
    assert await state_of(community, decided["application_id"]) == "approved"


async def test_what_waits_for_money_is_decided_and_stays(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    ticket = await help_asked(community)
    decided = await approved(community, 80_000, ticket)
    await told(community, "tickets.ticket_closed.v1", ticket)
    assert await state_of(community, decided["application_id"]) == "deciding"
    assert (await proceeds(community, 80_000)).json()["approved_applications"] == [decided["application_id"]]


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_ticket_nobody_has_heard_of_changes_nothing(community: Community, ending: str) -> None:
    await told(community, ending, uuid4())
    await told(community, "tickets.ticket_reopened.v1", uuid4())


async def test_places_and_groups_are_copied_and_moved(fresh: Fresh) -> None:
    service = await fresh("funds")
    area, parent, other = uuid4(), uuid4(), uuid4()
    for path in ([parent, area], [other, area]):
        data = {"area_id": area, "kind": "community", "path": path, "name": "水云路社区", "state": "active"}
        await service.apply("members.area_changed.v1", data, subject=area)
    rows = await service.sql("SELECT path FROM area_ref WHERE id = $1", area)
    assert [row["path"] for row in rows] == [[other, area]]
