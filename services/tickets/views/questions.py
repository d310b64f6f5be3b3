"""A question about many cases, as the database answers it fast: each way by which she may see cases is asked through
its own index, and words and facts are sought in the newest weeks first, so that a common word costs no more than a
rare one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.transaction import Transaction
from services.tickets.domain.similarity import Sought
from services.tickets.store.search_words import SPANS_IN_WEEKS, mark, week_mark, week_of
from services.tickets.views.scope import Way
from services.tickets.views.sql import Part

Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Question:
    """Whose cases, under which conditions, with which facts (each also a condition) and words."""

    ways: tuple[Way, ...]
    conditions: tuple[Part, ...]
    facts: tuple[tuple[str, object], ...] = ()
    sought: Sought | None = None

    @property
    def in_words(self) -> bool:
        """Whether the index of words is asked."""
        return self.sought is not None or bool(self.facts)


@dataclass(frozen=True, slots=True)
class Found:
    """The newest cases, and how many there are; counting has ended at `up_to`."""

    ids: Sequence[UUID]
    count: int


async def found(tx: Transaction, question: Question, limit: int, after: Place | None, up_to: int) -> Found:
    """The newest cases after this place, at most so many, and how many there are at all, up to `up_to`.

    One look brings both; where words lead to more than are counted, the newest of them are sought by themselves.
    """
    answer = await _looked(tx, question, limit, up_to)
    if after is None and not (question.in_words and answer.count == up_to):
        return answer
    return Found(await _newest(tx, question, limit, after), answer.count)


def ids_of(question: Question) -> Part:
    """All of them, to be asked further."""
    together = Part.joined(" UNION ", (_matching(question, way, ()) for way in question.ways))
    return Part(f"SELECT id FROM ({together.text}) found", together.values)


async def _looked(tx: Transaction, question: Question, limit: int, up_to: int) -> Found:
    """Page and count at once, of at most `up_to` by each way. Where nothing is sought by words these are the newest."""
    order = "" if question.in_words else " ORDER BY filed_at DESC, id DESC"
    matching = [_matching(question, way, ()) for way in question.ways]
    ways = [Part(f"({part.text}{order} LIMIT {up_to})", part.values) for part in matching]
    together = Part.joined(" UNION ", ways)
    statement = Part(
        f"WITH found AS MATERIALIZED ({together.text})"
        f" SELECT ARRAY(SELECT id FROM found ORDER BY filed_at DESC, id DESC LIMIT {limit}) AS ids,"
        f" (SELECT count(*) FROM (SELECT 1 FROM found LIMIT {up_to}) bounded) AS count",
        together.values,
    )
    row = await tx.driver.fetchrow(statement.numbered, *statement.values)
    return Found(row["ids"], row["count"])


async def _newest(tx: Transaction, question: Question, limit: int, after: Place | None) -> Sequence[UUID]:
    """In the order of the index of each way."""
    ids: Sequence[UUID] = ()
    for weeks in _windows(question, after[0] if after else tx.now):
        together = Part.joined(" UNION ", (_page(question, way, weeks, after, limit) for way in question.ways))
        newest_first = f"SELECT id FROM ({together.text}) found ORDER BY filed_at DESC, id DESC LIMIT {limit}"
        statement = Part(newest_first, together.values)
        ids = [row["id"] for row in await tx.driver.fetch(statement.numbered, *statement.values)]
        if len(ids) == limit:
            break
    return ids


def _windows(question: Question, newest_at: datetime) -> Iterator[tuple[str, ...]]:
    """This week and the last, these eight and the last, this stretch of 64 and the last, and all: two terms each."""
    if question.in_words:
        week = week_of(newest_at)
        for span in SPANS_IN_WEEKS:
            yield week_mark(week, span), week_mark(week - span, span)
    yield ()


def _page(question: Question, way: Way, weeks: Sequence[str], after: Place | None, limit: int) -> Part:
    """In the order of the index of this way."""
    at, id_ = ("v.filed_at", "v.ticket_id") if way.watched else ("t.filed_at", "t.id")
    beyond = [Part(f"({at}, {id_}) < (?, ?)", after)] if after is not None else []
    matching = _matching(question, way, weeks, beyond)
    return Part(f"({matching.text} ORDER BY {at} DESC, {id_} DESC LIMIT {limit})", matching.values)


def _matching(question: Question, way: Way, weeks: Sequence[str], beyond: Sequence[Part] = ()) -> Part:
    tables = Part("watchers v JOIN tickets t ON t.id = v.ticket_id" if way.watched else "tickets t")
    conditions = [way.condition, *question.conditions, *beyond]
    if question.in_words:
        if way.few:  # OFFSET 0: the planner, who takes words that stand side by side for rare, keeps to this order
            tables = Part(f"(SELECT * FROM tickets t WHERE {way.condition.text} OFFSET 0) t", way.condition.values)
        tables = Part.joined(" JOIN ", [tables, Part("search_words w ON w.ticket_id = t.id")])
        conditions.append(Part("w.words @@ CAST(CAST(? AS text) AS tsquery)", (_tsquery(question, way, weeks),)))
        conditions += [Part("strpos(w.text, ?) > 0", (part,)) for part in (question.sought or _NOTHING).parts]
    where = Part.joined(" AND ", conditions)
    return Part(f"SELECT t.id, t.filed_at FROM {tables.text} WHERE {where.text}", (*tables.values, *where.values))


_NOTHING = Sought((), (), ())


def _tsquery(question: Question, way: Way, weeks: Sequence[str]) -> str:
    sought = question.sought or _NOTHING
    terms = [f"'{term}'" for term in sought.terms] + [f"'{prefix}':*" for prefix in sought.prefixes]
    terms += [f"'{mark(name, value)}'" for name, value in question.facts]
    if way.community_id is not None:
        terms.append(f"'{mark('community_id', way.community_id)}'")
    if weeks:
        terms.append("(" + " | ".join(f"'{week}'" for week in weeks) + ")")
    return " & ".join(terms)
