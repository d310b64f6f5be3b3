"""Why a limit ends when it does: every minute accounted for, and one sentence that says it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.tickets.domain.calendar import Calendar, Span
from services.tickets.domain.clock import Clock, Limit, Reading, Unit, after

NAMES = {Clock.ACCEPT: "接单", Clock.CONTACT: "首次联系", Clock.RESOLVE: "办结"}
COUNTED = frozenset({"working", "make_up", "extended"})
EVERY_KIND = frozenset({"working", "closed", "rest", "holiday", "make_up", "wall"})


def spans(reading: Reading, calendar: Calendar) -> tuple[Span, ...]:
    """All time from the start to the due, or to the later instant at which it was met, each stretch once."""
    until = max(reading.due, reading.met_at or reading.start)
    by_wall = reading.limit.unit is Unit.WALL
    found: Sequence[Span] = [Span(reading.start, until, "wall")] if by_wall else calendar.spans(reading.start, until)
    if reading.extended:
        kinds = COUNTED if reading.limit.unit is Unit.WORKING else EVERY_KIND
        found = _painted(found, unextended_due(reading, calendar), reading.due, "extended", kinds)
    for pause in reading.pauses:
        if pause.start < reading.due:
            found = _painted(found, pause.start, pause.end, "paused", EVERY_KIND | {"extended"})
    return tuple(found)


def unextended_due(reading: Reading, calendar: Calendar) -> datetime:
    """When it would have ended without the time that was added."""
    limit = Limit(reading.limit.amount - reading.extended, reading.limit.unit)
    return after(calendar, reading.start, limit, pauses=reading.pauses)


def sentence(reading: Reading, calendar: Calendar) -> str:
    """The limit, the start, what counted, what did not, and the end."""
    start, due = reading.start.astimezone(calendar.zone), reading.due.astimezone(calendar.zone)
    ends = f"自{start:%m月%d日%H:%M}起, 到{due:%m月%d日%H:%M}"
    return f"{NAMES[reading.clock]}时限{_limit(reading)}, {ends}{_moved(reading)}{_counted(reading, calendar)}"


def _limit(reading: Reading) -> str:
    minutes = _minutes(reading.limit.amount)
    if reading.limit.unit is Unit.WORKING:
        return f"{minutes}个工作分钟"
    if reading.limit.unit is Unit.CALENDAR_DAYS:
        return f"{reading.limit.amount.days}个自然日, 不在上班时间则顺延到下一个工作日18:00"
    return f"{minutes}分钟"


def _moved(reading: Reading) -> str:
    paused = sum((each.end - each.start for each in reading.pauses if each.start < reading.due), timedelta())
    words = f", 其中延期{_minutes(reading.extended)}分钟" if reading.extended else ""
    return words + (f", 暂停{_minutes(paused)}分钟不计" if paused else "")


def _counted(reading: Reading, calendar: Calendar) -> str:
    if reading.limit.unit is not Unit.WORKING:
        return ""
    days: dict[str, int] = {}
    for span in spans(reading, calendar):
        local = span.start.astimezone(calendar.zone)
        if span.kind in COUNTED and span.start < reading.due:
            made_up = span.kind == "make_up"
            day = f"{local:%m月%d日}" + ("(调休)" if made_up else "")
            days[day] = days.get(day, 0) + span.minutes
    return ": " + ", ".join(f"{day}计{count}分钟" for day, count in days.items())


def _painted(found: Sequence[Span], start: datetime, end: datetime, kind: str, over: frozenset[str]) -> list[Span]:
    return [part for span in found for part in _parts(span, start, end, kind, over)]


def _parts(span: Span, start: datetime, end: datetime, kind: str, over: frozenset[str]) -> Iterator[Span]:
    begins, ends = max(span.start, start), min(span.end, end)
    if begins >= ends or span.kind not in over:
        yield span
        return
    if span.start < begins:
        yield replace(span, end=begins)
    yield Span(begins, ends, kind)
    if ends < span.end:
        yield replace(span, start=ends)


def _minutes(amount: timedelta) -> int:
    return round(amount.total_seconds() / 60)
