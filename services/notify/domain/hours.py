"""When a class of message may go out (Asia/Shanghai, whose offset has no summer time)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import Final

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Hours:
    """From and until, on each day."""

    begin: time
    end: time

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when it lies inside, else the next beginning."""
        local = at.astimezone(SHANGHAI)
        if self.begin <= local.time() < self.end:
            return at
        day = local.date() if local.time() < self.begin else local.date() + timedelta(days=1)
        return datetime.combine(day, self.begin, SHANGHAI).astimezone(at.tzinfo)

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"


def next_open(hours: Sequence[Hours], at: datetime) -> datetime | None:
    """The first moment inside all of them: one may narrow the other, never widen it; None if they never meet."""
    if not hours:
        return at
    both = Hours(max(h.begin for h in hours), min(h.end for h in hours))
    return both.next_open(at) if both.begin < both.end else None


def spoken(at: datetime, language: str = "zh-CN") -> str:
    """A time as people read it in a text: 11月24日18:30, or 24 Nov 18:30."""
    local = at.astimezone(SHANGHAI)
    if not language.startswith("zh"):
        return f"{local.day} {MONTHS[local.month - 1]} {local:%H:%M}"
    return f"{local.month}月{local.day}日{local:%H:%M}"
