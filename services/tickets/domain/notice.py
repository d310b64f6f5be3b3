"""The official notice of a year: which days are holidays and which weekend days are worked instead. Checked whole."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chassis.refused import Refused
from services.tickets.domain.calendar import DayKind
from services.tickets.domain.chinesecalendar import entries, is_constants

KINDS = frozenset({DayKind.HOLIDAY, DayKind.MAKE_UP})
ROWS_MAX = 400
HOLE_DAYS_MAX = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the notice: a stretch of days of one kind, under the name of its holiday."""

    line: int
    first: date
    last: date
    kind: DayKind
    name: str

    @property
    def days(self) -> Iterator[date]:
        return (self.first + timedelta(days=at) for at in range((self.last - self.first).days + 1))


def read_notice(text: str, year: int) -> Mapping[date, tuple[DayKind, str]]:
    """The days of a CSV with the columns from (or day), to, kind, name; or those of this year in the constants of the
    library `chinesecalendar`. A hole, an overlap or a make-up day on a weekday is refused with its line, and nothing of
    the rest is taken."""
    of_library = is_constants(text)
    rows, faults = _of_constants(text, year) if of_library else _rows(text)
    faults += [fault for row in rows for fault in _faults(row, year)]
    faults += _overlaps(rows) + _holes(rows, weekends_go_without_saying=of_library)
    if not rows and not faults:
        faults.append(_fault(1, "no_days"))
    if faults:
        raise Refused("calendar_invalid", status=422, errors=faults)
    return {day: (row.kind, row.name) for row in rows for day in row.days}


def _rows(text: str) -> tuple[list[Row], list[dict[str, str]]]:
    rows: list[Row] = []
    faults: list[dict[str, str]] = []
    for line, known in enumerate(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))), start=2):
        if line > ROWS_MAX:
            return rows, [*faults, _fault(line, "too_many_rows")]
        try:
            first = date.fromisoformat((known.get("from") or known.get("day") or "").strip())
            last = date.fromisoformat((known.get("to") or first.isoformat()).strip())
        except ValueError:
            faults.append(_fault(line, "day_unreadable"))
            continue
        kind = (known.get("kind") or "").strip()
        if kind not in KINDS:
            faults.append(_fault(line, "kind_unknown"))
            continue
        rows.append(Row(line, first, last, DayKind(kind), (known.get("name") or "").strip()))
    return rows, faults


def _of_constants(text: str, year: int) -> tuple[list[Row], list[dict[str, str]]]:
    rows: list[Row] = []
    faults: list[dict[str, str]] = []
    for entry in entries(text, year):
        try:
            line, written, kind, name = (entry, "", DayKind.HOLIDAY, "") if isinstance(entry, int) else entry
            day = date.fromisoformat(written)
        except ValueError:
            faults.append(_fault(line, "day_unreadable"))
            continue
        rows.append(Row(line, day, day, kind, name))
    return rows, faults


def _faults(row: Row, year: int) -> list[dict[str, str]]:
    found = []
    if row.last < row.first or (row.last - row.first).days > ROWS_MAX:
        return [_fault(row.line, "stretch_impossible")]
    if (row.first.year, row.last.year) != (year, year):
        found.append(_fault(row.line, "outside_the_year"))
    if row.kind is DayKind.MAKE_UP and any(day.weekday() < 5 for day in row.days):
        found.append(_fault(row.line, "make_up_on_a_weekday"))
    if not row.name:
        found.append(_fault(row.line, "name_missing"))
    return found


def _overlaps(rows: Sequence[Row]) -> list[dict[str, str]]:
    seen: set[date] = set()
    faults = []
    for row in rows:
        days = set(row.days) if row.last >= row.first else set()
        if days & seen:
            faults.append(_fault(row.line, "overlap"))
        seen |= days
    return faults


def _holes(rows: Sequence[Row], *, weekends_go_without_saying: bool) -> list[dict[str, str]]:
    """A holiday is one stretch: a few days between two of one name that no other line holds have been left out. The
    library leaves a Sunday between two days of a holiday out at times: it is free anyway."""
    holidays = sorted((row for row in rows if row.kind is DayKind.HOLIDAY), key=lambda row: row.first)
    held = {day for row in holidays for day in row.days}
    faults = []
    last_of: dict[str, date] = {}
    for row in holidays:
        gap = (row.first - last_of.get(row.name, date.min)).days - 1
        between = {row.first - timedelta(days=back) for back in range(1, min(gap, HOLE_DAYS_MAX) + 1)}
        missing = {day for day in between - held if not (weekends_go_without_saying and day.weekday() >= 5)}
        if 0 < gap < HOLE_DAYS_MAX and missing:
            faults.append(_fault(row.line, "hole"))
        last_of[row.name] = row.last
    return faults


def _fault(line: int, code: str) -> dict[str, str]:
    return {"pointer": "/csv", "code": code, "detail": f"line {line}"}
