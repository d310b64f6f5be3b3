"""Working time of a community: hours of a day, official rest days and make-up days, exact to the second."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class DayKind(StrEnum):
    WORK = "work"
    REST = "rest"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


WORKING_KINDS = frozenset({DayKind.WORK, DayKind.MAKE_UP})
HOURS = ((time(9), time(12)), (time(14), time(18)))
CLOSING = time(18)
WORKING_DAY = timedelta(minutes=420)
SEARCH_DAYS_MAX = 800


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time of one kind: working, closed, or the kind of a day on which nobody works."""

    start: datetime
    end: datetime
    kind: str

    @property
    def minutes(self) -> int:
        return round((self.end - self.start).total_seconds() / 60)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that differ from Monday to Friday, the zone, and the years the official notice covers."""

    zone: tzinfo
    exceptions: Mapping[date, DayKind]
    years: frozenset[int]
    version: str = "none"

    def kind_of(self, day: date) -> DayKind:
        if day in self.exceptions:
            return self.exceptions[day]
        return DayKind.WORK if day.weekday() < 5 else DayKind.REST

    def works_on(self, day: date) -> bool:
        return self.kind_of(day) in WORKING_KINDS

    def knows(self, moment: datetime) -> bool:
        """A year without an official notice counts Monday to Friday and marks what it says as provisional."""
        return moment.astimezone(self.zone).year in self.years

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone)

    def hours_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working stretches that end after the moment, cut to begin no earlier than it."""
        first = self.local_day(moment)
        for offset in range(SEARCH_DAYS_MAX):
            day = first + timedelta(days=offset)
            if not self.works_on(day):
                continue
            for opens, closes in HOURS:
                if self.at(day, closes) > moment:
                    yield max(self.at(day, opens), moment), self.at(day, closes)

    def after_working(self, start: datetime, amount: timedelta) -> datetime:
        """The instant at which so much working time has passed since the start."""
        left = amount
        for begins, ends in self.hours_from(start):
            if left <= ends - begins:
                return (begins + left).astimezone(start.tzinfo)
            left -= ends - begins
        raise ValueError("no working time in sight")

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        total = timedelta()
        for begins, ends in self.hours_from(start):
            if begins >= end:
                break
            total += min(ends, end) - begins
        return total

    def is_open(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        return self.works_on(local.date()) and any(opens <= local.time() < closes for opens, closes in HOURS)

    def open_or_next_closing(self, moment: datetime) -> datetime:
        """The moment itself when the office is open, else the next closing time of a working day."""
        if self.is_open(moment):
            return moment
        first = self.local_day(moment)
        for offset in range(SEARCH_DAYS_MAX):
            day = first + timedelta(days=offset)
            if self.works_on(day) and self.at(day, CLOSING) >= moment:
                return self.at(day, CLOSING).astimezone(moment.tzinfo)
        raise ValueError("no closing time in sight")

    def spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """All time from start to end, each stretch once, so that the minutes add up."""
        found: list[Span] = []
        day = self.local_day(start)
        while self.at(day, time.min) < end:
            found += [span for span in self._spans_of(day, start, end) if span.end > span.start]
            day += timedelta(days=1)
        return tuple(found)

    def _spans_of(self, day: date, start: datetime, end: datetime) -> Iterator[Span]:
        midnight, following = self.at(day, time.min), self.at(day + timedelta(days=1), time.min)
        if not self.works_on(day):
            yield _cut(midnight, following, self.kind_of(day).value, start, end)
            return
        kind = "make_up" if self.kind_of(day) is DayKind.MAKE_UP else "working"
        edge = midnight
        for opens, closes in HOURS:
            yield _cut(edge, self.at(day, opens), "closed", start, end)
            yield _cut(self.at(day, opens), self.at(day, closes), kind, start, end)
            edge = self.at(day, closes)
        yield _cut(edge, following, "closed", start, end)


def _cut(begins: datetime, ends: datetime, kind: str, start: datetime, end: datetime) -> Span:
    zone = start.tzinfo
    return Span(max(begins, start).astimezone(zone), min(ends, end).astimezone(zone), kind)
