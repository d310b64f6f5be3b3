"""The working calendar: a year's days, and the official notice of a year loaded whole."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, signed_in
from services.tickets.handlers import calendars
from services.tickets.handlers.calendars import Year
from services.tickets.store.reference import load_reference

router = APIRouter(tags=["references"], prefix="/v1/calendars")


class NoticeBody(Body):
    """`csv` has the columns from, to (or day), kind (holiday, make_up) and name; or it is the file `constants.py` of
    the library chinesecalendar, of which the days of this year are taken."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    csv: Annotated[str, Field(min_length=1, max_length=100_000)]
    source: Annotated[str, Field(max_length=200)] = ""


class DayModel(BaseModel):
    day: date
    kind: str


class CalendarModel(BaseModel):
    year: int
    known: bool
    version: str
    items: list[DayModel]


class YearLoaded(BaseModel):
    id: UUID
    year: int
    days: int
    version: str
    revision: int

    @classmethod
    def of(cls, year: Year) -> Self:
        return cls.model_validate(year, from_attributes=True)


@router.get("", response_model=CalendarModel)
async def calendar(edge: Annotated[Edge, signed_in()], year: int) -> CalendarModel:
    async with edge.reading() as tx:
        known = (await load_reference(tx)).calendar
    items = [DayModel(day=day, kind=kind) for day, kind in sorted(known.exceptions.items()) if day.year == year]
    return CalendarModel(year=year, known=year in known.years, version=known.version, items=items)


@router.post(":import", response_model=YearLoaded, status_code=201)
async def load(body: NoticeBody, edge: Annotated[Edge, permitted("tickets.manage_rules")]) -> Response:
    command = calendars.ImportCalendar(year=body.year, csv=body.csv, source=body.source)
    return await edge.command(lambda tx: calendars.import_calendar(command, tx), YearLoaded.of, status=201)
