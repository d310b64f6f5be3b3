"""Once a month the households of every building are counted, so that others can say "per 100 households"."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.members.events.fact import About
from services.members.events.households import HouseholdsCounted
from services.members.store.people import households

COUNT = "households_counted"
ZONE = ZoneInfo("Asia/Shanghai")


async def await_count(tx: Transaction) -> None:
    """The month that runs now is counted when it ends."""
    await _count_after(tx.now.astimezone(ZONE).date().replace(day=1), tx)


async def _count_after(month: date, tx: Transaction) -> None:
    ends = datetime.combine(_following(month), time.min, tzinfo=ZONE).astimezone(UTC)
    await tx.set_timer(COUNT, f"{month:%Y-%m}", ends, {"month": month.isoformat()})


async def count(timer: DueTimer, tx: Transaction) -> None:
    """As they stood when the month ended, however late the timer fires."""
    month = date.fromisoformat(timer.data["month"])
    for building in await households.counted(tx, timer.due_at):
        fact = HouseholdsCounted(area_id=building.id, month=f"{month:%Y-%m}", households=building.households)
        tx.announce(fact, About.of(building))
    await _count_after(_following(month), tx)


def _following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
