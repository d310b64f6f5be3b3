"""A second clock for whole schedules: pauses, extensions, class changes, reopenings. It shares no code with the first
and knows nothing of histories: it is told what happened in whole minutes and asks each minute whether it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from tests.unit.tickets.oracle import LIMITS

DAY = 24 * 60
OFFICE = [9 <= minute / 60 < 12 or 14 <= minute / 60 < 18 for minute in range(DAY)]
BUDGET = 7 * 420
QUARTER = 15


@dataclass
class Told:
    """What happened in one round, in minutes since the epoch. `waits` hold when it began, the day named, the word."""

    begun: int
    first: bool
    assigned: int | None = None
    waits: list[tuple[int, int, int | None]] = field(default_factory=list)
    added: int = 0


class SecondClock:
    def __init__(self, first: date, days: int, off: set[date], made_up: set[date]) -> None:
        self.zero = int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()) // 60 - 8 * 60
        self.open = bytearray()
        for offset in range(days):
            day = first + timedelta(days=offset)
            works = day in made_up or (day.isoweekday() <= 5 and day not in off)
            self.open += bytes(minute and works for minute in OFFICE)

    def counted(self, minute: int) -> bool:
        return bool(self.open[minute - self.zero])

    def next_counted(self, minute: int) -> int:
        return self.open.index(1, minute - self.zero) + self.zero

    def worked(self, minute: int, amount: int, skipped: Sequence[tuple[int, int]] = ()) -> int:
        """Walk until so many counted minutes lie behind."""
        while amount:
            minute = self.next_counted(minute)
            amount -= not any(begin <= minute < end for begin, end in skipped)
            minute += 1
        return minute

    def start(self, told: Told, class_code: str) -> int:
        if not told.first:
            return told.begun
        wall = class_code in ("urgent", "utility")
        dispatched = told.begun + QUARTER if wall else self.worked(told.begun, QUARTER)
        return dispatched if told.assigned is None else min(told.assigned, dispatched)

    def stands(self, told: Told) -> list[tuple[int, int]]:
        """The stretches of waiting, cut where the word came, the day was there, or the budget had run out."""
        found: list[tuple[int, int]] = []
        left = BUDGET
        for begin, named, word in told.waits:
            minute = begin
            while left and minute < named and (word is None or minute < word):
                left -= self.counted(minute)
                minute += 1
            if found and found[-1][1] == begin:
                found[-1] = (found[-1][0], minute)
            else:
                found.append((begin, minute))
        return found

    def due(self, told: Told, class_code: str, clock: str) -> int:
        unit, amount = LIMITS[class_code][clock]
        start, resolving = self.start(told, class_code), clock == "resolve"
        amount = (amount * DAY if unit == "days" else amount) + (told.added if resolving else 0)
        stands = self.stands(told) if resolving else []
        if unit == "working":
            return self.worked(start, amount, stands)
        if unit == "wall":
            return self._by_wall(start + amount, stands)
        return self._by_days(start + amount, stands)

    @staticmethod
    def _by_wall(due: int, stands: list[tuple[int, int]]) -> int:
        for begin, end in stands:
            if begin < due:
                due += end - begin
        return due

    def _by_days(self, moment: int, stands: list[tuple[int, int]]) -> int:
        for begin, end in stands:
            if begin >= self._closing(moment):
                break
            moment += end - begin
        return self._closing(moment)

    def _closing(self, moment: int) -> int:
        """The minute itself when the office is open then, else the next six o'clock of a working day."""
        if self.counted(moment):
            return moment
        six = 18 * 60 - 1
        last = moment - 1
        while not (self.counted(last) and (last - self.zero) % DAY == six):
            last += 1
        return last + 1
