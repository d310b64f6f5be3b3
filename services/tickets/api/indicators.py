"""Indicators: what there is, and their figures by any cut."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from chassis.edge import Edge, permitted
from chassis.refused import Refused
from services.tickets.domain.indicator import CUTS, FILTERS, MEASURES, QUOTIENTS, Of, Unit
from services.tickets.views import indicators
from services.tickets.views.indicator_sums import LINES_MAX
from services.tickets.views.indicator_sums import Query as Asked

router = APIRouter(tags=["figures"], prefix="/v1/indicators")
Words = Annotated[list[str], Query(max_length=20)]


class IndicatorModel(BaseModel):
    name: str
    meaning: str
    of: str
    unit: str


class Indicators(BaseModel):
    items: list[IndicatorModel]
    cuts: list[str]
    filters: list[str]


@router.get("", response_model=Indicators)
async def catalogue(edge: Annotated[Edge, permitted("tickets.figures")]) -> Indicators:
    known = [IndicatorModel(name=m.name, meaning=m.meaning, of=m.of, unit=m.unit) for m in MEASURES.values()]
    known += [IndicatorModel(name=q.name, meaning=q.meaning, of=Of.FILED, unit=Unit.RATIO) for q in QUOTIENTS.values()]
    return Indicators(items=known, cuts=list(CUTS), filters=list(FILTERS))


@router.get("/figures", response_model=indicators.Figures)
async def figures(
    edge: Annotated[Edge, permitted("tickets.figures")],
    measures: Words,
    from_: Annotated[date, Query(alias="from")],
    to: date,
    by: Words = [],  # noqa: B006
    only: Words = [],  # noqa: B006
    where: Words = [],  # noqa: B006
    place: UUID | None = None,
    group_id: UUID | None = None,
    at_least: Annotated[int, Query(ge=0)] = 0,
    prior: bool = False,
    limit: Annotated[int, Query(ge=1, le=LINES_MAX)] = 500,
) -> indicators.Figures:
    query = Asked(
        measures=tuple(measures),
        first=from_,
        last=to,
        by=tuple(by),
        only=tuple(only),
        where=tuple(_pair(each) for each in where),
        place=place,
        group_id=group_id,
        at_least=at_least,
        with_prior=prior,
        limit=limit,
    )
    async with edge.reading() as tx:
        return await indicators.figures(tx, indicators.checked(query))


def _pair(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise Refused("where_unreadable", status=400, detail="cut:value")
    return name, value
