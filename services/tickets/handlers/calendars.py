"""A year's official notice is loaded: what was provisional is reckoned anew, and a missing year is asked for."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.audit import record_act
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain.notice import read_notice
from services.tickets.domain.ticket import Ticket
from services.tickets.events import CalendarYearMissing, TicketDueChanged
from services.tickets.handlers import winding
from services.tickets.store import calendars, tickets
from services.tickets.store.reference import ZONE, changed

RECOMPUTE_TIMER = "recompute_dues"
MISSING_TIMER = "calendar_year_missing"
BATCH = 100
SETTLE = timedelta(seconds=5)
ASK_FROM_MONTH = 11
ASK_EVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCalendar:
    year: int
    csv: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """What the events about a calendar speak of, and what an import answers."""

    id: UUID
    year: int
    days: int
    version: str
    revision: int = 1
    community_id: UUID | None = None

    @property
    def correlation(self) -> UUID:
        return self.id

    @classmethod
    def of(cls, year: int, days: int = 0, version: str = "") -> "Year":
        return cls(uuid5(NAMESPACE_URL, f"tickets/calendar/{year}"), year, days, version)


async def import_calendar(command: ImportCalendar, tx: Transaction) -> Year:
    """The whole year or nothing. A little later, when every process knows it, open cases are reckoned anew."""
    days = read_notice(command.csv, command.year)
    version = f"{tx.now:%Y%m%d%H%M%S}-{command.year}"
    await calendars.put_year(tx, command.year, days, source=command.source or "official notice", version=version)
    await changed(tx)
    await tx.set_timer(RECOMPUTE_TIMER, "all", tx.now + SETTLE)
    await record_act(tx, action="calendar_imported", subject=None, fields=[str(command.year)])
    return Year.of(command.year, len(days), version)


async def recompute(timer: DueTimer, tx: Transaction) -> None:
    """A batch of open cases at a time."""
    after = timer.data.get("after")
    batch = await calendars.running_tickets(tx, UUID(after) if after else None, BATCH)
    for ticket_id in batch:
        ticket = await tickets.find(tx, ticket_id)
        if ticket is not None:
            await reckon_anew(ticket, tx)
    if len(batch) == BATCH:
        await tx.set_timer(RECOMPUTE_TIMER, timer.key, tx.now, {"after": str(batch[-1])})


async def reckon_anew(ticket: Ticket, tx: Transaction) -> bool:
    """Whether another time is due now; then its raised marks say that they were reckoned otherwise."""
    history = await tickets.history(tx, ticket)
    wound = await winding.wound(tx, ticket, history)
    if wound.dues == ticket.dues:
        return False
    saved = await tickets.save(tx, replace(wound, steps=()))
    await winding.supersede_marks(tx, saved)
    await winding.wait_for_next(tx, saved, history)
    tx.announce(TicketDueChanged.of(saved, cause="calendar"), saved)
    return True


async def ask_for_year(timer: DueTimer, tx: Transaction) -> None:
    """From the first of November, every week, as long as next year's notice is missing."""
    local = tx.now.astimezone(ZONE)
    if local.month >= ASK_FROM_MONTH and not await calendars.has_year(tx, local.year + 1):
        tx.announce(CalendarYearMissing(year=local.year + 1), Year.of(local.year + 1))
    await tx.set_timer(MISSING_TIMER, timer.key, tx.now + ASK_EVERY)
