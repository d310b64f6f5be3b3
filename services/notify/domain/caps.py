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


@dataclass(frozen=True, slots=True)
class Count:
    """Texts that left for one thing that is counted (a number, a range of numbers, everybody), and its caps."""

    what: str
    counted: Sequence[Counted]
    caps: Sequence[Cap]

    def within(self, cap: Cap, at: datetime) -> int:
        """How many count against a cap now."""
        return sum(row.count for row in self.counted if row.minute > at - cap.window)


def code_crowds(number: str, community_id: object) -> dict[str, str]:
    """What codes are counted by beside the number: its first seven digits, the community, everybody.

    Whoever pumps codes does not ask for two at one number, but for one each at ten thousand.
    """
    return {"prefix": f"prefix:{number[:10]}", "community": f"community:{community_id}", "all": "codes"}


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
