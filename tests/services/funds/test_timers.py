"""What time alone does: a reminder, an approval that nobody decided, money that nobody paid, a new month."""

from uuid import UUID

from tests.conftest import Fresh
from tests.services.funds.people import (
    a_community,
    approved,
    balance,
    deciding,
    move,
    prepared,
    proceeds,
    sent,
    today,
    vote,
)


async def test_after_two_days_whoever_has_not_voted_is_asked_once_more(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    approval = await deciding(community)
    await vote(community, "approver", approval)
    await community.service.advance(days=2, minutes=1)
    first, second = await community.service.data("funds.approval_requested.v1")
    people = {str(community.people[who]) for who in ("approver", "second_approver", "third_approver")}
    assert set(first["person_ids"]) == people
    assert set(second["person_ids"]) == people - {str(community.people["approver"])}


async def test_after_fourteen_days_an_undecided_application_returns_to_its_author(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    approval = await deciding(community)
    await community.service.advance(days=14, minutes=1)
    path = f"/v1/applications/{approval['subject_id']}"
    assert (await community["clerk"].get(path)).json()["state"] == "returned"
    assert (await vote(community, "approver", approval)).json()["code"] == "approval_closed"
    assert len(await community.service.events("funds.approval_expired.v1")) == 1


async def test_a_decided_approval_is_neither_reminded_nor_expired(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    decided = await approved(community)
    await community.service.advance(days=15)
    assert len(await community.service.events("funds.approval_requested.v1")) == 1
    state = (await community["clerk"].get(f"/v1/applications/{decided['application_id']}")).json()["state"]
    assert state == "deciding"


async def test_after_sixty_days_unpaid_money_is_available_again_and_carries_who_waits(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 80_000)
    unpaid = await approved(community)
    waiting = await approved(community, 50_000)
    slip = await prepared(community, unpaid)
    await community.service.advance(days=60, minutes=1)
    assert (await community["clerk"].get(f"/v1/applications/{unpaid['application_id']}")).json()["state"] == "lapsed"
    assert (await community["clerk"].get(f"/v1/payments/{slip['id']}")).json()["state"] == "cancelled"
    assert (await community["clerk"].get(f"/v1/applications/{waiting['application_id']}")).json()["state"] == "approved"
    assert (await balance(community))["available_fen"] == 30_000
    released = await community.service.data("funds.commitment_released.v1")
    assert released == [{"fund_id": str(community.fund), "commitment_id": unpaid["commitment_id"]}]
    assert len(await community.service.events("funds.application_lapsed.v1")) == 1


async def test_a_slip_in_hand_is_waited_for(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 80_000)
    payment = await prepared(community, await approved(community))
    await move(community["cashier"], f"/v1/payments/{payment['id']}:take")
    await community.service.advance(days=61)
    assert (await balance(community))["committed_fen"] == 80_000
    await move(community["cashier"], f"/v1/payments/{payment['id']}:put_back", {"not_paid": True})
    await community.service.advance(days=61)
    assert (await balance(community))["committed_fen"] == 0


async def test_what_was_partly_paid_counts_as_paid_when_its_time_is_over(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 80_000)
    decided = await approved(community)
    await sent(community, await prepared(community, decided, 30_000), 30_000)
    await community.service.advance(days=61)
    assert (await community["clerk"].get(f"/v1/applications/{decided['application_id']}")).json()["state"] == "paid"
    rows = await community.service.sql(
        "SELECT state, paid_fen, released_fen FROM commitment WHERE id = $1", UUID(decided["commitment_id"])
    )
    assert tuple(rows[0]) == ("expired", 30_000, 50_000)
    assert (await balance(community))["available_fen"] == 50_000


async def test_one_month_is_open_at_a_time_and_none_is_left_out(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    first = (await proceeds(community, 100)).json()["voucher"]
    await community.service.advance(days=93)
    month = (await today(community)).replace("-", "")[:6]
    rows = await community.service.sql("SELECT number, state FROM period ORDER BY number")
    assert [row["state"] for row in rows] == ["soft_closed"] * (len(rows) - 1) + ["open"]
    months = [row["number"] // 100 * 12 + row["number"] % 100 for row in rows]
    assert months == list(range(months[0], months[0] + len(rows)))
    assert (len(rows) >= 4, str(rows[-1]["number"])) == (True, month)
    second = (await proceeds(community, 100)).json()["voucher"]
    assert first.endswith("-0001")
    assert second == f"F001-{month}-0001"
    trial = (await community["auditor"].get(f"/v1/trial-balance?fund={community.fund}")).json()
    assert (trial["debit_fen"], trial["credit_fen"], trial["notice"]) == (200, 200, "科目表待核对")
    shown = (await community.service.client().get("/v1/public/funds/F001")).json()["months"]
    assert [row["received_fen"] for row in shown] == [100, 100]


async def test_a_clock_set_back_books_nothing_into_a_month_that_has_ended(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await community.service.advance(days=40)
    assert (await proceeds(community, 100)).status_code == 201
    await community.service.advance(days=-40)
    answer = await proceeds(community, 100)
    assert (answer.status_code, answer.json()["code"]) == (409, "period_closed")
    assert answer.json()["next_open_date"].endswith("-01")
