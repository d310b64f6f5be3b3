"""The monthly trend of complaints of a place, as counts; every number opens the tickets behind it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Row, and_, any_, cast, func, literal, or_, select
from sqlalchemy import Date as SqlDate
from sqlalchemy import Text as SqlText

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import trend
from services.tickets.domain.state import Move
from services.tickets.domain.trend import Counted
from services.tickets.store.reference import ZONE
from services.tickets.store.tables import areas, household_counts, moves, organizations, tickets, watchers
from services.tickets.views.rights import groups_stand_on


class Band(BaseModel):
    low: float
    high: float


class MonthModel(BaseModel):
    month: str
    complaints: int
    households: int
    me_too: int
    per_100_households: float | None
    band: Band | None
    unusual: bool
    tickets: str

    @classmethod
    def of(cls, month: trend.Month, place: UUID) -> "MonthModel":
        return cls(
            month=f"{month.month:%Y-%m}",
            complaints=month.complaints,
            households=month.households,
            me_too=month.me_too,
            per_100_households=month.per_100,
            band=Band(low=month.band.low, high=month.band.high) if month.band else None,
            unusual=month.unusual,
            tickets=f"/v1/trends/complaints/tickets?place={place}&month={month.month:%Y-%m}",
        )


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


def _counted(place: UUID, as_of: datetime) -> ColumnElement[bool]:
    """Complaints of residents at this place or below it as known then, merged ones too; spam and tests are none."""
    # A scalar question, so that each ticket looks into its own few lines instead of all lines being joined.
    refused = select(literal(True)).where(
        moves.c.ticket_id == tickets.c.id,
        moves.c.move == Move.REJECT,
        moves.c.reason.in_(sorted(trend.NOT_COUNTED_REASONS)),
        moves.c.recorded_at <= as_of,
    )
    recorded = select(moves.c.ticket_id).where(
        moves.c.ticket_id == tickets.c.id, moves.c.seq == 1, moves.c.recorded_at <= as_of
    )
    return and_(
        func.coalesce(_kind_before(as_of), tickets.c.kind) == trend.COUNTED_KIND,
        tickets.c.origin.in_(sorted(trend.COUNTED_ORIGINS)),
        any_(tickets.c.area_path) == place,
        tickets.c.parent_id.is_(None),
        recorded.exists(),
        ~func.coalesce(refused.limit(1).scalar_subquery(), literal(False)),
    )


def _kind_before(as_of: datetime) -> ColumnElement[str]:
    """What kind it was before the first correction that came later."""
    was = moves.c.details["was"]["kind"].astext
    later = (moves.c.ticket_id == tickets.c.id, moves.c.move == Move.TRIAGE, moves.c.recorded_at > as_of)
    return select(was).where(*later, was.is_not(None)).order_by(moves.c.seq).limit(1).scalar_subquery()


async def complaints(tx: Transaction, place: UUID, first: date, last: date, as_of: datetime) -> Trend:
    await _check_place(tx, place)
    found = await series(tx, place, first, last, as_of)
    name = (await tx.execute(select(areas.c.name).where(areas.c.id == place))).scalar_one_or_none()
    return Trend(
        place=place,
        name=name or "",
        months=[MonthModel.of(each, place) for each in found],
        sentence=trend.sentence(found),
        interventions=await _interventions(tx, place, first, last),
        as_of=as_of,
    )


async def series(tx: Transaction, place: UUID, first: date, last: date, as_of: datetime) -> list[trend.Month]:
    """The months of a place, with what they are compared to."""
    month = _filed_month()
    since = trend.months_before(first.replace(day=1), 12)
    household = func.coalesce(cast(tickets.c.household, SqlText), cast(tickets.c.id, SqlText))
    also = select(func.count()).where(watchers.c.ticket_id == tickets.c.id, watchers.c.why == "me_too")
    statement = select(
        month.label("month"),
        func.count().label("complaints"),
        func.count(func.distinct(household)).label("households"),
        func.sum(also.correlate(tickets).scalar_subquery()).label("me_too"),
    ).where(_counted(place, as_of), month >= since, month <= last)
    rows = await tx.execute(statement.group_by(month))
    counted = {row.month: Counted(row.complaints, row.households, int(row.me_too)) for row in rows}
    begun = (await tx.execute(select(func.min(month)).where(any_(tickets.c.area_path) == place))).scalar_one()
    return trend.series(first, last, counted, begun=begun, households=await _households(tx, place, last))


async def _households(tx: Transaction, place: UUID, last: date) -> dict[date, int]:
    """How many households live there, by the month members has counted them in."""
    statement = (
        select(household_counts.c.month, func.sum(household_counts.c.households).label("there"))
        .join(areas, areas.c.id == household_counts.c.area_id)
        .where(any_(areas.c.path) == place, household_counts.c.month <= last)
    )
    return {row.month: int(row.there) for row in await tx.execute(statement.group_by(household_counts.c.month))}


async def behind(
    tx: Transaction, place: UUID, month: date, visible: ColumnElement[bool], as_of: datetime
) -> Sequence[Row[Any]]:
    """The tickets one bar is made of, as far as the reader may see them."""
    wanted = and_(_counted(place, as_of), _filed_month() == month, visible)
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
