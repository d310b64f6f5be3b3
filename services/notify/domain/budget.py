"""What an organisation may spend on texts in a day or a month, in billable segments: 80 % warns, 100 % defers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.notify.domain.hours import SHANGHAI

EVERY_CLASS: Final = "*"
GLOBAL_ONLY: Final = frozenset({"code", "emergency"})
LEVELS: Final = (80, 100)


@dataclass(slots=True)
class Balance:
    """One budget in its period, as a batch of messages spends it; `level` is the last one that was told."""

    budget_id: UUID
    community_id: UUID | None
    message_class: str
    period: str
    limit: int
    spent: int
    level: int
    correlation: UUID
    revision: int

    @property
    def reached(self) -> int:
        """The highest level that has been reached: 0, 80 or 100 percent."""
        return max((level for level in LEVELS if self.spent * 100 >= level * self.limit), default=0)


def paying(balances: Iterable[Balance], community_id: UUID | None, message_class: str) -> list[Balance]:
    """The budgets a message counts against; codes and emergencies only against those of everybody."""
    payers = {None} if message_class in GLOBAL_ONLY else {None, community_id}
    return [b for b in balances if b.community_id in payers and b.message_class in (message_class, EVERY_CLASS)]


def period_start(period: str, at: datetime) -> datetime:
    """Midnight in Shanghai of the day, or of the first of the month."""
    midnight = at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.replace(day=1) if period == "month" else midnight


def next_period(period: str, at: datetime) -> datetime:
    """When a new period begins."""
    start = period_start(period, at)
    if period == "day":
        return start + timedelta(days=1)
    return (start + timedelta(days=32)).replace(day=1)
