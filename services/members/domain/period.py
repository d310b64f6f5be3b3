"""A stretch of time, half-open: it holds its first instant and not its last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.refused import Refused


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant until another, or without an end."""

    start: datetime
    end: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)

    def overlaps(self, other: "Period") -> bool:
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)

    def ended(self, at: datetime) -> "Period":
        """Cut short. What ends in the instant it began still leaves a trace of one microsecond."""
        return Period(self.start, max(at, self.start + timedelta(microseconds=1)))


def period(start: datetime, end: datetime | None) -> Period:
    """A period as somebody asked for it."""
    if end is not None and end <= start:
        raise Refused(
            "period_reversed", status=422, errors=[{"pointer": "/until", "code": "before_from", "detail": "ends first"}]
        )
    return Period(start, end)


def covers(parts: Iterable[Period], whole: Period) -> bool:
    """Do the parts, taken together and without a gap, hold the whole period?"""
    reached = whole.start
    for part in sorted(parts, key=lambda part: part.start):
        if part.start > reached:
            return False
        if part.end is None:
            return True
        reached = max(reached, part.end)
        if whole.end is not None and reached >= whole.end:
            return True
    return False
