"""Templates post through the chart: roles, never codes, and always to zero."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.funds.domain.chart import Cash, Element, Role
from services.funds.domain.chart_2026 import CHART_2026
from services.funds.domain.entry import Entry, Source, lines_of
from services.funds.domain.money import AMOUNT_MAX, Fen
from services.funds.domain.template import TEMPLATES, EntryKind
from tests.unit.funds.builders import AUTHOR, NOW

ACCOUNTS = {account.code: account for account in CHART_2026.accounts}


@pytest.mark.parametrize(
    ("code", "kind", "debit", "credit"),
    [
        ("T1", EntryKind.INFLOW, "1002-01", "410101"),
        ("T8b", EntryKind.INFLOW, "1002-01", "410101"),
        ("T15", EntryKind.PAYMENT, "5101", "1002-01"),
    ],
)
def test_each_template_debits_and_credits_these_accounts(code: str, kind: EntryKind, debit: str, credit: str) -> None:
    template = TEMPLATES[code]
    lines = lines_of(template, Fen(80_000), CHART_2026)
    assert template.kind is kind
    assert [(line.account, line.amount_fen) for line in lines] == [(debit, 80_000), (credit, -80_000)]


@given(some.sampled_from(sorted(TEMPLATES)), some.integers(1, AMOUNT_MAX))
def test_every_template_balances_at_every_amount(code: str, fen: int) -> None:
    lines = lines_of(TEMPLATES[code], Fen(fen), CHART_2026)
    assert sum(line.amount_fen for line in lines) == 0
    for line in lines:
        assert (ACCOUNTS[line.account].cash is not Cash.NO) == (line.cash_flow_item is not None)


def test_the_2026_chart_is_the_one_in_force_and_says_that_nobody_has_checked_it() -> None:
    assert (CHART_2026.standard, CHART_2026.valid_from, CHART_2026.verified) == ("2026", date(2026, 1, 1), False)


def test_codes_stand_once_details_under_their_parent_and_only_leaves_are_postable() -> None:
    assert len(ACCOUNTS) == len(CHART_2026.accounts)
    parents = {account.parent for account in CHART_2026.accounts if account.parent}
    assert all(account.postable == (account.code not in parents) for account in CHART_2026.accounts)
    income = {a.code for a in CHART_2026.accounts if a.element is Element.INCOME and not a.parent}
    assert parents == {"1001", "1002"} | income


def test_the_meanings_that_2026_gave_to_old_codes_stand() -> None:
    names = {code: ACCOUNTS[code].name for code in ("1701", "1801", "5201", "5301", "5401", "2503", "3201")}
    assert names == {
        "1701": "长期待摊费用",
        "1801": "受托代理资产",
        "5201": "税金及附加",
        "5301": "管理费用",
        "5401": "筹资费用",
        "2503": "预计负债",
        "3201": "以前年度净资产调整",
    }


def test_every_role_leads_to_a_postable_account_and_bank_and_box_have_an_agency_detail() -> None:
    assert set(CHART_2026.roles) == set(Role)
    assert all(ACCOUNTS[code].postable for code in CHART_2026.roles.values())
    agency = {account.code for account in CHART_2026.accounts if account.cash is Cash.AGENCY}
    assert agency == {"1001-01A", "1002-01A"}


def _entry(**changes: object) -> Entry:
    template = TEMPLATES["T1"]
    values: dict[str, object] = {
        "id": uuid4(),
        "fund_id": AUTHOR,
        "template": template,
        "amount_fen": Fen(100),
        "booking_date": date(2026, 11, 20),
        "effective_date": date(2026, 11, 19),
        "recorded_at": NOW,
        "source": Source(kind="donation", id=AUTHOR, step="received"),
        "prepared_by": AUTHOR,
        "narration_args": (),
        "documents": (),
        "authority": None,
        "lines": lines_of(template, Fen(100), CHART_2026),
    }
    return Entry(**values | changes)  # type: ignore[arg-type]


def test_the_same_request_on_another_day_is_the_same_and_another_sum_is_not() -> None:
    first = _entry()
    assert _entry(booking_date=date(2026, 11, 21)).request_hash() == first.request_hash()
    dearer = _entry(amount_fen=Fen(101), lines=lines_of(first.template, Fen(101), CHART_2026))
    assert dearer.request_hash() != first.request_hash()
    assert _entry(effective_date=date(2026, 11, 18)).request_hash() != first.request_hash()
    assert _entry(narration_args=("B-1",)).request_hash() != first.request_hash()
