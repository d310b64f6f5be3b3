"""The cases of the funds somebody may read: donations, applications, approvals, commitments, payments, duties."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from chassis.transaction import Transaction

Row = dict[str, Any]

_APPLICATION: Final = (
    "SELECT s.id, s.code, s.ticket_id, s.community_id, s.fund_id, s.category, s.asked_fen, s.proposed_fen,"
    " s.urgent, s.applicant_id, s.beneficiary_id, s.author_id, s.verifier_id, s.approval_id, s.commitment_id, s.state,"
    " s.revision, s.made_at,"
    " CASE WHEN s.state = 'deciding' AND a.state = 'granted' THEN 'not_enough_available' END AS waiting"
    " FROM application s LEFT JOIN approval a ON a.id = s.approval_id"
)
_APPROVAL: Final = (
    "SELECT a.id, a.fund_id, a.subject_kind, a.subject_id, encode(a.subject_hash, 'hex') AS subject_hash, a.rule,"
    " a.required, a.amount_fen, a.used_fen, a.state, a.expires_at, a.decided_at, a.revision, s.author_id,"
    " coalesce((SELECT json_agg(json_build_object('person_id', v.person_id, 'decision', v.decision, 'at', v.at)"
    "   ORDER BY v.at, v.person_id) FROM vote v WHERE v.approval_id = a.id), '[]'::json) AS votes,"
    " f.cash_fen - f.held_fen - f.committed_fen - f.floor_fen AS available_fen"
    " FROM approval a JOIN application s ON s.id = a.subject_id"
    " JOIN fund_available f ON f.book_id = a.book_id AND f.fund_id = a.fund_id"
)

# For each noun its query; the column that names the fund; and the filters a list of it takes.
LISTS: Final[Mapping[str, tuple[str, str, Mapping[str, str]]]] = MappingProxyType(
    {
        "donations": (
            "SELECT d.id, d.fund_id, d.form, d.amount_fen, d.received_on, d.donor_id, d.publish, d.reference,"
            " d.entry_id, d.state, d.revision FROM donation d",
            "d",
            {},
        ),
        "applications": (
            _APPLICATION,
            "s",
            {"ticket": "s.ticket_id = CAST(:ticket AS uuid)", "state": "s.state = CAST(:state AS text)"},
        ),
        "approvals": (
            _APPROVAL,
            "a",
            {
                "state": "a.state = CAST(:state AS text)",
                "asked": "a.state = 'open' AND duty_works(a.fund_id, :asked, 'approver') AND NOT EXISTS"
                " (SELECT 1 FROM approval_part p WHERE p.approval_id = a.id AND p.person_id = :asked)",
            },
        ),
        "commitments": (
            "SELECT c.id, c.fund_id, c.approval_id, c.amount_fen, c.paid_fen, c.released_fen, c.state, c.made_at,"
            " s.id AS application_id, s.ticket_id FROM commitment c JOIN approval a ON a.id = c.approval_id"
            " JOIN application s ON s.id = a.subject_id",
            "c",
            {"ticket": "s.ticket_id = CAST(:ticket AS uuid)"},
        ),
        "payments": (
            "SELECT p.id, p.fund_id, p.application_id, p.commitment_id, p.amount_fen, p.final, p.slip_code,"
            " p.author_id, p.payer_id, p.bank_ref, p.paid_on, p.entry_id, p.state, p.revision FROM payment p",
            "p",
            {"state": "p.state = CAST(:state AS text)"},
        ),
        "duties": (
            "SELECT u.id, u.fund_id, u.person_id, u.duty, u.valid_from, u.valid_until, u.state, u.proposed_by,"
            " u.confirmed_by, u.revision FROM fund_duty u",
            "u",
            {},
        ),
    }
)


async def listed(
    tx: Transaction, noun: str, funds: Sequence[UUID], *, after: Any, limit: int, **filters: Any
) -> list[Row]:
    """One page of a noun, oldest id first, of these funds only."""
    query, table, known = LISTS[noun]
    given = {name: value for name, value in filters.items() if value is not None}
    where = "".join(f" AND {known[name]}" for name in given)
    keyset = f" AND (CAST(:after AS uuid) IS NULL OR {table}.id > :after) ORDER BY {table}.id LIMIT :limit"
    statement = text(f"{query} WHERE {table}.fund_id = ANY (:funds){where}{keyset}")
    rows = await tx.execute(statement, {"funds": list(funds), "after": after, "limit": limit, **given})
    return [dict(row) for row in rows.mappings()]


async def one(tx: Transaction, noun: str, id: UUID) -> Row | None:
    query, table, _ = LISTS[noun]
    row = (await tx.execute(text(f"{query} WHERE {table}.id = :id"), {"id": id})).mappings().one_or_none()
    return dict(row) if row is not None else None
