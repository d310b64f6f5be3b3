"""Direct SQL as the running role and as the owner: what the database refuses whoever asks."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from chassis.transaction import sqlstate
from services.funds.domain.book import BOOK_ID
from tests.running import Served

ROLES = ("app", "owner")
CHECK, UNIQUE, FOREIGN_KEY, DENIED = "23514", "23505", "23503", "42501"

_HEADER = (
    "INSERT INTO journal_entry (book_id, id, lead_fund_id, period_id, voucher_no, seq, kind, template,"
    " template_version, booking_date, effective_date, recorded_at, source_kind, source_id, step, request_hash,"
    " line_count, total_fen,"
    " narration_code, narration_args, prepared_by, approval_id, commitment_id, documents, xid)"
    " SELECT $1, $2, $3, $4, coalesce($5, 1 + (SELECT coalesce(max(voucher_no), 0) FROM journal_entry"
    "   WHERE lead_fund_id = $3 AND period_id = $4)), coalesce($6, 1 + (SELECT coalesce(max(seq), 0) FROM journal_entry"
    "   WHERE lead_fund_id = $3)), $7, 'T1', 1, $8, $8, now(), $15, $9, 'received', 'hash', $10, $11, 'code', '{}',"
    " $12, $13, $14, '{}', pg_current_xact_id()::text::bigint"
)
_LINE = (
    "INSERT INTO journal_line (book_id, entry_id, line_no, account_id, fund_id, amount_fen, cash_flow_item)"
    " SELECT $1, $2, $3, a.id, $5, $6, $7 FROM account a JOIN chart c ON c.id = a.chart_id"
    " WHERE a.code = $4 AND c.standard = $8"
)


@dataclass
class Voucher:
    """An entry to be written past the ledger's functions; valid by default, as an inflow."""

    fund: UUID
    period: int
    day: date
    kind: str = "inflow"
    lines: list[tuple[Any, ...]] = field(default_factory=lambda: [("1002-01", 100), ("410101", -100)])
    total: int = 100
    count: int | None = None
    voucher_no: int | None = None
    seq: int | None = None
    source: UUID = field(default_factory=uuid4)
    source_kind: str = "test"
    prepared_by: UUID = field(default_factory=uuid4)
    approval: UUID | None = None
    commitment: UUID | None = None
    item: str | None = "donations_received"
    chart: str = "2026"

    async def write(self, connection: Any) -> UUID:
        id = uuid4()
        count = len(self.lines) if self.count is None else self.count
        header = (
            BOOK_ID,
            id,
            self.fund,
            self.period,
            self.voucher_no,
            self.seq,
            self.kind,
            self.day,
            self.source,
            count,
            self.total,
            self.prepared_by,
            self.approval,
            self.commitment,
            self.source_kind,
        )
        await connection.execute(_HEADER, *header)
        for number, line in enumerate(self.lines, 1):
            await self.write_line(connection, id, number, line)
        return id

    async def write_line(self, connection: Any, entry: UUID, number: int, line: tuple[Any, ...]) -> None:
        account, fen, *other_fund = line
        item = self.item if account.startswith("100") else None
        fund = other_fund[0] if other_fund else self.fund
        await connection.execute(_LINE, BOOK_ID, entry, number, account, fund, fen, item, self.chart)


class _Undone(Exception):
    """Rolls back what would have committed."""


@dataclass
class Direct:
    """A connection of one role, past the service."""

    service: Served
    role: str

    @property
    def url(self) -> str:
        return self.service.owner_url if self.role == "owner" else self.service.running.settings.database_url

    async def refusal(self, *steps: Any) -> str:
        """The SQLSTATE with which these steps would be refused at commit; "" when they would not. Nothing is kept."""
        connection = await asyncpg.connect(self.url)
        try:
            async with connection.transaction():
                for step in steps:
                    await (step.write(connection) if isinstance(step, Voucher) else _step(connection, step))
                await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
                raise _Undone
        except _Undone:
            return ""
        except Exception as error:
            return sqlstate(error)
        finally:
            await connection.close()

    def expected(self, sqlstate: str) -> str:
        """The ledger's tables are closed to the running role altogether."""
        return sqlstate if self.role == "owner" else DENIED


async def _step(connection: Any, step: Any) -> None:
    statement, *arguments = (step,) if isinstance(step, str) else step
    await connection.execute(statement, *arguments)
