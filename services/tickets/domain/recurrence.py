"""Days on which a walk comes round: a subset of RFC 5545. DAILY; WEEKLY with BYDAY; MONTHLY with BYMONTHDAY; each with
INTERVAL and UNTIL where wanted. Days are local; a day a month does not have is left out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from chassis.refused import Refused

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = frozenset({"FREQ", "INTERVAL", "UNTIL", "BYDAY", "BYMONTHDAY"})
INTERVAL_MAX = 52


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often, counted from the first day on."""

    frequency: str
    interval: int = 1
    until: date | None = None
    weekdays: frozenset[int] = field(default_factory=frozenset)
    month_days: frozenset[int] = field(default_factory=frozenset)

    def falls_on(self, day: date, first: date) -> bool:
        """Whether the walk comes round on this day."""
        if day < first or (self.until is not None and day > self.until):
            return False
        if self.frequency == "DAILY":
            return (day - first).days % self.interval == 0
        if self.frequency == "WEEKLY":
            weeks = (_monday(day) - _monday(first)).days // 7
            return weeks % self.interval == 0 and day.weekday() in self.weekdays
        months = (day.year - first.year) * 12 + day.month - first.month
        return months % self.interval == 0 and day.day in self.month_days

    def days(self, first: date, begin: date, end: date) -> Iterator[date]:
        """All such days from `begin` to before `end`."""
        every = (begin + timedelta(days=offset) for offset in range((end - begin).days))
        return (day for day in every if self.falls_on(day, first))


def read_rule(text: str) -> Recurrence:
    """The rule in its RFC 5545 form, as `FREQ=WEEKLY;BYDAY=MO,TH`; refused where it says more than is understood."""
    parts = dict(part.partition("=")[::2] for part in text.strip().removeprefix("RRULE:").split(";") if part)
    frequency = parts.get("FREQ", "")
    needed = {"DAILY": set[str](), "WEEKLY": {"BYDAY"}, "MONTHLY": {"BYMONTHDAY"}}.get(frequency)
    if needed is None or set(parts) - PARTS or {"BYDAY", "BYMONTHDAY"} & set(parts) != needed:
        raise _unreadable()
    try:
        interval = int(parts.get("INTERVAL", "1"))
        until = date.fromisoformat(parts["UNTIL"][:8]) if "UNTIL" in parts else None
        weekdays = frozenset(WEEKDAYS.index(name) for name in parts.get("BYDAY", "").split(",") if name)
        month_days = frozenset(int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day)
    except ValueError as error:
        raise _unreadable() from error
    impossible = not 1 <= interval <= INTERVAL_MAX or any(not 1 <= day <= 31 for day in month_days)
    if impossible or (needed and not weekdays and not month_days):
        raise _unreadable()
    return Recurrence(frequency, interval, until, weekdays, month_days)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _unreadable() -> Refused:
    return Refused("recurrence_unreadable", status=422, errors=[{"pointer": "/rule", "code": "unreadable"}])
