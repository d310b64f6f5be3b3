"""K1 to K5, K8, K10, K13 by direct SQL, as the role that runs and as the role that owns."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.funds.direct import CHECK, DENIED, ROLES, UNIQUE, Direct, Voucher
from tests.services.funds.people import Community, approved, prepared, proceeds, sent, today


async def a_voucher(community: Community, **changes: Any) -> Voucher:
    day = date.fromisoformat(await today(community))
    return replace(Voucher(community.fund, day.year * 100 + day.month, day), **changes)


async def test_an_entry_that_is_whole_can_be_written_by_the_owner_and_never_by_the_running_role(
    community: Community,
) -> None:
    voucher = await a_voucher(community)
    assert await Direct(community.service, "owner").refusal(voucher) == ""
    assert await Direct(community.service, "app").refusal(replace(voucher, source=uuid4())) == DENIED


UNBALANCED: dict[str, dict[str, Any]] = {
    "one line": {"lines": [("1002-01", 100)]},
    "no line": {"lines": [], "count": 2},
    "fewer lines than its header says": {"count": 3},
    "more lines on one side": {"lines": [("1002-01", 100), ("410101", -99)]},
    "another total": {"total": 101},
    "lines of nothing": {"lines": [("1002-01", 0), ("410101", 0)]},
}


@pytest.mark.parametrize("role", ROLES)
async def test_k1_an_unbalanced_entry_does_not_commit(community: Community, role: str) -> None:
    direct = Direct(community.service, role)
    for name, changes in UNBALANCED.items():
        voucher = await a_voucher(community, **changes)
        assert await direct.refusal(voucher) == direct.expected(CHECK), name


@pytest.mark.parametrize("role", ROLES)
async def test_k1_an_entry_balances_in_each_fund(community: Community, role: str) -> None:
    other = uuid4()
    body = {
        "id": str(other),
        "code": "A" + other.hex[:6].upper(),
        "name": "群团基金",
        "kind": "group_org",
        "community_id": str(community.area),
    }
    assert (await community["proposer"].post("/v1/funds", json=body)).status_code == 201
    lines = [("1002-01", 100), ("410101", -100, other)]
    direct = Direct(community.service, role)
    assert await direct.refusal(await a_voucher(community, lines=lines)) == direct.expected(CHECK)


@pytest.mark.parametrize("role", ROLES)
async def test_k2_a_closed_month_another_date_or_an_unusable_account_takes_nothing(
    community: Community, role: str
) -> None:
    service, direct = community.service, Direct(community.service, role)
    old = await a_voucher(community)
    await service.advance(days=31)
    assert (await proceeds(community, 100)).status_code == 201
    wrong = {
        "a closed month": old,
        "a date outside the month": await a_voucher(community, day=old.day),
        "a month nobody has opened": await a_voucher(community, period=209901),
        "an account with details": await a_voucher(community, lines=[("1002", 100), ("410101", -100)], item=None),
        "cash without its place in the cash flow": await a_voucher(community, item=None),
    }
    for name, voucher in wrong.items():
        assert await direct.refusal(voucher) == direct.expected(CHECK), name


async def test_k2_an_account_of_another_chart_takes_nothing(community: Community) -> None:
    owner, chart = Direct(community.service, "owner"), uuid4()
    await community.service.sql("INSERT INTO chart VALUES ($1, '2004', '2000-01-01', '2025-12-31', false)", chart)
    columns = "INSERT INTO account (id, chart_id, code, name, element, cash, postable)"
    for code, cash in (("1002-01", "own"), ("410101", "no")):
        await community.service.sql(
            f"{columns} VALUES ($1, $2, $3, 'n', 'asset', $4, true)", uuid4(), chart, code, cash
        )
    assert await owner.refusal(await a_voucher(community, chart="2004")) == CHECK


@pytest.mark.parametrize("role", ROLES)
async def test_k3_no_line_comes_without_its_header_or_after_it(community: Community, role: str) -> None:
    direct = Direct(community.service, role)
    voucher = await a_voucher(community)
    entry = (await proceeds(community, 100)).json()["entry_id"]

    class Late:
        def __init__(self, entry: Any, number: int) -> None:
            self.entry, self.number = entry, number

        async def write(self, connection: Any) -> None:
            await voucher.write_line(connection, self.entry, self.number, ("1002-01", 100))

    for late in (Late(uuid4(), 1), Late(entry, 3)):
        connection = _As(late)
        assert await direct.refusal(connection) == direct.expected(CHECK)
    more = replace(voucher, lines=[("1002-01", 100), ("410101", -100), ("1002-01", 1)], count=2)
    assert await direct.refusal(more) == direct.expected(CHECK)


class _As(Voucher):
    """Something else that is written like a voucher."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def write(self, connection: Any) -> Any:
        return await self.inner.write(connection)


WRITTEN_ONCE = ("journal_entry", "journal_line", "approval_part", "vote", "commitment_event")


@pytest.mark.parametrize("role", ROLES)
async def test_k4_what_is_written_once_is_never_changed(community: Community, role: str) -> None:
    await sent(community, await prepared(community, await approved(community)))
    direct = Direct(community.service, role)
    for table in WRITTEN_ONCE:
        column = {
            "journal_entry": "step",
            "journal_line": "cash_flow_item",
            "approval_part": "part",
            "vote": "decision",
        }
        name = column.get(table, "what")
        for statement in (
            f"UPDATE {table} SET {name} = {name}",
            f"UPDATE {table} SET {name} = {name} WHERE false",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            assert await direct.refusal(statement) == DENIED, statement


@pytest.mark.parametrize("role", ROLES)
async def test_k4_accounts_keep_their_keys_and_approvals_their_amounts(community: Community, role: str) -> None:
    direct = Direct(community.service, role)
    for statement in (
        "UPDATE account SET code = code",
        "DELETE FROM account",
        "UPDATE approval SET amount_fen = amount_fen * 10",
        "UPDATE approval SET required = 2",
        "DELETE FROM approval",
        "UPDATE commitment SET amount_fen = amount_fen * 10",
        "DELETE FROM commitment",
    ):
        assert await direct.refusal(statement) == DENIED, statement


@pytest.mark.parametrize("role", ROLES)
async def test_k5_vouchers_and_sequences_leave_no_hole(community: Community, role: str) -> None:
    direct = Direct(community.service, role)
    for changes in ({"voucher_no": 1_000}, {"seq": 1_000}, {"voucher_no": 0}, {"seq": 0}):
        assert await direct.refusal(await a_voucher(community, **changes)) == direct.expected(CHECK), changes
    for changes in ({"voucher_no": 1}, {"seq": 1}):
        assert await direct.refusal(await a_voucher(community, **changes)) == direct.expected(UNIQUE), changes
    voucher = await a_voucher(community)
    assert await direct.refusal(voucher, replace(voucher, source=uuid4())) == direct.expected("")


@pytest.mark.parametrize("role", ROLES)
async def test_k8_cash_leaves_only_as_a_payment(community: Community, role: str) -> None:
    direct = Direct(community.service, role)
    out = await a_voucher(community, lines=[("5101", 100), ("1002-01", -100)])
    assert await direct.refusal(out) == direct.expected(CHECK)
    assert await direct.refusal(replace(out, kind="payment")) == direct.expected(CHECK)


@pytest.mark.parametrize("role", ROLES)
async def test_k8_a_payment_needs_its_approval_its_payer_and_its_sum(community: Community, role: str) -> None:
    decided = await approved(community)
    payment = await prepared(community, decided)
    row = (await community.service.sql("SELECT * FROM payment WHERE id = $1", payment["id"]))[0]
    await sent(community, payment)
    payer = community.people["cashier"]
    out = await a_voucher(
        community,
        kind="payment",
        lines=[("5101", 100), ("1002-01", -100)],
        approval=row["approval_id"],
        commitment=row["commitment_id"],
        prepared_by=payer,
    )
    direct = Direct(community.service, role)
    wrong = {
        "more than the approval knows of": out,
        "not prepared by the payer": replace(out, prepared_by=community.people["clerk"]),
        "an approval that nobody has given": replace(out, approval=uuid4()),
        "a commitment of nobody": replace(out, commitment=uuid4()),
    }
    for name, voucher in wrong.items():
        assert await direct.refusal(voucher) == direct.expected(CHECK), name
    used = ("UPDATE approval SET used_fen = used_fen + 100 WHERE id = $1", row["approval_id"])
    assert await direct.refusal(used, out) == direct.expected(CHECK)


@pytest.mark.parametrize("role", ROLES)
async def test_k10_no_fund_is_overdrawn(community: Community, role: str) -> None:
    direct = Direct(community.service, role)
    for change in (
        "committed_fen = cash_fen + 1",
        "cash_fen = -1",
        "held_fen = cash_fen + 1",
        "floor_fen = cash_fen + 1",
        "held_fen = -1",
        "committed_fen = -1",
    ):
        statement = ("UPDATE fund_available SET " + change + " WHERE fund_id = $1", community.fund)
        assert await direct.refusal(statement) == direct.expected(CHECK), change


@pytest.mark.parametrize("role", ROLES)
async def test_k11_a_commitment_is_never_used_beyond_its_amount(community: Community, role: str) -> None:
    await approved(community)
    direct = Direct(community.service, role)
    for change in ("paid_fen = amount_fen + 1", "paid_fen = amount_fen, released_fen = 1", "paid_fen = -1"):
        assert await direct.refusal(f"UPDATE commitment SET {change}") == direct.expected(CHECK), change


@pytest.mark.parametrize("role", ROLES)
async def test_k13_a_business_key_has_one_entry_for_ever(community: Community, role: str) -> None:
    direct = Direct(community.service, role)
    given = (await proceeds(community, 100)).json()["id"]
    again = await a_voucher(community, source=UUID(given), source_kind="donation")
    assert await direct.refusal(again) == direct.expected(UNIQUE)
    await community.service.advance(days=31)
    assert (await proceeds(community, 100)).status_code == 201
    later = await a_voucher(community, source=UUID(given), source_kind="donation")
    assert later.day - again.day >= timedelta(days=30)
    assert await direct.refusal(later) == direct.expected(UNIQUE)
