"""The monthly trend of complaints and the three rates, as counts; every number opens the tickets behind it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Row, and_, any_, cast, func, or_, select
from sqlalchemy import Date as SqlDate

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import trend
from services.tickets.store.reference import ZONE
from services.tickets.store.tables import areas, moves, organizations, tickets
from services.tickets.views.rights import groups_stand_on


class MonthModel(BaseModel):
    month: str
    complaints: int
    tickets: str


class Intervention(BaseModel):
    date: date
    what: str
    organization_id: UUID
    name: str


class Trend(BaseModel):
    place: UUID
    name: str
    months: list[MonthModel]
    sentence: str
    interventions: list[Intervention]
    as_of: datetime


def _filed_month() -> ColumnElement[date]:
    return cast(func.date_trunc("month", func.timezone(str(ZONE), tickets.c.filed_at)), SqlDate)


def _counted(place: UUID) -> ColumnElement[bool]:
    """Complaints of residents at this place or below it, merged ones too; spam and tests are none."""
    refused = select(moves.c.ticket_id).where(
        moves.c.move == "reject", moves.c.reason.in_(sorted(trend.NOT_COUNTED_REASONS))
    )
    return and_(
        tickets.c.kind == trend.COUNTED_KIND,
        tickets.c.origin.in_(sorted(trend.COUNTED_ORIGINS)),
        any_(tickets.c.area_path) == place,
        ~and_(tickets.c.state == "rejected", tickets.c.id.in_(refused)),
    )


async def complaints(tx: Transaction, place: UUID, first: date, last: date) -> Trend:
    await _check_place(tx, place)
    month = _filed_month()
    wanted = and_(_counted(place), month >= first.replace(day=1), month <= last)
    rows = await tx.execute(select(month.label("month"), func.count().label("n")).where(wanted).group_by(month))
    series = trend.series(first, last, {row.month: row.n for row in rows})
    name = (await tx.execute(select(areas.c.name).where(areas.c.id == place))).scalar_one_or_none()
    months = [
        MonthModel(
            month=f"{each.month:%Y-%m}",
            complaints=each.complaints,
            tickets=f"/v1/trends/complaints/tickets?place={place}&month={each.month:%Y-%m}",
        )
        for each in series
    ]
    return Trend(
        place=place,
        name=name or "",
        months=months,
        sentence=trend.sentence(series),
        interventions=await _interventions(tx, place, first, last),
        as_of=tx.now,
    )


async def behind(tx: Transaction, place: UUID, month: date, visible: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """The tickets one bar is made of, as far as the reader may see them."""
    wanted = and_(_counted(place), _filed_month() == month, visible)
    return (await tx.execute(select(tickets).where(wanted).order_by(tickets.c.filed_at, tickets.c.id))).all()


async def _check_place(tx: Transaction, place: UUID) -> None:
    """A place is known where a grant reaches it: from above, or by a group of its community."""
    path = (await tx.execute(select(areas.c.path).where(areas.c.id == place))).scalar_one_or_none()
    if path is not None:
        groups = tx.actor.scopes("tickets.figures").organizations
        if tx.actor.may("tickets.figures", area_path=path) or await groups_stand_on(tx, groups, path):
            return
    raise Refused("place_unknown", status=404)


async def _interventions(tx: Transaction, place: UUID, first: date, last: date) -> list[Intervention]:
    """Groups founded for this place or above it in these months."""
    path = select(func.unnest(areas.c.path)).where(areas.c.id == place).scalar_subquery()
    at = organizations.c.founded_at
    founded = cast(func.timezone(str(ZONE), at), SqlDate)
    below = select(areas.c.id).where(any_(areas.c.path) == place)
    wanted = and_(
        organizations.c.classification.in_(["womens_group", "self_governance_group"]),
        or_(organizations.c.area_id.in_(path), organizations.c.area_id.in_(below)),
        founded >= first.replace(day=1),
        founded < trend.following(last.replace(day=1)),
    )
    rows = await tx.execute(
        select(organizations.c.id, organizations.c.name, founded.label("day")).where(wanted).order_by(at)
    )
    return [Intervention(date=row.day, what="group_founded", organization_id=row.id, name=row.name) for row in rows]
