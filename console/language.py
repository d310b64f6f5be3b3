"""The words of the console in two full languages, read from `.po` files when the process starts.

Plain text is its own key in English. A code (a state, a problem, a kind) has the key `<sort>:<code>` in both files.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

HERE = Path(__file__).parent / "locales"
CODES = {"zh-CN": "zh_CN", "en": "en"}
DEFAULT = "zh-CN"
FORBIDDEN = re.compile(r"cannot_(?P<move>\w+)_when_(?P<state>\w+)")


class Unreadable(Exception):
    """A catalogue has a fuzzy string."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its words and how it writes times, numbers and money."""

    code: str
    locale: Locale
    single: Mapping[str, str]
    plural: Mapping[str, tuple[str, ...]]

    @property
    def other(self) -> str:
        return "en" if self.code == DEFAULT else DEFAULT

    @property
    def is_native(self) -> bool:
        """The language in which the services write their sentences."""
        return self.code == DEFAULT

    def gettext(self, message: str) -> str:
        return self.single.get(message, message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        forms = self.plural.get(one)
        if forms is None:
            return one if count == 1 else many
        return forms[0] if len(forms) == 1 or count == 1 else forms[1]

    def word(self, sort: str, code: str | None, otherwise: str | None = None) -> str:
        """The word of a code; an unknown code stands as it came."""
        return self.single.get(f"{sort}:{code}", (code or "–") if otherwise is None else otherwise)

    def said(self, code: str, **values: str) -> str:
        """A sentence of the console with its values put in."""
        return self.word("said", code).format(**values)

    def span_exact(self, length: timedelta) -> str:
        """The same, down to the second where it is short."""
        seconds = int(length.total_seconds())
        return f"{seconds} {self.word('unit', 'second')}" if seconds < 60 else self.span(length)

    def problem(self, code: str, title: str) -> str:
        """The words of a refusal; a move that the state forbids is put together, an unknown code shows its title."""
        forbidden = FORBIDDEN.fullmatch(code)
        if forbidden and self.knows("state", forbidden["state"]):
            state, move = self.word("state", forbidden["state"]), self.word("move", forbidden["move"])
            return self.said("cannot", state=state, move=move)
        return self.word("problem", code, title or code)

    def knows(self, sort: str, code: str) -> bool:
        return f"{sort}:{code}" in self.single

    def moment(self, at: datetime, zone: ZoneInfo) -> str:
        """2026年11月23日 周一 14:05"""
        local = at.astimezone(zone)
        pattern = "yyyy年M月d日 EEE" if self.code == DEFAULT else "EEE d MMM yyyy"
        return f"{format_date(local, pattern, self.locale)} {self.hour(at, zone)}"

    def day(self, at: datetime, zone: ZoneInfo) -> str:
        pattern = "M月d日 EEE" if self.code == DEFAULT else "EEE d MMM"
        return format_date(at.astimezone(zone), pattern, self.locale)

    def hour(self, at: datetime, zone: ZoneInfo) -> str:
        return format_time(at.astimezone(zone), "HH:mm", locale=self.locale)

    def second(self, at: datetime, zone: ZoneInfo) -> str:
        return format_time(at.astimezone(zone), "HH:mm:ss", locale=self.locale)

    def ago(self, at: datetime, now: datetime) -> str:
        return format_timedelta(at - now, add_direction=True, locale=self.locale)

    def money(self, fen: int) -> str:
        """¥1,250.00"""
        return f"¥{fen // 100:,}.{fen % 100:02d}"

    def span(self, length: timedelta) -> str:
        """2 小时 10 分, 2 h 10 min: never more than two units."""
        minutes = max(0, int(length.total_seconds() // 60))
        days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
        units = ((days, "day"), (hours, "hour"), (rest, "minute"))
        told = [f"{number} {self.word('unit', unit)}" for number, unit in units if number][:2]
        return " ".join(told) or f"0 {self.word('unit', 'minute')}"


def phone(number: str) -> str:
    """138 0013 8000, also when it is masked."""
    return f"{number[:3]} {number[3:7]} {number[7:]}" if len(number) == 11 else number


@cache
def language(code: str) -> Language:
    """One of the two languages; an unknown code is the default."""
    code = code if code in CODES else DEFAULT
    with (HERE / CODES[code] / "messages.po").open(encoding="utf-8") as file:
        catalog = read_po(file, locale=CODES[code])
    return _read(code, catalog)


def _read(code: str, catalog: Catalog) -> Language:
    single: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        if message.fuzzy and message.id:
            raise Unreadable(f"{code}: {message.id!r} is fuzzy")
        if isinstance(message.id, tuple):
            plural[str(message.id[0])] = tuple(str(form) for form in message.string or ())
        elif message.id and message.string:
            single[str(message.id)] = str(message.string)
    return Language(code, Locale.parse(CODES[code]), single, plural)


def chosen(cookie: str | None, accepted: str | None) -> Language:
    """Cookie first, then what the browser accepts, then Chinese."""
    if cookie in CODES:
        return language(cookie)
    for part in (accepted or "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return language(DEFAULT)
        if tag.startswith("en"):
            return language("en")
    return language(DEFAULT)
