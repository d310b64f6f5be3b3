"""The books: vouchers with their lines, and the trial balance."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter

from chassis.edge import Edge, permitted
from chassis.refused import Refused
from services.funds.api.answers import Answer, Listed
from services.funds.api.listing import reach
from services.funds.handlers.access import admitted_fund
from services.funds.views import books

router = APIRouter()


class TrialRow(Answer):
    account: str
    name: str
    debit_fen: int
    credit_fen: int


class TrialBalance(Answer):
    """Sums per account from the start of the book to the end of the period."""

    period: int
    chart: str
    chart_verified: bool
    notice: str | None
    rows: list[TrialRow]
    debit_fen: int
    credit_fen: int


@router.get("/v1/trial-balance", response_model=TrialBalance)
async def get_trial_balance(
    edge: Annotated[Edge, permitted("funds.read")], fund: UUID | None = None, period: int | None = None
) -> dict[str, Any]:
    async with edge.reading() as tx:
        found = await books.trial_balance(tx, await reach(tx, fund), period)
    if found is None:
        raise Refused("not_found", status=404)
    return found


@router.get("/v1/entries", response_model=Listed)
async def list_entries(
    edge: Annotated[Edge, permitted("funds.read")],
    fund: UUID | None = None,
    account: str | None = None,
    period: int | None = None,
    source: UUID | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    page = edge.page(limit, cursor, [str(fund), account, period, str(source)])
    after, after_seq = (UUID(page.after[0]), int(page.after[1])) if page.after else (None, None)
    async with edge.reading() as tx:
        funds = await reach(tx, fund)
        rows = await books.entries(
            tx,
            funds,
            account=account,
            period=period,
            source=source,
            after=after,
            after_seq=after_seq,
            limit=page.limit + 1,
        )
        return edge.listed(rows, page, lambda row: [row["fund_id"], row["seq"]], as_of=tx.now.isoformat())


@router.get("/v1/entries/{entry_id}")
async def get_entry(entry_id: UUID, edge: Annotated[Edge, permitted("funds.read")]) -> dict[str, Any]:
    async with edge.reading() as tx:
        row = await books.entry(tx, entry_id)
        if row is None:
            raise Refused("not_found", status=404)
        await admitted_fund(tx, row["fund_id"], "funds.read")
    return row
