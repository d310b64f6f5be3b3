"""The points on the way to a limit at which somebody is told, each once per round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.tickets.domain.calendar import Calendar
from services.tickets.domain.clock import RUNS_ON_THE_WALL, Clock, Reading, begun
from services.tickets.domain.state import LIVE, Move, State
from services.tickets.domain.ticket import Step, Ticket

DISPATCH = "dispatch"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share of a limit in percent; for the dispatch clock minutes since filing."""

    amount: int
    recipient_role: str
    level: int


THRESHOLDS: Mapping[Clock, Sequence[Threshold]] = {
    Clock.ACCEPT: (Threshold(100, "leader", 2), Threshold(200, "secretary", 3)),
    Clock.CONTACT: (Threshold(80, "handler", 1), Threshold(100, "leader", 2), Threshold(150, "secretary", 3)),
    Clock.RESOLVE: (
        Threshold(50, "handler", 1),
        Threshold(80, "leader", 1),
        Threshold(100, "leader", 2),
        Threshold(120, "secretary", 3),
        Threshold(150, "district", 4),
    ),
}
UNASSIGNED: Sequence[Threshold] = (
    Threshold(15, "operator", 2),
    Threshold(30, "secretary", 3),
    Threshold(60, "district", 4),
)
NEXT_UP: Mapping[str, str] = {
    "handler": "leader",
    "leader": "secretary",
    "operator": "secretary",
    "secretary": "district",
}
ESCALATES_FROM = 3


@dataclass(frozen=True, slots=True)
class Point:
    """A threshold of one clock of this round, with its instant."""

    clock: str
    threshold: Threshold
    at: datetime
    due_at: datetime

    @property
    def key(self) -> tuple[str, int]:
        return self.clock, self.threshold.amount


def ahead(
    ticket: Ticket, history: Sequence[Step], readings: Mapping[Clock, Reading], calendar: Calendar, limit: timedelta
) -> list[Point]:
    """All points of the clocks that are still open, passed ones among them, the earliest first."""
    points: list[Point] = []
    if ticket.state in (State.DRAFT, State.RECEIVED):
        points += _dispatch_points(ticket, history, calendar, limit)
    if ticket.state in LIVE:
        for clock, reading in readings.items():
            if reading.met_at is None:
                points += _points(clock, reading, calendar)
    return sorted(points, key=lambda point: point.at)


def _points(clock: Clock, reading: Reading, calendar: Calendar) -> list[Point]:
    return [Point(clock.value, each, reading.at(calendar, each.amount), reading.due) for each in THRESHOLDS[clock]]


def _dispatch_points(ticket: Ticket, history: Sequence[Step], calendar: Calendar, limit: timedelta) -> list[Point]:
    """Nobody has it yet: counted from filing, or from the return that brought it back to the desk."""
    since = next((step.at for step in reversed(history) if step.move is Move.RETURN), begun(history))
    by_wall = ticket.class_code in RUNS_ON_THE_WALL

    def at(minutes: int) -> datetime:
        amount = limit * minutes / UNASSIGNED[0].amount
        return since + amount if by_wall else calendar.after_working(since, amount)

    first = at(UNASSIGNED[0].amount)
    return [Point(DISPATCH, each, at(each.amount), first) for each in UNASSIGNED]
