"""Lists and details of the cases: only of funds whose money the actor may read."""

from typing import Any
from uuid import UUID

from chassis.edge import Edge
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.handlers.access import admitted_fund
from services.funds.store.reach import readable_funds
from services.funds.views import cases


async def reach(tx: Transaction, fund: UUID | None) -> list[UUID]:
    """The fund that was asked for, if she may read it; else all she may."""
    if fund is None:
        return await readable_funds(tx)
    return [(await admitted_fund(tx, fund, "funds.read")).id]


async def listed(
    edge: Edge, noun: str, fund: UUID | None, limit: int | None, cursor: str | None, **filters: Any
) -> dict[str, Any]:
    page = edge.page(limit, cursor, [noun, str(fund), sorted((k, str(v)) for k, v in filters.items())])
    async with edge.reading() as tx:
        funds = await reach(tx, fund)
        after = UUID(page.after[0]) if page.after else None
        rows = await cases.listed(tx, noun, funds, after=after, limit=page.limit + 1, **filters)
        return edge.listed(rows, page, lambda row: [row["id"]], as_of=tx.now.isoformat())


async def detail(tx: Transaction, noun: str, id: UUID) -> dict[str, Any]:
    """The row, if she may read its fund. A draft of a community without a fund is nobody's yet."""
    row = await cases.one(tx, noun, id)
    if row is None:
        raise Refused("not_found", status=404)
    await admitted_fund(tx, row["fund_id"], "funds.read")
    return row
