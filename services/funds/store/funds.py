"""Funds with where they stand: the path of their community and the organisations that work there."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.fund import Fund, Kind, State

SELECT: Final = (
    "SELECT f.*, h.revision, coalesce(a.path, ARRAY[f.community_id]) AS area_path, ARRAY(SELECT DISTINCT unnest(o.path)"
    " FROM organization_ref o JOIN area_ref oa ON oa.id = o.area_id WHERE f.community_id = ANY (oa.path))"
    " AS organization_ids FROM fund f JOIN fund_head h ON h.book_id = f.book_id AND h.fund_id = f.id"
    " LEFT JOIN area_ref a ON a.id = f.community_id"
)
_BY_ID: Final = text(SELECT + " WHERE f.id = :id")
_CHARITY: Final = text(
    "SELECT id FROM fund WHERE community_id = :community AND kind = 'charity' AND state = 'open' ORDER BY code LIMIT 1"
)


async def find(tx: Transaction, id: UUID) -> Fund | None:
    row = (await tx.execute(_BY_ID, {"id": id})).mappings().one_or_none()
    return of(row) if row is not None else None


async def load(tx: Transaction, id: UUID) -> Fund:
    fund = await find(tx, id)
    if fund is None:
        raise Refused("not_found", status=404)
    return fund


async def charity_of(tx: Transaction, community_id: UUID) -> UUID | None:
    """The fund that a household of this community asks: its charity fund, the first by code where there are more."""
    return (await tx.execute(_CHARITY, {"community": community_id})).scalar_one_or_none()


def of(row: Any) -> Fund:
    return Fund(
        id=row["id"],
        book_id=row["book_id"],
        community_id=row["community_id"],
        code=row["code"],
        name=row["name"],
        kind=Kind(row["kind"]),
        opens=row["opens"],
        state=State(row["state"]),
        revision=row["revision"],
        area_path=tuple(row["area_path"]),
        organization_ids=tuple(row["organization_ids"]),
    )
