"""Lists of tickets by filter and by words, newest first, counted exactly up to a thousand."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.number import number_tail, whole_number
from services.tickets.domain.similarity import Sought
from services.tickets.domain.state import UNFINISHED, State
from services.tickets.store.reference import ZONE
from services.tickets.store.tables import tickets
from services.tickets.views.questions import Question, found
from services.tickets.views.rows import Count
from services.tickets.views.scope import ways
from services.tickets.views.sql import Part

COUNTED_UP_TO = 1_000
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_WHOLE = select(tickets).where(tickets.c.id == any_(_IDS)).order_by(tickets.c.filed_at.desc(), tickets.c.id.desc())


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
        conditions.append(NOT_HIDDEN)  # nobody finds out by asking for her who a hidden reporter is
    question = Question(tuple(await ways(tx, "tickets.list")), tuple(conditions), _facts(filters), filters.sought)
    place = (datetime.fromisoformat(after[0]), UUID(after[1])) if after is not None else None
    answer = await found(tx, question, limit + 1, place, COUNTED_UP_TO + 1)
    rows = (await tx.execute(_WHOLE, {"ids": answer.ids})).all() if answer.ids else []
    value = answer.count
    return rows, Count(value=min(value, COUNTED_UP_TO), relation="exact" if value <= COUNTED_UP_TO else "at_least")


def _facts(filters: Filters) -> tuple[tuple[str, object], ...]:
    """What is sought in the index of words, where no other index leads to it."""
    names = ("kind", "origin")
    return tuple((name, getattr(filters, name)) for name in names if getattr(filters, name) is not None)


def _conditions(filters: Filters, now: datetime) -> list[Part]:
    found: list[Part] = []
    for name in ("state", "kind", "category", "origin", "group_id", "building_id", "reporter_id"):
        value = getattr(filters, name)
        if value is not None:
            found.append(Part(f"t.{name} = ?", (value,)))
    if filters.reporter_id is not None and not filters.own:
        found.append(NOT_HIDDEN)
    if filters.number is not None:
        found.append(_number(filters.number))
    if filters.due is not None:
        found.append(DUE[filters.due](now))
    if filters.building_ids is not None:
        found.append(Part("t.building_id = ANY(?)", (list(filters.building_ids),)))
    if filters.filed_from is not None:
        found.append(Part("t.filed_at >= ?", (filters.filed_from,)))
    if filters.filed_to is not None:
        found.append(Part("t.filed_at < ?", (filters.filed_to,)))
    if filters.tags:
        found.append(Part("t.tags @> ?", (list(filters.tags),)))
    return found


def _number(text: str) -> Part:
    if whole := whole_number(text):
        return Part("t.number = ?", (whole,))
    if tail := number_tail(text):
        return Part("t.number_tail = ?", (tail,))
    raise Refused("number_unreadable", status=400, detail="The whole number, or its last six digits.")


def _end_of_day(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(ZONE).date() + timedelta(days=1), time.min, tzinfo=ZONE)


def states(some: Iterable[State]) -> Part:
    """One of these states, written out: an index on some of them is known by it."""
    return Part("t.state IN (" + ", ".join(f"'{state}'" for state in sorted(some)) + ")")


NOT_HIDDEN = Part("NOT t.hidden")
NOT_IMPORTED = Part("t.origin <> 'import'")
OPEN = Part.joined(" AND ", [states(UNFINISHED), NOT_IMPORTED])
DUE: Mapping[str, Callable[[datetime], Part]] = {
    "overdue": lambda now: Part(f"{OPEN.text} AND t.due_at <= ?", (now,)),
    "today": lambda now: Part(f"{OPEN.text} AND t.due_at > ? AND t.due_at < ?", (now, _end_of_day(now))),
}
