"""From the flower money to the household: the whole flow of one fund."""

from typing import Any

from tests.conftest import Fresh
from tests.services.funds.people import (
    a_community,
    application_of,
    approved,
    balance,
    document,
    help_asked,
    move,
    prepared,
    proceeds,
    sent,
)
from tests.services.funds.verified import assert_clean


async def test_flower_money_helps_a_household(fresh: Fresh) -> None:
    service = await fresh("funds")
    community = await a_community(service)
    received = await proceeds(community, 186_000)
    assert received.status_code == 201, received.text
    ticket = await help_asked(community)
    decided = await approved(community, 80_000, ticket)
    assert decided["application_state"] == "approved"
    assert (await balance(community))["available_fen"] == 106_000
    payment = await prepared(community, decided)
    answer = await sent(community, payment)
    assert answer["application_state"] == "paid"
    id = (await application_of(community, ticket))["id"]
    slip = {"documents": [await document(community, "clerk")]}
    closed = await move(community["second_clerk"], f"/v1/applications/{id}:sign_for", slip)
    assert closed.json()["state"] == "closed", closed.text
    figure: dict[str, Any] = (await service.client().get("/v1/public/funds/F001")).json()
    assert (figure["received_fen"], figure["spent_fen"], figure["committed_fen"]) == (186_000, 80_000, 0)
    assert (figure["available_fen"], figure["helped_people"]) == (106_000, "< 5")
    await assert_clean(service)
