"""Whether this process may be given work: never while its role could write the ledger past its functions."""

from typing import TYPE_CHECKING, Final

from services.funds.store.tables import (
    account,
    balance,
    book,
    chart,
    commitment,
    commitment_event,
    fund,
    fund_available,
    fund_head,
    fund_period,
    journal_entry,
    journal_line,
    period,
)

if TYPE_CHECKING:
    from chassis.service import Running

LEDGER: Final = tuple(
    table.name
    for table in (
        account,
        balance,
        book,
        chart,
        commitment,
        commitment_event,
        fund,
        fund_available,
        fund_head,
        fund_period,
        journal_entry,
        journal_line,
        period,
    )
)

_WRITABLE: Final = (
    "SELECT t.name FROM unnest($1::text[]) AS t (name) JOIN pg_class c ON c.oid = t.name::regclass"
    " WHERE pg_has_role(current_user, c.relowner, 'USAGE')"
    " OR has_table_privilege(current_user, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')"
    " OR has_any_column_privilege(current_user, c.oid, 'INSERT, UPDATE')"
    " UNION SELECT 'approval' WHERE has_column_privilege(current_user, 'approval', 'amount_fen', 'INSERT, UPDATE')"
    " OR has_column_privilege(current_user, 'approval', 'used_fen', 'INSERT, UPDATE') ORDER BY 1"
)


async def ledger_is_guarded(running: "Running") -> str | None:
    """A sentence when the running role owns or may write a ledger table; nothing when all is well."""
    async with running.database.asking_once() as connection:
        writable = [row["name"] for row in await connection.fetch(_WRITABLE, list(LEDGER))]
    return f"the running role may write {', '.join(writable)}" if writable else None
