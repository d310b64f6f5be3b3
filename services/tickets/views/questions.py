"""A question about many cases, as the database answers it fast: each way by which she may see cases is asked through
its own index, and words are sought in the newest months first, so that a common word costs no more than a rare one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, cast, func, literal, select, tuple_, union
from sqlalchemy.dialects.postgresql import TSQUERY

from chassis.transaction import Transaction
from services.tickets.domain.similarity import Sought
from services.tickets.store.reference import ZONE
from services.tickets.store.search_words import community_term, month_term
from services.tickets.store.tables import search_words, tickets, watchers
from services.tickets.views.scope import Way

Found = tuple[datetime, UUID]
WINDOWS_IN_MONTHS = (2, 4, 13)


@dataclass(frozen=True, slots=True)
class Question:
    """Whose cases, with what, holding which words."""

    ways: tuple[Way, ...]
    conditions: tuple[ColumnElement[bool], ...]
    sought: Sought | None = None


async def newest(tx: Transaction, question: Question, limit: int, after: Found | None) -> list[UUID]:
    """The newest cases after this place, at most so many."""
    ids: list[UUID] = []
    for months in _windows(question, after[0] if after else tx.now):
        ways = [_ordered(question, way, months, after, limit) for way in question.ways]
        found = union(*(way.subquery().select() for way in ways)).subquery()
        newest_first = select(found.c.id).order_by(found.c.filed_at.desc(), found.c.id.desc()).limit(limit)
        ids = [row.id for row in await tx.execute(newest_first)]
        if len(ids) == limit:
            break
    return ids


async def counted(tx: Transaction, question: Question, up_to: int) -> int:
    """How many there are; counting ends at `up_to`."""
    value = 0
    for months in _windows(question, tx.now):
        ways = [_matching(question, way, months).limit(up_to) for way in question.ways]
        found = union(*(way.subquery().select() for way in ways)).limit(up_to).subquery()
        value = int((await tx.execute(select(func.count()).select_from(found))).scalar_one())
        if value == up_to:
            break
    return value


def _windows(question: Question, newest_at: datetime) -> Iterator[tuple[str, ...]]:
    """Two months, four, thirteen, and all; where no words are sought, all at once."""
    if question.sought is not None:
        local = newest_at.astimezone(ZONE)
        first = local.year * 12 + local.month - 1
        for count in WINDOWS_IN_MONTHS:
            yield tuple(month_term((first - back) // 12, (first - back) % 12 + 1) for back in range(count))
    yield ()


def _ordered(
    question: Question, way: Way, months: Sequence[str], after: Found | None, limit: int
) -> Select[tuple[UUID, datetime]]:
    table = watchers if way.watched else tickets
    id_ = watchers.c.ticket_id if way.watched else tickets.c.id
    statement = _matching(question, way, months)
    if after is not None:
        statement = statement.where(tuple_(table.c.filed_at, id_) < tuple_(*after))
    return statement.order_by(table.c.filed_at.desc(), id_.desc()).limit(limit)


def _matching(question: Question, way: Way, months: Sequence[str]) -> Select[tuple[UUID, datetime]]:
    statement = select(tickets.c.id, tickets.c.filed_at).where(way.condition, *question.conditions)
    if way.watched:
        statement = statement.join(watchers, watchers.c.ticket_id == tickets.c.id)
    if question.sought is None:
        return statement
    statement = statement.join(search_words, search_words.c.ticket_id == tickets.c.id)
    words = cast(literal(_tsquery(question.sought, way, months)), TSQUERY)
    statement = statement.where(search_words.c.words.op("@@", is_comparison=True)(words))
    for part in question.sought.parts:
        statement = statement.where(func.strpos(search_words.c.text, part) > 0)
    return statement


def _tsquery(sought: Sought, way: Way, months: Sequence[str]) -> str:
    found = [f"'{term}'" for term in sought.terms] + [f"'{prefix}':*" for prefix in sought.prefixes]
    if way.community_id is not None:
        found.append(f"'{community_term(way.community_id)}'")
    if months:
        found.append("(" + " | ".join(f"'{month}'" for month in months) + ")")
    return " & ".join(found)
