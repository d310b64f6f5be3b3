"""The clocks of a round: when each limit ends, which thresholds lie on the way, and why. A pure reading of history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.tickets.domain.calendar import WORKING_DAY, Calendar
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
    """One clock of one round: where it started, when it is due, and when it was met."""

    clock: Clock
    limit: Limit
    start: datetime
    due: datetime
    met_at: datetime | None

    @property
    def in_time(self) -> bool:
        return self.met_at is not None and self.met_at <= self.due


def after(calendar: Calendar, start: datetime, limit: Limit, percent: int = 100) -> datetime:
    """The instant at which this share of the limit has been used."""
    amount = limit.amount * percent / 100
    if limit.unit is Unit.WORKING:
        return calendar.after_working(start, amount)
    if limit.unit is Unit.WALL or percent < 100:
        return start + amount
    # A closing time can lie after a later moment inside working hours: no threshold lies before the due.
    due = calendar.open_or_next_closing(start + limit.amount)
    return due if percent == 100 else max(due, calendar.open_or_next_closing(start + amount))


def used_percent(calendar: Calendar, reading: Reading, now: datetime) -> int:
    end = min(now, reading.met_at) if reading.met_at else now
    if reading.limit.unit is Unit.WORKING:
        used = calendar.working_between(reading.start, end)
    else:
        used = max(end - reading.start, timedelta())
    return int(used * 100 / reading.limit.amount)


def dispatch_due(calendar: Calendar, class_code: str, filed_at: datetime, limit: timedelta) -> datetime:
    """When a ticket that nobody has assigned begins to count all the same."""
    if class_code in RUNS_ON_THE_WALL:
        return filed_at + limit
    return calendar.after_working(filed_at, limit)


def round_start(history: Sequence[Step], calendar: Calendar, class_code: str, dispatch_limit: timedelta) -> datetime:
    """The start of the newest round."""
    current = history[-1].round
    steps = [step for step in history if step.round == current]
    if current > 1:
        return steps[0].at
    by_dispatch = dispatch_due(calendar, class_code, history[0].at, dispatch_limit)
    assigned = next((step.at for step in steps if step.move is Move.ASSIGN), None)
    return min(assigned, by_dispatch) if assigned else by_dispatch


def readings(
    history: Sequence[Step], calendar: Calendar, class_: Class, dispatch_limit: timedelta
) -> dict[Clock, Reading]:
    """The three clocks of the newest round, read from the history alone."""
    start = round_start(history, calendar, class_.code, dispatch_limit)
    current = history[-1].round
    steps = [step for step in history if step.round == current]
    met = {
        Clock.ACCEPT: _accepted_at(steps),
        Clock.CONTACT: next((step.at for step in steps if step.move is Move.RECORD_CONTACT and step.counts), None),
        Clock.RESOLVE: next((step.at for step in steps if step.move in RESOLVING), None),
    }
    return {
        clock: Reading(clock, limit, start, after(calendar, start, limit), met[clock])
        for clock, limit in class_.limits.items()
    }


RESOLVING = frozenset({Move.RESOLVE, Move.ADOPT, Move.DECLINE})


def _accepted_at(steps: Sequence[Step]) -> datetime | None:
    """The acceptance that stands: one that was returned again does not count."""
    accepted: datetime | None = None
    for step in steps:
        if step.move in (Move.ACCEPT, Move.DELIBERATE):
            accepted = accepted or step.at
        elif step.move is Move.RETURN:
            accepted = None
    return accepted
