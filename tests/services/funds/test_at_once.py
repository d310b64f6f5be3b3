"""Fifty at a barrier: one winner, the rest refused, and the ledger says the same twice."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.conftest import Fresh
from tests.services.funds.people import (
    PAYEE,
    Community,
    a_community,
    approved,
    balance,
    deciding,
    prepared,
    proceeds,
    send_body,
    vote,
)
from tests.services.funds.verified import assert_clean

CROWD = 50
TRIES = 200
BUSY = {"in_flight", "too_busy", "too_slow", "unavailable"}


async def at_once(call: Callable[[int], Awaitable[httpx.Response]], crowd: int = CROWD) -> list[httpx.Response]:
    """All of them start together; who is told that the service is busy asks again, as a client would."""
    barrier = asyncio.Barrier(crowd)

    async def one(number: int) -> httpx.Response:
        await barrier.wait()
        for _ in range(TRIES):
            answer = await call(number)
            if answer.json().get("code") not in BUSY:
                break
            await asyncio.sleep(0.05)
        return answer

    return await asyncio.gather(*(one(number) for number in range(crowd)))


def counted(answers: list[httpx.Response]) -> Counter[Any]:
    return Counter((a.status_code, a.json().get("code", "")) for a in answers)


async def a_crowd(community: Community, role: str, duty: str, size: int) -> list[httpx.AsyncClient]:
    clients = []
    for number in range(size):
        await community.join(f"{duty}-{number}", role, duty)
        clients.append(community[f"{duty}-{number}"])
    return clients


async def test_fifty_approvers_vote_and_one_commitment_is_made(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 1_000_000)
    approval = await deciding(community)
    voters = await a_crowd(community, "secretary", "approver", CROWD)
    body = {"decision": "yes", "amount_fen": 80_000, "subject_hash": approval["subject_hash"]}
    path = f"/v1/approvals/{approval['id']}/votes"
    answers = await at_once(lambda n: voters[n].post(path, json=body))
    good = [a.json() for a in answers if a.status_code == 200]
    assert sorted(a["state"] for a in good) == ["granted", "open"]
    late = {code for (status, code) in counted(answers) if status != 200}
    assert late == {"approval_closed"}
    assert len(await community.service.sql("SELECT 1 FROM commitment")) == 1
    assert len(await community.service.sql("SELECT 1 FROM vote")) == 2
    assert (await balance(community))["committed_fen"] == 80_000
    await assert_clean(community.service)


async def test_fifty_cashiers_take_one_slip(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 1_000_000)
    payment = await prepared(community, await approved(community))
    cashiers = await a_crowd(community, "treasurer", "cashier", CROWD)
    path, match = f"/v1/payments/{payment['id']}:take", {"If-Match": f'"{payment["revision"]}"'}
    answers = counted(await at_once(lambda n: cashiers[n].post(path, headers=match)))
    assert answers[200, ""] == 1
    assert {code for (status, code) in answers if status != 200} == {"in_hand"}
    assert len(await community.service.sql("SELECT 1 FROM approval_part WHERE part = 'payer'")) == 1


async def test_one_cashier_sends_fifty_times_and_it_is_paid_once(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 1_000_000)
    payment = await prepared(community, await approved(community))
    path, cashier = f"/v1/payments/{payment['id']}", community["cashier"]
    await cashier.post(f"{path}:take", headers={"If-Match": '"1"'})
    bodies = [await send_body(community) for _ in range(CROWD)]
    match = {"If-Match": '"2"'}
    answers = counted(await at_once(lambda n: cashier.post(f"{path}:send", json=bodies[n], headers=match)))
    assert answers[200, ""] == 1
    assert {code for (status, code) in answers if status != 200} == {"cannot_send_when_sent"}
    assert len(await community.service.sql("SELECT 1 FROM journal_entry WHERE kind = 'payment'")) == 1
    await assert_clean(community.service)


async def test_one_gift_told_fifty_times_is_one_entry(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    id, key = str(uuid4()), {"Idempotency-Key": str(uuid4())}
    body = {"id": id, "fund_id": str(community.fund), "form": "money", "amount_fen": 100}
    same_key = await at_once(lambda _: community["clerk"].post("/v1/donations", json=body, headers=key), 25)
    other_keys = await at_once(lambda _: community["clerk"].post("/v1/donations", json=body), 25)
    vouchers = {a.json()["voucher"] for a in same_key + other_keys if a.status_code == 201}
    assert len(vouchers) == 1
    assert (await balance(community))["own_fen"] == 100
    assert len(await community.service.events("funds.donation_received.v1")) == 1


async def test_fifty_gifts_at_once_are_numbered_without_a_hole(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    answers = await at_once(lambda n: proceeds(community, n + 1))
    assert counted(answers) == {(201, ""): CROWD}
    numbers = sorted(int(a.json()["voucher"][-4:]) for a in answers)
    assert numbers == list(range(1, CROWD + 1))
    assert (await balance(community))["own_fen"] == sum(range(1, CROWD + 1))
    await assert_clean(community.service)


async def test_applications_that_meet_on_the_last_money_do_not_overdraw(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 250_000)
    approvals = [await deciding(community) for _ in range(8)]
    for approval in approvals:
        await vote(community, "approver", approval)
    answers = await at_once(lambda n: vote(community, "second_approver", approvals[n]), len(approvals))
    states = Counter(a.json()["application_state"] for a in answers if a.status_code == 200)
    assert states == {"approved": 3, "deciding": 5}
    assert (await balance(community))["available_fen"] == 10_000
    await assert_clean(community.service)


async def test_paying_withdrawing_and_expiring_have_one_winner(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 1_000_000)
    decided = await approved(community)
    payment = await prepared(community, decided)
    cashier, clerk = community["cashier"], community["clerk"]
    await cashier.post(f"/v1/payments/{payment['id']}:take", headers={"If-Match": '"1"'})
    body = await send_body(community)
    seen = (await clerk.get(f"/v1/applications/{decided['application_id']}")).headers["etag"]
    send, withdraw = f"/v1/payments/{payment['id']}:send", f"/v1/applications/{decided['application_id']}:withdraw"

    async def racer(number: int) -> httpx.Response:
        if number % 2:
            return await cashier.post(send, json=body, headers={"If-Match": '"2"'})
        return await clerk.post(withdraw, json={"reason": "r"}, headers={"If-Match": seen})

    answers = counted(await at_once(racer, 20))
    assert answers[200, ""] == 1
    row = (await community.service.sql("SELECT * FROM commitment WHERE id = $1", UUID(decided["commitment_id"])))[0]
    assert row["paid_fen"] + row["released_fen"] == row["amount_fen"]
    await assert_clean(community.service)


async def test_orders_that_meet_do_not_exceed_the_commitment(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 1_000_000)
    decided = await approved(community)
    body = {"commitment_id": decided["commitment_id"], "amount_fen": 30_000, "payee": PAYEE}
    answers = counted(await at_once(lambda _: community["clerk"].post("/v1/payments", json=body), 10))
    assert answers[201, ""] == 2
    assert answers[409, "over_commitment"] == 8


async def test_gifts_that_meet_a_new_month_roll_it_once_and_all_stand_in_it(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 1)
    await community.service.sql("UPDATE clock SET shift = shift + interval '31 days'")
    answers = await at_once(lambda n: proceeds(community, n + 1), 20)
    assert counted(answers) == {(201, ""): 20}
    rows = await community.service.sql("SELECT number, state FROM period ORDER BY number")
    assert [row["state"] for row in rows] == ["soft_closed"] * (len(rows) - 1) + ["open"]
    assert {a.json()["voucher"].split("-")[1] for a in answers} == {str(rows[-1]["number"])}
    await assert_clean(community.service)
