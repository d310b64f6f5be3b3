"""The public figure of a fund: sums of a whole fund, month or year, and how many households were helped."""

from typing import Any, Final

from sqlalchemy import text

from chassis.transaction import Transaction

# Fewer people than this could be recognised by their neighbours.
PEOPLE_MIN: Final = 5

_FIGURE = text(
    "SELECT f.id, f.code, f.name, f.kind, v.committed_fen,"
    " v.cash_fen - v.held_fen - v.committed_fen - v.floor_fen AS available_fen,"
    " (SELECT count(DISTINCT s.beneficiary_id) FROM payment p JOIN application s ON s.id = p.application_id"
    "   WHERE p.fund_id = f.id AND p.state = 'sent') AS people"
    " FROM fund f JOIN fund_available v ON v.book_id = f.book_id AND v.fund_id = f.id"
    " WHERE f.code = :code ORDER BY f.id LIMIT 1"
)
_MONTHS = text(
    "SELECT e.period_id AS period, sum(e.total_fen) FILTER (WHERE e.kind = 'inflow')::bigint AS received_fen,"
    " sum(e.total_fen) FILTER (WHERE e.kind = 'payment')::bigint AS spent_fen"
    " FROM journal_entry e WHERE e.lead_fund_id = :fund GROUP BY e.period_id ORDER BY e.period_id"
)


async def figure(tx: Transaction, code: str) -> dict[str, Any] | None:
    found = (await tx.execute(_FIGURE, {"code": code})).mappings().one_or_none()
    if found is None:
        return None
    months = [_sums(row["period"], [row]) for row in (await tx.execute(_MONTHS, {"fund": found["id"]})).mappings()]
    years = sorted({month["period"] // 100 for month in months})
    whole = _sums(0, months)
    return {
        "code": found["code"],
        "name": found["name"],
        "kind": found["kind"],
        "received_fen": whole["received_fen"],
        "spent_fen": whole["spent_fen"],
        "committed_fen": found["committed_fen"],
        "available_fen": found["available_fen"],
        "helped_people": found["people"] if found["people"] >= PEOPLE_MIN else f"< {PEOPLE_MIN}",
        "months": months,
        "years": [_sums(year, [month for month in months if month["period"] // 100 == year]) for year in years],
    }


def _sums(period: int, rows: list[Any]) -> dict[str, int]:
    return {
        "period": period,
        "received_fen": sum(row["received_fen"] or 0 for row in rows),
        "spent_fen": sum(row["spent_fen"] or 0 for row in rows),
    }
