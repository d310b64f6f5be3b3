"""The books: what each fund has, the trial balance, the vouchers with their lines."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from chassis.transaction import Transaction

_BALANCE = text(
    "SELECT cash_fen AS own_fen, 0::bigint AS agency_fen, held_fen, committed_fen,"
    " cash_fen - held_fen - committed_fen - floor_fen AS available_fen FROM fund_available WHERE fund_id = :fund"
)
_TRIAL = text(
    "SELECT a.code AS account, a.name, sum(b.debit_fen)::bigint AS debit_fen, sum(b.credit_fen)::bigint AS credit_fen"
    " FROM balance b JOIN account a ON a.id = b.account_id"
    " WHERE b.fund_id = ANY (:funds) AND b.period_id <= :period GROUP BY a.code, a.name ORDER BY a.code"
)
_PERIOD = text(
    "SELECT p.number, c.standard, c.verified FROM period p JOIN chart c ON c.id = p.chart_id"
    " WHERE CAST(:number AS integer) IS NULL OR p.number = :number ORDER BY p.number DESC LIMIT 1"
)
_ENTRY = (
    "SELECT e.id, e.lead_fund_id AS fund_id, e.period_id AS period, e.seq, e.kind, e.template, e.template_version,"
    " f.code || '-' || e.period_id || '-' || lpad(e.voucher_no::text, greatest(4, length(e.voucher_no::text)), '0')"
    " AS voucher, e.booking_date, e.effective_date, e.recorded_at, e.source_kind, e.source_id, e.total_fen,"
    " e.narration_code, e.narration_args, e.prepared_by, e.approval_id, e.documents,"
    " (SELECT json_agg(json_build_object('line_no', l.line_no, 'account', a.code, 'name', a.name, 'fund_id', l.fund_id,"
    "   'amount_fen', l.amount_fen, 'cash_flow_item', l.cash_flow_item) ORDER BY l.line_no)"
    "   FROM journal_line l JOIN account a ON a.id = l.account_id"
    "   WHERE l.book_id = e.book_id AND l.entry_id = e.id) AS lines"
    " FROM journal_entry e JOIN fund f ON f.id = e.lead_fund_id"
)
_ENTRIES = text(
    _ENTRY + " WHERE e.lead_fund_id = ANY (:funds)"  # noqa: S608
    " AND (CAST(:period AS integer) IS NULL OR e.period_id = :period)"
    " AND (CAST(:source AS uuid) IS NULL OR e.source_id = :source)"
    " AND (CAST(:account AS text) IS NULL OR EXISTS (SELECT 1 FROM journal_line l JOIN account a ON a.id = l.account_id"
    "   WHERE l.book_id = e.book_id AND l.entry_id = e.id AND a.code = :account))"
    " AND (CAST(:after AS uuid) IS NULL OR (e.lead_fund_id, e.seq) > (:after, :after_seq))"
    " ORDER BY e.lead_fund_id, e.seq LIMIT :limit"
)
_ONE = text(_ENTRY + " WHERE e.id = :id")

Row = dict[str, Any]


async def balance(tx: Transaction, fund_id: UUID) -> Row:
    return dict((await tx.execute(_BALANCE, {"fund": fund_id})).mappings().one()) | {"fund_id": fund_id}


async def trial_balance(tx: Transaction, funds: Sequence[UUID], number: int | None) -> Row | None:
    """Per account up to the end of a period, the newest by default. A chart nobody has verified says so."""
    period = (await tx.execute(_PERIOD, {"number": number})).mappings().one_or_none()
    if period is None:
        return None
    values = {"funds": list(funds), "period": period["number"]}
    rows = [dict(row) for row in (await tx.execute(_TRIAL, values)).mappings()]
    return {
        "period": period["number"],
        "chart": period["standard"],
        "chart_verified": period["verified"],
        "notice": None if period["verified"] else "科目表待核对",
        "rows": rows,
        "debit_fen": sum(row["debit_fen"] for row in rows),
        "credit_fen": sum(row["credit_fen"] for row in rows),
    }


async def entries(tx: Transaction, funds: Sequence[UUID], **filters: Any) -> list[Row]:
    rows = await tx.execute(_ENTRIES, {"funds": list(funds), **filters})
    return [dict(row) for row in rows.mappings()]


async def entry(tx: Transaction, id: UUID) -> Row | None:
    row = (await tx.execute(_ONE, {"id": id})).mappings().one_or_none()
    return dict(row) if row is not None else None
