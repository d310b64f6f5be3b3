"""Every setting of tickets, typed, with its default."""

from datetime import timedelta
from typing import Self

from chassis.settings import Settings


class TicketsSettings(Settings):
    """Limits of the desk. The limits of the clocks themselves are the class table in `domain/clock.py`."""

    dispatch_limit_minutes: int = 15
    identify_seconds: float = 2
    pending_contact_hours: int = 72
    tracking_tries: int = 5
    hot_spot_households: int = 3
    hot_spot_hours: int = 72
    blobs_dir: str = ".yihu/blobs"
    tracking_pause_minutes: int = 15

    @property
    def dispatch_limit(self) -> timedelta:
        return timedelta(minutes=self.dispatch_limit_minutes)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The settings of this process, as tickets' own."""
        if not isinstance(settings, cls):
            raise TypeError("this process runs another service")
        return settings
