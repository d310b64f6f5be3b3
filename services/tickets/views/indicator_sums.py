"""The sums behind indicators: one statement for the measures that look at the same tickets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, any_, cast, func, literal, select, text
from sqlalchemy import Text as SqlText

from chassis.transaction import Transaction
from services.tickets.domain.indicator import TIME_CUTS, Measure, Of
from services.tickets.store.reference import ZONE
from services.tickets.store.tables import moves, tickets
from services.tickets.views.facts import OPEN
from services.tickets.views.scope import granted

LINES_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is asked: measures, by these cuts, of what was filed from the first day to the last."""

    measures: tuple[str, ...]
    first: date
    last: date
    by: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    where: tuple[tuple[str, str], ...] = ()
    place: UUID | None = None
    group_id: UUID | None = None
    at_least: int = 0
    with_prior: bool = False
    limit: int = LINES_MAX

    @property
    def before(self) -> "Query":
        """The same over as many days just before."""
        days = (self.last - self.first).days + 1
        return replace(self, first=self.first - timedelta(days=days), last=self.first - timedelta(days=1))


def visible(tx: Transaction, query: Query) -> ColumnElement[bool]:
    found = [granted(tx.actor, "tickets.figures")]
    if query.place is not None:
        found.append(any_(tickets.c.area_path) == query.place)
    if query.group_id is not None:
        found.append(tickets.c.group_id == query.group_id)
    return and_(*found)


def statement(measures: Sequence[Measure], known: Subquery, query: Query, of: Of) -> Select[Any]:
    days, day = _daily(query) if of is Of.DAILY else (None, known.c[_DAY_OF[of]])
    cuts = [cast(_cut(name, known, day), SqlText).label(name) for name in query.by]
    sums = [column for measure in measures for column in _sums(measure, known, days)]
    asked: Any = select(*cuts, func.count().label("n"), *sums).select_from(known)
    if days is not None:
        asked = asked.join(days, days.c.id == known.c.id)
    elif of is not Of.NOW:
        asked = asked.where(day >= query.first, day <= query.last)
    for name in query.only:
        asked = asked.where(known.c[_ONLY.get(name, name)])
    for name, value in query.where:
        asked = asked.where(cast(_cut(name, known, day), SqlText) == value)
    made: Select[Any] = asked.group_by(*(text(str(at)) for at in range(1, len(cuts) + 1)))
    return made


_DAY_OF = {Of.FILED: "filed_day", Of.RESOLVED: "resolved_day", Of.NOW: "filed_day", Of.DAILY: "filed_day"}
_ONLY = {"at_risk": "pressing", "breached": "missed"}


def _cut(name: str, known: Subquery, day: ColumnElement[Any]) -> ColumnElement[Any]:
    if name == "day":
        return day
    if name in TIME_CUTS:
        return func.to_char(day, "IYYY-IW" if name == "week" else "YYYY-MM")
    return known.c[name]


def _daily(query: Query) -> tuple[Subquery, ColumnElement[Any]]:
    """A line for each ticket and day on whose end it was known, with the state in which it stood."""
    first = datetime.combine(query.first + timedelta(days=1), time.min, tzinfo=ZONE)
    last = datetime.combine(query.last + timedelta(days=1), time.min, tzinfo=ZONE)
    ends = (
        func.generate_series(literal(first), literal(last), timedelta(days=1))
        .table_valued("at", name="ends")
        .render_derived()
    )
    until = func.lead(moves.c.at).over(partition_by=moves.c.ticket_id, order_by=moves.c.seq)
    spans = select(moves.c.ticket_id, moves.c.state_to, moves.c.at, until.label("until")).subquery("spans")
    stood = and_(spans.c.at < ends.c.at, func.coalesce(spans.c.until >= ends.c.at, literal(True)))
    days = (
        select(spans.c.ticket_id.label("id"), spans.c.state_to.in_(OPEN).label("open"), ends.c.at.label("end"))
        .join(ends, stood)
        .subquery("days")
    )
    local = func.timezone(str(ZONE), days.c.end) - timedelta(days=1)
    return days, func.date(local)


def _sums(measure: Measure, known: Subquery, days: Subquery | None) -> list[ColumnElement[Any]]:
    wanted = [_fact(name, known, days) for name in measure.when]
    if measure.among is not None:
        among = [_fact(name, known, days) for name in measure.among]
        return [_counted(wanted).label(measure.name), _counted(among).label(f"{measure.name}/of")]
    if measure.how == "count":
        return [_counted(wanted).label(measure.name)]
    column = known.c[measure.column]
    made = _HOW[measure.how](column)
    return [(made.filter(and_(*wanted)) if wanted else made).label(measure.name)]


_HOW: Mapping[str, Callable[[Any], Any]] = {
    "sum": func.sum,
    "mean": func.avg,
    "max": func.max,
    "distinct": lambda column: func.count(column.distinct()),
    "median": lambda column: func.percentile_cont(0.5).within_group(column),
    "p90": lambda column: func.percentile_cont(0.9).within_group(column),
}


def _counted(wanted: Sequence[ColumnElement[bool]]) -> ColumnElement[int]:
    return func.count().filter(and_(*wanted)) if wanted else func.count()


def _fact(name: str, known: Subquery, days: Subquery | None) -> ColumnElement[bool]:
    """Of a day, whether it was open and late then; else as it stands."""
    if days is not None and name == "open":
        return days.c.open
    if days is not None and name == "missed":
        return func.coalesce(known.c.due_at < days.c.end, literal(False))
    return known.c[name]
