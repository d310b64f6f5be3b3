"""The clocks of a round: when each limit ends, which thresholds lie on the way, and why. A pure reading of history."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.tickets.domain.calendar import WORKING_DAY, Calendar
from services.tickets.domain.pause import Pause, granted, pauses
from services.tickets.domain.state import Move
from services.tickets.domain.ticket import Step


class Unit(StrEnum):
    WALL = "wall"
    WORKING = "working"
    CALENDAR_DAYS = "calendar_days"


class Clock(StrEnum):
    ACCEPT = "accept"
    CONTACT = "contact"
    RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long; of calendar days `amount` counts days of 24 hours."""

    amount: timedelta
    unit: Unit


@dataclass(frozen=True, slots=True)
class Class:
    """Which limits apply to a ticket."""

    code: str
    limits: Mapping[Clock, Limit]

    @property
    def rank(self) -> timedelta:
        """Classes are compared by the length of their last limit."""
        limit = self.limits[Clock.RESOLVE]
        return limit.amount * 24 / 7 if limit.unit is Unit.WORKING else limit.amount


def _wall(minutes: int) -> Limit:
    return Limit(timedelta(minutes=minutes), Unit.WALL)


def _working(*, hours: int = 0, days: int = 0) -> Limit:
    return Limit(timedelta(hours=hours) + WORKING_DAY * days, Unit.WORKING)


def _calendar_days(days: int) -> Limit:
    return Limit(timedelta(days=days), Unit.CALENDAR_DAYS)


def _class(code: str, accept: Limit, contact: Limit, resolve: Limit) -> Class:
    return Class(code, {Clock.ACCEPT: accept, Clock.CONTACT: contact, Clock.RESOLVE: resolve})


CLASSES_VERSION = "2018-01"
CLASSES: Mapping[str, Class] = {
    each.code: each
    for each in (
        _class("urgent", _wall(15), _wall(30), _wall(120)),
        _class("utility", _wall(60), _wall(120), _wall(24 * 60)),
        _class("general", _working(hours=4), _working(days=1), _calendar_days(7)),
        _class("complex", _working(hours=4), _working(days=1), _calendar_days(15)),
        _class("idea", _working(days=1), _working(days=3), _working(days=15)),
        _class("inquiry", _working(hours=4), _working(days=1), _working(days=3)),
    )
}
RUNS_ON_THE_WALL = frozenset({"urgent", "utility"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One clock of one round: where it started, when it is due, and when it was met. `limit` holds what was added to
    it, `extended`; `pauses` are the stretches that did not count."""

    clock: Clock
    limit: Limit
    start: datetime
    due: datetime
    met_at: datetime | None
    extended: timedelta = timedelta()
    pauses: tuple[Pause, ...] = ()

    @property
    def in_time(self) -> bool:
        return self.met_at is not None and self.met_at <= self.due

    def at(self, calendar: Calendar, percent: int) -> datetime:
        """The instant at which this share of the limit has been used."""
        return after(calendar, self.start, self.limit, percent, self.pauses)


def after(
    calendar: Calendar, start: datetime, limit: Limit, percent: int = 100, pauses: Sequence[Pause] = ()
) -> datetime:
    """The instant at which this share of the limit has been used. A pause counts when it began before that instant;
    what begins later undoes nothing."""
    amount = limit.amount * percent / 100
    reached = _reached(calendar, start, limit, amount, percent)
    for pause in pauses:
        if pause.start >= reached:
            break
        amount += _length(calendar, pause.start, pause.end, limit.unit)
        reached = _reached(calendar, start, limit, amount, percent)
    return reached


def _reached(calendar: Calendar, start: datetime, limit: Limit, amount: timedelta, percent: int) -> datetime:
    if limit.unit is Unit.WORKING:
        return calendar.after_working(start, amount)
    if limit.unit is Unit.WALL or percent < 100:
        return start + amount
    # A closing time can lie after a later moment inside working hours: no threshold lies before the due.
    due = calendar.open_or_next_closing(start + amount - limit.amount * (percent - 100) / 100)
    return due if percent == 100 else max(due, calendar.open_or_next_closing(start + amount))


def _length(calendar: Calendar, start: datetime, end: datetime, unit: Unit) -> timedelta:
    return calendar.working_between(start, end) if unit is Unit.WORKING else end - start


def used_percent(calendar: Calendar, reading: Reading, now: datetime) -> int:
    end = max(min(now, reading.met_at) if reading.met_at else now, reading.start)
    used = _length(calendar, reading.start, end, reading.limit.unit)
    for pause in reading.pauses:
        if pause.start < end:
            used -= _length(calendar, pause.start, min(pause.end, end), reading.limit.unit)
    return int(used * 100 / reading.limit.amount)


def dispatch_due(calendar: Calendar, class_code: str, filed_at: datetime, limit: timedelta) -> datetime:
    """When a ticket that nobody has assigned begins to count all the same."""
    if class_code in RUNS_ON_THE_WALL:
        return filed_at + limit
    return calendar.after_working(filed_at, limit)


Clocks = Callable[[Sequence[Step], str], Mapping[Clock, Reading]]


def of_round(history: Sequence[Step]) -> list[Step]:
    """The lines of the newest round."""
    return [step for step in history if step.round == history[-1].round]


def begun(history: Sequence[Step]) -> datetime:
    """When the case became ours: at filing, or when it was taken over from another system."""
    return next((step.at for step in reversed(history) if step.details.get("taken_over")), history[0].at)


def round_began(history: Sequence[Step]) -> datetime:
    """The instant whose class table holds for the newest round: its reopening, or when the case became ours."""
    return of_round(history)[0].at if history[-1].round > 1 else begun(history)


def round_start(history: Sequence[Step], calendar: Calendar, class_code: str, dispatch_limit: timedelta) -> datetime:
    """The start of the newest round."""
    steps = of_round(history)
    if history[-1].round > 1:
        return steps[0].at
    by_dispatch = dispatch_due(calendar, class_code, begun(history), dispatch_limit)
    assigned = next((step.at for step in steps if step.move is Move.ASSIGN), None)
    return min(assigned, by_dispatch) if assigned else by_dispatch


def class_code(history: Sequence[Step]) -> str | None:
    """The class the history gave the case last; nothing where an older history does not say."""
    return next((str(step.details["class"]) for step in reversed(history) if "class" in step.details), None)


def readings(
    history: Sequence[Step], calendar: Calendar, class_: Class, dispatch_limit: timedelta
) -> dict[Clock, Reading]:
    """The three clocks of the newest round, read from the history alone. Only the last one is paused and extended."""
    start = round_start(history, calendar, class_.code, dispatch_limit)
    steps = of_round(history)
    met = {
        Clock.ACCEPT: _accepted_at(steps),
        Clock.CONTACT: next((step.at for step in steps if step.move is Move.RECORD_CONTACT and step.counts), None),
        Clock.RESOLVE: _resolved_at(steps),
    }
    paused = tuple(each for each in pauses(steps, calendar) if each.start >= start)
    extended = granted(steps)
    return {
        clock: _reading(clock, limit, start, calendar, met[clock], (), timedelta())
        if clock is not Clock.RESOLVE
        else _reading(clock, limit, start, calendar, met[clock], paused, extended)
        for clock, limit in class_.limits.items()
    }


def _reading(
    clock: Clock,
    limit: Limit,
    start: datetime,
    calendar: Calendar,
    met_at: datetime | None,
    paused: tuple[Pause, ...],
    extended: timedelta,
) -> Reading:
    whole = Limit(limit.amount + extended, limit.unit)
    due = after(calendar, start, whole, pauses=paused)
    return Reading(clock, whole, start, due, met_at, extended, paused)


RESOLVING = frozenset({Move.RESOLVE, Move.ADOPT, Move.DECLINE})


def _resolved_at(steps: Sequence[Step]) -> datetime | None:
    """The result that stands: one that was taken back does not count."""
    resolved: datetime | None = None
    for step in steps:
        if step.move in RESOLVING:
            resolved = resolved or step.at
        elif step.move is Move.RETRACT:
            resolved = None
    return resolved


def _accepted_at(steps: Sequence[Step]) -> datetime | None:
    """The acceptance that stands: one that was returned or taken away again does not count."""
    accepted: datetime | None = None
    for step in steps:
        if step.move in (Move.ACCEPT, Move.DELIBERATE):
            accepted = accepted or step.at
        elif step.move in (Move.RETURN, Move.TRANSFER):
            accepted = None
    return accepted
