"""When a class of message may go out (Asia/Shanghai, whose offset has no summer time)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import Final

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


def spoken(at: datetime) -> str:
    """A time as people read it in a text: 11月24日18:30."""
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"
