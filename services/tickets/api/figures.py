"""Trends and rates."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.edge import Edge, permitted
from chassis.refused import Refused
from services.tickets.views import figures, rated
from services.tickets.views.rows import TicketRow, lines
from services.tickets.views.scope import granted

router = APIRouter(tags=["figures"], prefix="/v1")
Month = Annotated[str, Query(pattern=r"^(19|20)\d{2}-(0[1-9]|1[0-2])$")]


class Behind(BaseModel):
    items: list[TicketRow]
    next: None = None
    as_of: datetime


class Rounds(BaseModel):
    items: list[rated.RoundModel]
    as_of: datetime


@router.get("/trends/complaints", response_model=figures.Trend)
async def complaints(
    edge: Annotated[Edge, permitted("tickets.figures")],
    place: UUID,
    from_: Annotated[Month, Query(alias="from")],
    to: Month,
) -> figures.Trend:
    first, last = _month(from_), _month(to)
    if last < first:
        raise Refused("months_reversed", status=400)
    async with edge.reading() as tx:
        return await figures.complaints(tx, place, first, last)


@router.get("/trends/complaints/tickets", response_model=Behind)
async def complaint_tickets(edge: Annotated[Edge, permitted("tickets.figures")], place: UUID, month: Month) -> Behind:
    async with edge.reading() as tx:
        rows = await figures.behind(tx, place, _month(month), granted(tx.actor, "tickets.figures"))
        return Behind(items=await lines(tx, rows), as_of=tx.now)


@router.get("/rates", response_model=rated.RateReport)
async def rates(
    edge: Annotated[Edge, permitted("tickets.figures")], month: Month, by: Literal["community", "group"] = "group"
) -> rated.RateReport:
    async with edge.reading() as tx:
        return await rated.report(tx, _month(month), by)


@router.get("/rates/rounds", response_model=Rounds)
async def rate_rounds(
    edge: Annotated[Edge, permitted("tickets.figures")],
    month: Month,
    scope_id: UUID,
    by: Literal["community", "group"] = "group",
) -> Rounds:
    async with edge.reading() as tx:
        return Rounds(items=await rated.behind(tx, _month(month), by, scope_id), as_of=tx.now)


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")
