"""The official notices as the library `chinesecalendar` states them: its `constants.py`, read as text and never run."""

import re
from collections.abc import Iterator

from services.tickets.domain.calendar import DayKind

_SECTIONS = {"holidays": DayKind.HOLIDAY, "workdays": DayKind.MAKE_UP}
_SECTION = re.compile(r"^(\w+) = \{$")
_ENTRY = re.compile(
    r"^ {4}datetime\.date\(year=(\d{4}), month=(\d{1,2}), day=(\d{1,2})\): Holiday\.(\w{1,40})\.value,$"
)
_NAME = re.compile(r'^ {4}(\w{1,40}) = "[^"]{1,60}", "([^"]{1,60})", \d$')
Entry = tuple[int, str, DayKind, str]


def is_constants(text: str) -> bool:
    return "holidays = {\n" in text.replace("\r\n", "\n")


def entries(text: str, year: int) -> Iterator[Entry | int]:
    """Line, day, kind and name of each day of the year; of a line that says none of these, its number alone."""
    names: dict[str, str] = {}
    kind: DayKind | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _NAME.match(line):
            names[found[1]] = found[2]
        elif found := _SECTION.match(line):
            kind = _SECTIONS.get(found[1])
        elif line.startswith("}"):
            kind = None
        elif kind is not None:
            entry = _ENTRY.match(line)
            if entry is None or entry[4] not in names:
                yield number
            elif int(entry[1]) == year:
                yield number, f"{entry[1]}-{entry[2]:0>2}-{entry[3]:0>2}", kind, names[entry[4]]
