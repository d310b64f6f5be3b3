"""Lists of tickets by filter, and the worklists; each counted exactly, the former up to a thousand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, and_, cast, func, or_, select, text, tuple_
from sqlalchemy import case as sql_case
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.auth import Actor
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.number import number_tail, whole_number
from services.tickets.domain.similarity import Sought
from services.tickets.domain.state import AWAITING, LIVE, UNFINISHED
from services.tickets.store.reference import ZONE
from services.tickets.store.tables import tickets
from services.tickets.views.questions import Question, counted, newest
from services.tickets.views.rows import Count
from services.tickets.views.scope import granted, own, ways

COUNTED_UP_TO = 1_000
_PLAN_EACH = text("SET LOCAL plan_cache_mode = force_custom_plan")
FAR = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    number: str | None = None
    state: str | None = None
    kind: str | None = None
    category: str | None = None
    origin: str | None = None
    group_id: UUID | None = None
    building_id: UUID | None = None
    reporter_id: UUID | None = None
    due: str | None = None
    building_ids: tuple[UUID, ...] | None = None
    filed_from: datetime | None = None
    filed_to: datetime | None = None
    tags: tuple[str, ...] = ()
    sought: Sought | None = None


async def page(
    tx: Transaction, filters: Filters, limit: int, after: Sequence[Any] | None
) -> tuple[Sequence[Row[Any]], Count]:
    """Newest first. One line more than asked for tells that there is more."""
    await tx.execute(_PLAN_EACH)
    question = Question(tuple(await ways(tx, "tickets.list")), tuple(_conditions(filters, tx.now)), filters.sought)
    place = (datetime.fromisoformat(after[0]), UUID(after[1])) if after is not None else None
    ids = await newest(tx, question, limit + 1, place)
    ordered = select(tickets).where(tickets.c.id.in_(ids)).order_by(tickets.c.filed_at.desc(), tickets.c.id.desc())
    rows = (await tx.execute(ordered)).all() if ids else []
    value = await counted(tx, question, COUNTED_UP_TO + 1)
    return rows, Count(value=min(value, COUNTED_UP_TO), relation="exact" if value <= COUNTED_UP_TO else "at_least")


def _conditions(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for name in ("state", "kind", "category", "origin", "group_id", "building_id", "reporter_id"):
        value = getattr(filters, name)
        if value is not None:
            found.append(tickets.c[name] == value)
    if filters.number is not None:
        found.append(_number(filters.number))
    if filters.due is not None:
        found.append(_DUE[filters.due](now))
    if filters.building_ids is not None:
        found.append(tickets.c.building_id.in_(filters.building_ids))
    if filters.filed_from is not None:
        found.append(tickets.c.filed_at >= filters.filed_from)
    if filters.filed_to is not None:
        found.append(tickets.c.filed_at < filters.filed_to)
    if filters.tags:
        found.append(tickets.c.tags.op("@>", is_comparison=True)(cast(list(filters.tags), ARRAY(Text))))
    return found


def _number(text: str) -> ColumnElement[bool]:
    if whole := whole_number(text):
        return tickets.c.number == whole
    if tail := number_tail(text):
        return tickets.c.number_tail == tail
    raise Refused("number_unreadable", status=400, detail="The whole number, or its last six digits.")


def _end_of_day(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(ZONE).date() + timedelta(days=1), time.min, tzinfo=ZONE)


_OPEN = and_(tickets.c.state.in_(sorted(UNFINISHED)), tickets.c.origin != "import")
_DUE: Mapping[str, Callable[[datetime], ColumnElement[bool]]] = {
    "overdue": lambda now: and_(_OPEN, tickets.c.due_at <= now),
    "today": lambda now: and_(_OPEN, tickets.c.due_at > now, tickets.c.due_at < _end_of_day(now)),
}


def _mine(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """What she handles; for a leader also what waits for her group to accept."""
    waiting = and_(tickets.c.state == "assigned", granted(actor, "tickets.accept"))
    handled = and_(tickets.c.handler_id == actor.person_id, tickets.c.state.in_(sorted(LIVE)))
    return or_(handled, waiting)


WORKLISTS: Mapping[str, Callable[[Actor, datetime], ColumnElement[bool]]] = {
    "unassigned": lambda actor, now: and_(_OPEN, tickets.c.state.in_(["draft", "received"])),
    "mine": _mine,
    "due_today": lambda actor, now: _DUE["today"](now),
    "breached": lambda actor, now: _DUE["overdue"](now),
    "waiting": lambda actor, now: tickets.c.state.in_(["waiting_resident", "waiting_external"]),
    "to_call_back": lambda actor, now: tickets.c.call_back,
    "following_up": lambda actor, now: tickets.c.state.in_(sorted(AWAITING)),
}


def _on_desk(actor: Actor) -> ColumnElement[bool]:
    return and_(or_(granted(actor, "tickets.worklists"), own(actor)), tickets.c.origin != "import")


async def worklist(
    tx: Transaction, name: str, limit: int, after: Sequence[Any] | None
) -> tuple[Sequence[Row[Any]], Count]:
    """The most pressing first."""
    if name not in WORKLISTS:
        raise Refused("worklist_unknown", status=404)
    wanted = and_(_on_desk(tx.actor), WORKLISTS[name](tx.actor, tx.now))
    urgency = func.coalesce(tickets.c.due_at, FAR)
    statement = select(tickets).where(wanted).order_by(urgency, tickets.c.id)
    if after is not None:
        at, id_ = datetime.fromisoformat(after[0]), UUID(after[1])
        statement = statement.where(tuple_(urgency, tickets.c.id) > tuple_(at, id_))
    rows = (await tx.execute(statement.limit(limit + 1))).all()
    counted = select(func.count()).select_from(tickets).where(wanted)
    return rows, Count(value=int((await tx.execute(counted)).scalar_one()), relation="exact")


async def counts(tx: Transaction) -> dict[str, int]:
    """All worklists in one pass, exact."""
    sums = [func.count(sql_case((condition(tx.actor, tx.now), 1))).label(name) for name, condition in WORKLISTS.items()]
    relevant = or_(tickets.c.closed_at.is_(None), tickets.c.call_back)
    row = (await tx.execute(select(*sums).where(_on_desk(tx.actor), relevant))).one()
    return {name: getattr(row, name) for name in WORKLISTS}
