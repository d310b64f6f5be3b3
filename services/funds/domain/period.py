"""A period: one month of the book in Asia/Shanghai. [1] keeps one open at a time and rolls it when a month begins.

Rolling soft-closes the month that ended; a month that did is never reopened here, so nothing is booked backwards.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")


class State(StrEnum):
    OPEN = "open"
    SOFT_CLOSED = "soft_closed"


class Move(StrEnum):
    ROLL = "roll"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {State.OPEN: MappingProxyType({Move.ROLL: State.SOFT_CLOSED}), State.SOFT_CLOSED: MappingProxyType({})}
)


def day_of(moment: datetime) -> date:
    """The book's date at a moment."""
    return moment.astimezone(ZONE).date()


def number_of(day: date) -> int:
    """202603 for any day in March 2026."""
    return day.year * 100 + day.month


def next_month_begins(day: date) -> datetime:
    """The first moment, in UTC, at which the month after this day's is current."""
    first = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return datetime.combine(first, time(), ZONE).astimezone(UTC)
