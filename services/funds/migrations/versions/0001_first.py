"""The ledger, the cases around it, the chart in force, and who may write what."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid5

from alembic import op

from chassis.database import app_role, chassis_schema
from services.funds.domain.book import BANK_ACCOUNT_ID, BOOK_ID, CURRENCY
from services.funds.domain.chart import Role
from services.funds.domain.chart_2026 import CHART_2026
from services.funds.domain.duty import ROLES
from services.funds.domain.period import ZONE
from services.funds.store import tables

revision = "0001"
down_revision = None

SQL = Path(__file__).parents[1] / "sql"
FUNCTIONS = (
    "append_only entry_balanced entry_in_period entry_authorised entry_complete lines_in_time gapless duty_works"
    " approval_valid_yes approval_granted approval_open ledger_lock ledger_open_fund ledger_open_period ledger_known"
    " ledger_payment_refusal ledger_refusal ledger_note ledger_spend ledger_balance ledger_write ledger_post"
    " ledger_reserve ledger_release"
).split()


def upgrade() -> None:
    for statement in chassis_schema(1):
        op.execute(statement)
    for name in ("tables", *FUNCTIONS):
        _run(name)
    _load()
    _run("roles")


def _run(name: str) -> None:
    for statement in _statements((SQL / f"{name}.sql").read_text(encoding="utf-8").replace("{app}", app_role())):
        op.get_bind().exec_driver_sql(statement)


def _statements(text: str) -> Iterator[str]:
    """One statement at a time: a semicolon inside a function's body ends none."""
    pending = ""
    for line in text.splitlines(keepends=True):
        pending += line
        if line.rstrip().endswith(";") and pending.count("$$") % 2 == 0:
            yield pending
            pending = ""


def _load() -> None:
    chart_id = uuid5(BOOK_ID, CHART_2026.standard)
    ids = {account.code: uuid5(chart_id, account.code) for account in CHART_2026.accounts}
    op.bulk_insert(tables.book, [{"id": BOOK_ID, "currency": CURRENCY, "zone": ZONE.key}])
    op.bulk_insert(
        tables.chart,
        [
            {
                "id": chart_id,
                "standard": CHART_2026.standard,
                "valid_from": CHART_2026.valid_from,
                "verified": CHART_2026.verified,
            }
        ],
    )
    op.bulk_insert(
        tables.account,
        [
            {
                "id": ids[account.code],
                "book_id": BOOK_ID if account.code.startswith(CHART_2026.roles[Role.BANK]) else None,
                "chart_id": chart_id,
                "code": account.code,
                "name": account.name,
                "element": account.element,
                "cash": account.cash,
                "postable": account.postable,
                "parent_id": ids[account.parent] if account.parent else None,
            }
            for account in CHART_2026.accounts
        ],
    )
    bank = CHART_2026.roles[Role.BANK]
    op.bulk_insert(tables.bank_account, [{"id": BANK_ACCOUNT_ID, "book_id": BOOK_ID, "account_code": bank}])
    pairs = [{"duty": duty, "role": role} for duty, roles in ROLES.items() for role in sorted(roles)]
    op.bulk_insert(tables.duty_role, pairs)
