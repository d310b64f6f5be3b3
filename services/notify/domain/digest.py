"""A digest: what need not be told at once is gathered, per person and topic, to a time of day or to a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from chassis.refused import Refused
from services.notify.domain.hours import SHANGHAI

WAITING: Final = "digest"
GATHERED: Final = "gathered"
COUNT_MAX: Final = 100
LATE: Final = timedelta(hours=1)
"""A text that nobody has gathered an hour after its time goes out by itself."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The minute of the day (Asia/Shanghai) at which texts are gathered, and how many are enough before it; 0: any."""

    at_minute: int
    count: int = 0

    @classmethod
    def parse(cls, row: Mapping[str, Any]) -> "Digest":
        """`{at = "18:00", count = 5}`: there is always a time, so that nothing waits for ever."""
        try:
            at, count = time.fromisoformat(row["at"]), int(row.get("count", 0))
        except (KeyError, TypeError, ValueError) as error:
            raise Refused("digest_invalid", status=422, detail=str(error)) from None
        if not set(row) <= {"at", "count"} or count == 1 or not 0 <= count <= COUNT_MAX:
            raise Refused("digest_invalid", status=422, detail=str(dict(row)))
        return cls(at.hour * 60 + at.minute, count)

    def next_after(self, at: datetime) -> datetime:
        """The next time at which texts are gathered."""
        local = at.astimezone(SHANGHAI)
        found = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=self.at_minute)
        return (found if found > local else found + timedelta(days=1)).astimezone(at.tzinfo)
