"""What everybody may know of a fund, and nothing by which a household could be recognised."""

from typing import Any

from tests.conftest import Fresh
from tests.services.funds.people import Community, a_community, approved, document, move, prepared, proceeds, sent


async def figure(community: Community, **headers: str) -> Any:
    return await community.service.client().get("/v1/public/funds/F001", headers=headers)


async def help_one(community: Community, fen: int) -> None:
    await sent(community, await prepared(community, await approved(community, fen), fen), fen)


async def test_the_figure_moves_by_exactly_what_came_and_went(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    empty = (await figure(community)).json()
    assert (empty["received_fen"], empty["available_fen"], empty["helped_people"], empty["months"]) == (0, 0, "< 5", [])
    await proceeds(community, 200_000)
    await approved(community, 30_000)
    await help_one(community, 80_000)
    seen = (await figure(community)).json()
    sums = [seen[name] for name in ("received_fen", "spent_fen", "committed_fen", "available_fen")]
    assert sums == [200_000, 80_000, 30_000, 90_000]
    assert [(row["received_fen"], row["spent_fen"]) for row in seen["months"] + seen["years"]] == [
        (200_000, 80_000)
    ] * 2
    assert seen["years"][0]["period"] == seen["months"][0]["period"] // 100


async def test_fewer_than_five_people_are_not_counted_out(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 1_000_000)
    for helped in range(1, 6):
        await help_one(community, 1_000)
        shown = (await figure(community)).json()["helped_people"]
        assert shown == (5 if helped == 5 else "< 5")


async def test_the_etag_changes_with_the_figure_only(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    first = await figure(community)
    await community.service.advance(seconds=5)
    unchanged = await figure(community, **{"If-None-Match": first.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    await proceeds(community, 1)
    changed = await figure(community, **{"If-None-Match": first.headers["etag"]})
    assert (changed.status_code, changed.headers["etag"] != first.headers["etag"]) == (200, True)


async def test_an_unknown_fund_is_not_there(fresh: Fresh) -> None:
    service = await fresh("funds")
    assert (await service.client().get("/v1/public/funds/F999")).status_code == 404


async def test_no_event_figure_or_log_of_acts_tells_of_a_household(fresh: Fresh) -> None:
    """The words, the payee, the category and the sum of one person's help stay where they were typed."""
    community = await a_community(await fresh("funds"))
    await proceeds(community, 500_000)
    decided = await approved(community, 80_077)
    payment = await prepared(community, decided, 80_077)
    await sent(community, payment, 80_077)
    id = decided["application_id"]
    slip = {"documents": [await document(community, "clerk")]}
    assert (await move(community["clerk"], f"/v1/applications/{id}:sign_for", slip)).status_code == 200
    await community["clerk"].post(f"/v1/applications/{id}:reveal", json={"reason": "looking after her case"})
    tables = ("feed_event", "audit", "access_log")
    rows = [row for table in tables for row in await community.service.sql(f"SELECT * FROM {table}")]
    said = "".join(str(dict(row)) for row in rows)
    for canary in ("80077", 'hardship"', "The roof leaks", "Payee of the test", "6222000000000000000", "Seen."):
        assert canary not in said, canary
    assert {event.type for event in await community.service.events()} == {
        f"funds.{name}.v1"
        for name in (
            "fund_changed",
            "entry_posted",
            "donation_received",
            "application_opened",
            "application_submitted",
            "approval_requested",
            "approval_granted",
            "commitment_made",
            "application_approved",
            "payment_sent",
            "application_closed",
        )
    }
