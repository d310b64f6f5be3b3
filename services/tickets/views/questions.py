"""A question about many cases, as the database answers it fast: each way by which she may see cases is asked through
its own index, and words and facts are sought in the newest weeks first, so that a common word costs no more than a
rare one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, cast, func, literal, select, text, tuple_, union
from sqlalchemy.dialects.postgresql import TSQUERY

from chassis.transaction import Transaction
from services.tickets.domain.similarity import Sought
from services.tickets.store.search_words import SPANS_IN_WEEKS, mark, week_mark, week_of
from services.tickets.store.tables import search_words, tickets, watchers
from services.tickets.views.scope import Way

Place = tuple[datetime, UUID]
# Planned for the values of each question, and never shared out over workers: many ask at the same time.
_PLAN_EACH = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true),"
    " set_config('max_parallel_workers_per_gather', '0', true)"
)


@dataclass(frozen=True, slots=True)
class Question:
    """Whose cases, under which conditions, with which facts (each also a condition) and words."""

    ways: tuple[Way, ...]
    conditions: tuple[ColumnElement[bool], ...]
    facts: tuple[tuple[str, object], ...] = ()
    sought: Sought | None = None


async def plan_each(tx: Transaction) -> None:
    await tx.execute(_PLAN_EACH)


async def newest(tx: Transaction, question: Question, limit: int, after: Place | None) -> list[UUID]:
    """The newest cases after this place, at most so many."""
    await plan_each(tx)
    ids: list[UUID] = []
    for weeks in _windows(question, after[0] if after else tx.now):
        found = _together([_page(question, way, weeks, after, limit) for way in question.ways])
        newest_first = select(found.c.id).order_by(found.c.filed_at.desc(), found.c.id.desc()).limit(limit)
        ids = [row.id for row in await tx.execute(newest_first)]
        if len(ids) == limit:
            break
    return ids


async def counted(tx: Transaction, question: Question, up_to: int) -> int:
    """How many there are; counting ends at `up_to`."""
    value = 0
    for weeks in _windows(question, tx.now):
        found = _together([_matching(question, way, weeks).limit(up_to) for way in question.ways])
        bounded = select(found.c.id).limit(up_to).subquery()
        value = int((await tx.execute(select(func.count()).select_from(bounded))).scalar_one())
        if value == up_to:
            break
    return value


def ids_of(question: Question) -> Select[tuple[UUID]]:
    """All of them, to be asked further."""
    return select(_together([_matching(question, way, ()) for way in question.ways]).c.id)


def _windows(question: Question, newest_at: datetime) -> Iterator[tuple[str, ...]]:
    """This week and the last, these eight and the last, this stretch of 64 and the last, and all: two terms each."""
    if question.sought is not None or question.facts:
        week = week_of(newest_at)
        for span in SPANS_IN_WEEKS:
            yield week_mark(week, span), week_mark(week - span, span)
    yield ()


def _together(ways: Sequence[Select[Any]]) -> Subquery:
    return union(*(way.subquery().select() for way in ways)).subquery()


def _page(question: Question, way: Way, weeks: Sequence[str], after: Place | None, limit: int) -> Select[Any]:
    """In the order of the index of this way."""
    at, id_ = (watchers.c.filed_at, watchers.c.ticket_id) if way.watched else (tickets.c.filed_at, tickets.c.id)
    statement = _matching(question, way, weeks)
    if after is not None:
        statement = statement.where(tuple_(at, id_) < tuple_(*after))
    return statement.order_by(at.desc(), id_.desc()).limit(limit)


def _matching(question: Question, way: Way, weeks: Sequence[str]) -> Select[Any]:
    statement = select(tickets.c.id, tickets.c.filed_at).where(way.condition, *question.conditions)
    if way.watched:
        statement = statement.join(watchers, watchers.c.ticket_id == tickets.c.id)
    if question.sought is None and not question.facts:
        return statement
    statement = statement.join(search_words, search_words.c.ticket_id == tickets.c.id)
    words = cast(literal(_tsquery(question, way, weeks)), TSQUERY)
    statement = statement.where(search_words.c.words.op("@@", is_comparison=True)(words))
    for part in question.sought.parts if question.sought else ():
        statement = statement.where(func.strpos(search_words.c.text, part) > 0)
    return statement


def _tsquery(question: Question, way: Way, weeks: Sequence[str]) -> str:
    sought = question.sought or Sought((), (), ())
    found = [f"'{term}'" for term in sought.terms] + [f"'{prefix}':*" for prefix in sought.prefixes]
    found += [f"'{mark(name, value)}'" for name, value in question.facts]
    if way.community_id is not None:
        found.append(f"'{mark('community_id', way.community_id)}'")
    if weeks:
        found.append("(" + " | ".join(f"'{week}'" for week in weeks) + ")")
    return " & ".join(found)
