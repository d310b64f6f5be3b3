"""Approved, but the fund has not enough: it waits, and is tried again, oldest first, when money comes."""

from tests.conftest import Fresh
from tests.services.funds.people import a_community, approved, balance, deciding, move, prepared, proceeds, sent, vote


async def test_the_oldest_decision_is_carried_first_when_money_comes(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    first, second, third = [await approved(community, fen) for fen in (50_000, 60_000, 30_000)]
    for decided in (first, second, third):
        assert (decided["state"], decided["application_state"]) == ("granted", "deciding")
        assert (decided["waiting"], decided["commitment_id"]) == ("not_enough_available", None)
    got = (await proceeds(community, 85_000)).json()
    assert got["approved_applications"] == [first["application_id"], third["application_id"]]
    assert (await balance(community))["available_fen"] == 5_000
    waiting = (await community["clerk"].get(f"/v1/applications/{second['application_id']}")).json()
    assert (waiting["state"], waiting["waiting"]) == ("deciding", "not_enough_available")
    assert (await proceeds(community, 55_000)).json()["approved_applications"] == [second["application_id"]]
    assert (await balance(community))["available_fen"] == 0


async def test_a_withdrawal_gives_its_money_to_who_waits(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 80_000)
    first, second = await approved(community), await approved(community)
    assert second["waiting"] == "not_enough_available"
    path = f"/v1/applications/{first['application_id']}:withdraw"
    withdrawn = await move(community["clerk"], path, {"reason": "No longer needed."})
    assert withdrawn.json()["state"] == "withdrawn"
    carried = (await community["clerk"].get(f"/v1/applications/{second['application_id']}")).json()
    assert carried["state"] == "approved"
    assert (await balance(community))["committed_fen"] == 80_000
    assert len(await community.service.events("funds.commitment_released.v1")) == 1


async def test_a_final_payment_below_the_commitment_gives_the_rest_to_who_waits(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 100_000)
    first, second = await approved(community), await approved(community, 30_000)
    assert second["waiting"] == "not_enough_available"
    answer = await sent(community, await prepared(community, first, 70_000, final=True), 70_000)
    assert answer["application_state"] == "paid"
    carried = (await community["clerk"].get(f"/v1/applications/{second['application_id']}")).json()
    assert carried["state"] == "approved"
    assert await balance(community) | {"as_of": ""} == {
        "fund_id": str(community.fund),
        "own_fen": 30_000,
        "agency_fen": 0,
        "held_fen": 0,
        "committed_fen": 30_000,
        "available_fen": 0,
        "as_of": "",
    }


async def test_a_commitment_can_be_paid_in_parts(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 100_000)
    decided = await approved(community)
    answer = await sent(community, await prepared(community, decided, 30_000), 30_000)
    assert answer["application_state"] == "approved"
    body = {
        "commitment_id": decided["commitment_id"],
        "amount_fen": 50_001,
        "payee": {"name": "n", "bank": "b", "account": "a"},
    }
    over = await community["clerk"].post("/v1/payments", json=body)
    assert (over.json()["code"], over.json()["rest_fen"]) == ("over_commitment", 50_000)
    answer = await sent(community, await prepared(community, decided, 50_000), 50_000)
    assert answer["application_state"] == "paid"
    refused = await move(
        community["clerk"], f"/v1/applications/{decided['application_id']}:withdraw", {"reason": "Too late."}
    )
    assert refused.json()["code"] == "cannot_withdraw_when_paid"


async def test_nothing_is_withdrawn_while_a_slip_is_in_hand_or_after_a_part_was_sent(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 200_000)
    decided = await approved(community)
    path, why = f"/v1/applications/{decided['application_id']}:withdraw", {"reason": "Changed her mind."}
    payment = await prepared(community, decided, 30_000)
    await move(community["cashier"], f"/v1/payments/{payment['id']}:take")
    assert (await move(community["clerk"], path, why)).json()["code"] == "payment_in_hand"
    await move(community["cashier"], f"/v1/payments/{payment['id']}:put_back", {"not_paid": True})
    await sent(community, payment, 30_000)
    assert (await move(community["clerk"], path, why)).json()["code"] == "payment_sent"
    other = await approved(community)
    slip = await prepared(community, other)
    answer = await move(community["clerk"], f"/v1/applications/{other['application_id']}:withdraw", why)
    assert answer.json()["state"] == "withdrawn"
    assert (await community["clerk"].get(f"/v1/payments/{slip['id']}")).json()["state"] == "cancelled"


async def test_one_no_refuses_and_the_reason_is_sealed(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    approval = await deciding(community)
    assert (await vote(community, "approver", approval, "no")).json()["code"] == "reason_missing"
    answer = await vote(community, "approver", approval, "no", reason="canary: she has a brother")
    assert (answer.json()["state"], answer.json()["application_state"]) == ("refused", "rejected")
    assert (await vote(community, "second_approver", approval)).json()["code"] == "approval_closed"
    words = await community.service.sql("SELECT words FROM application_private")
    assert all(b"canary" not in bytes(row["words"]) for row in words)
