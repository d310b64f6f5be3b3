"""Lists of tickets by filter and by words, newest first, counted exactly up to a thousand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, and_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.number import number_tail, whole_number
from services.tickets.domain.similarity import Sought
from services.tickets.domain.state import UNFINISHED
from services.tickets.store.reference import ZONE
from services.tickets.store.tables import tickets
from services.tickets.views.questions import Question, counted, newest
from services.tickets.views.rows import Count
from services.tickets.views.scope import ways

COUNTED_UP_TO = 1_000


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
    own: bool = False
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
    conditions = _conditions(filters, tx.now)
    if filters.reporter_id not in (None, tx.actor.person_id):
        conditions.append(tickets.c.hidden.is_(False))  # nobody finds out by asking for her who a hidden reporter is
    question = Question(tuple(await ways(tx, "tickets.list")), tuple(conditions), _facts(filters), filters.sought)
    place = (datetime.fromisoformat(after[0]), UUID(after[1])) if after is not None else None
    ids = await newest(tx, question, limit + 1, place)
    ordered = select(tickets).where(tickets.c.id.in_(ids)).order_by(tickets.c.filed_at.desc(), tickets.c.id.desc())
    rows = (await tx.execute(ordered)).all() if ids else []
    value = await counted(tx, question, COUNTED_UP_TO + 1)
    return rows, Count(value=min(value, COUNTED_UP_TO), relation="exact" if value <= COUNTED_UP_TO else "at_least")


def _facts(filters: Filters) -> tuple[tuple[str, object], ...]:
    """What also stands in the index of words."""
    names = ("category", "kind", "origin", "building_id")
    return tuple((name, getattr(filters, name)) for name in names if getattr(filters, name) is not None)


def _conditions(filters: Filters, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for name in ("state", "kind", "category", "origin", "group_id", "building_id", "reporter_id"):
        value = getattr(filters, name)
        if value is not None:
            found.append(tickets.c[name] == value)
    if filters.reporter_id is not None and not filters.own:
        found.append(tickets.c.hidden.is_(False))
    if filters.number is not None:
        found.append(_number(filters.number))
    if filters.due is not None:
        found.append(DUE[filters.due](now))
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


OPEN = and_(tickets.c.state.in_(sorted(UNFINISHED)), tickets.c.origin != "import")
DUE: Mapping[str, Callable[[datetime], ColumnElement[bool]]] = {
    "overdue": lambda now: and_(OPEN, tickets.c.due_at <= now),
    "today": lambda now: and_(OPEN, tickets.c.due_at > now, tickets.c.due_at < _end_of_day(now)),
}
