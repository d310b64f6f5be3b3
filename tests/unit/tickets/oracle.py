"""A second clock that shares no code with the first: it walks minute by minute and asks each one whether it counts."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone

MINUTE = timedelta(minutes=1)
CHONGQING = timezone(timedelta(hours=8))

LIMITS: Mapping[str, Mapping[str, tuple[str, int]]] = {
    "urgent": {"accept": ("wall", 15), "contact": ("wall", 30), "resolve": ("wall", 120)},
    "utility": {"accept": ("wall", 60), "contact": ("wall", 120), "resolve": ("wall", 1440)},
    "general": {"accept": ("working", 240), "contact": ("working", 420), "resolve": ("days", 7)},
    "complex": {"accept": ("working", 240), "contact": ("working", 420), "resolve": ("days", 15)},
    "idea": {"accept": ("working", 420), "contact": ("working", 1260), "resolve": ("working", 6300)},
    "inquiry": {"accept": ("working", 240), "contact": ("working", 420), "resolve": ("working", 1260)},
}


class Oracle:
    def __init__(self, off: set[date], made_up: set[date]) -> None:
        self.off, self.made_up = off, made_up

    def working_day(self, moment: datetime) -> bool:
        day = moment.astimezone(CHONGQING).date()
        return day in self.made_up or (day not in self.off and day.isoweekday() <= 5)

    def counts(self, moment: datetime) -> bool:
        """Whether the minute that begins here is working time."""
        clock = moment.astimezone(CHONGQING)
        minute = clock.hour * 60 + clock.minute
        return self.working_day(moment) and (540 <= minute < 720 or 840 <= minute < 1080)

    def due(self, start: datetime, class_code: str, clock: str) -> datetime:
        unit, amount = LIMITS[class_code][clock]
        moment = start
        if unit == "working":
            left = amount
            while left:
                left -= self.counts(moment)
                moment += MINUTE
            return moment
        if unit == "wall":
            for _ in range(amount):
                moment += MINUTE
            return moment
        for _ in range(amount * 24 * 60):
            moment += MINUTE
        if self.counts(moment):
            return moment
        while not self._closing(moment):
            moment += MINUTE
        return moment

    def _closing(self, moment: datetime) -> bool:
        clock = moment.astimezone(CHONGQING)
        return self.working_day(moment) and (clock.hour, clock.minute) == (18, 0)

    def start(self, filed: datetime, assigned: datetime | None, class_code: str) -> datetime:
        """The first assignment, or a quarter of an hour after filing, whichever comes first."""
        moment, left = filed, 15
        while left:
            left -= 1 if class_code in ("urgent", "utility") else self.counts(moment)
            moment += MINUTE
        return min(moment, assigned) if assigned else moment
