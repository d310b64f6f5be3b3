"""Trends and rates."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel

from chassis.edge import Edge, permitted
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.trend import MONTHS_MAX, months_before
from services.tickets.views import figures, rated
from services.tickets.views.rounds import Asked
from services.tickets.views.rows import TicketRow, lines
from services.tickets.views.scope import granted

router = APIRouter(tags=["figures"], prefix="/v1")
FIRST_YEAR = 1900
Month = Annotated[str, Query(pattern=r"^(19|20)\d{2}-(0[1-9]|1[0-2])$")]
Figures = Annotated[Edge, permitted("tickets.figures")]
Cut = Literal[
    "community", "group", "handler", "building", "estate", "category", "class", "channel", "origin", "month"
]  # fmt: skip


class Behind(BaseModel):
    items: list[TicketRow]
    next: None = None
    as_of: datetime


class Rounds(BaseModel):
    items: list[rated.RoundModel]
    as_of: datetime


@router.get("/trends/complaints", response_model=figures.Trend)
async def complaints(
    edge: Figures,
    place: UUID,
    from_: Annotated[Month, Query(alias="from")],
    to: Month,
    as_of: AwareDatetime | None = None,
) -> figures.Trend:
    first, last = _months(from_, to)
    async with edge.reading() as tx:
        return await figures.complaints(tx, place, first, last, known_at(tx, as_of))


@router.get("/trends/complaints/tickets", response_model=Behind)
async def complaint_tickets(edge: Figures, place: UUID, month: Month, as_of: AwareDatetime | None = None) -> Behind:
    async with edge.reading() as tx:
        visible, at = granted(tx.actor, "tickets.figures"), known_at(tx, as_of)
        rows = await figures.behind(tx, place, _month(month), visible, at)
        return Behind(items=await lines(tx, rows), as_of=at)


@router.get("/rates", response_model=rated.RateReport)
async def rates(
    edge: Figures,
    month: Month,
    until: Month | None = None,
    by: Cut = "group",
    place: UUID | None = None,
    group_id: UUID | None = None,
    as_of: AwareDatetime | None = None,
) -> rated.RateReport:
    async with edge.reading() as tx:
        whole = await rated.seen_whole(tx, by)
        return await rated.report(tx, _asked(tx, month, until, as_of, place, group_id), by, whole=whole)


@router.get("/rates/rounds", response_model=Rounds)
async def rate_rounds(
    edge: Figures,
    month: Month,
    scope_id: str,
    until: Month | None = None,
    by: Cut = "group",
    place: UUID | None = None,
    group_id: UUID | None = None,
    as_of: AwareDatetime | None = None,
) -> Rounds:
    async with edge.reading() as tx:
        whole = await rated.seen_whole(tx, by)
        asked = _asked(tx, month, until, as_of, place, group_id)
        return Rounds(items=await rated.behind(tx, asked, by, scope_id, whole=whole), as_of=asked.as_of)


def known_at(tx: Transaction, as_of: datetime | None) -> datetime:
    """The moment whose knowledge is asked for; nothing can be known of a later one."""
    if as_of is not None and as_of.year < FIRST_YEAR:
        raise Refused("as_of_too_early", status=400)
    if as_of is not None and as_of > tx.now:
        raise Refused("as_of_in_the_future", status=400)
    return as_of or tx.now


def _asked(
    tx: Transaction, month: str, until: str | None, as_of: datetime | None, place: UUID | None, group_id: UUID | None
) -> Asked:
    first, last = _months(month, until or month)
    return Asked(
        first=first,
        last=last,
        as_of=known_at(tx, as_of),
        visible=granted(tx.actor, "tickets.figures"),
        place=place,
        group_id=group_id,
    )


def _months(first: str, last: str) -> tuple[date, date]:
    begins, ends = _month(first), _month(last)
    if ends < begins:
        raise Refused("months_reversed", status=400)
    if begins < months_before(ends, MONTHS_MAX - 1):
        raise Refused("too_many_months", status=400, detail=f"At most {MONTHS_MAX} months.")
    return begins, ends


def _month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")
