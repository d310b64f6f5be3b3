"""How many texts of one class one number may get, counted over all groups and senders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `count` in any `window`."""

    count: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Counted:
    """How many texts left in the minute that begins at `minute`."""

    minute: datetime
    count: int


def free_at(counted: Iterable[Counted], caps: Sequence[Cap], at: datetime) -> datetime:
    """`at` itself while every cap has room, else the first moment at which all of them have it again."""
    rows = sorted(counted, key=lambda c: c.minute)
    return max((_free_at(rows, cap, at) for cap in caps), default=at)


def _free_at(rows: Sequence[Counted], cap: Cap, at: datetime) -> datetime:
    inside = [row for row in rows if row.minute > at - cap.window]
    total = sum(row.count for row in inside)
    for row in inside:
        if total < cap.count:
            break
        total -= row.count
        at = max(at, row.minute + cap.window)
    return at


def minute_of(at: datetime) -> datetime:
    """The minute in which a text is counted."""
    return at.replace(second=0, microsecond=0)
