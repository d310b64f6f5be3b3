"""Every due rebuilt from the history and compared with what is stored: they must be the same."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.service import Running
from chassis.transaction import Transaction
from services.tickets.domain import clock
from services.tickets.domain.clock import Clock
from services.tickets.settings import TicketsSettings
from services.tickets.store import calendars, tickets
from services.tickets.store.reference import load_reference

BATCH = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One clock of one case that says otherwise than its history."""

    ticket_id: UUID
    clock: str
    stored: datetime | None
    rebuilt: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    tickets: int
    differences: tuple[Difference, ...]


async def verify_clocks(running: Running) -> Checked:
    """All cases that are not closed, a batch at a time, each batch as it stood at one instant."""
    seen, found, after = 0, [], None
    while True:
        async with running.reading() as tx:
            batch = await calendars.running_tickets(tx, after, BATCH)
            for ticket_id in batch:
                found += await _differences(ticket_id, tx)
        seen += len(batch)
        if len(batch) < BATCH:
            return Checked(seen, tuple(found))
        after = batch[-1]


async def _differences(ticket_id: UUID, tx: Transaction) -> list[Difference]:
    ticket = await tickets.read_one(tx, ticket_id)
    if ticket is None:
        return []
    history = await tickets.history(tx, ticket)
    limit = TicketsSettings.of(tx.service.settings).dispatch_limit
    clocks = (await load_reference(tx)).clocks(ticket.community_id, limit)
    readings = clocks(history, clock.class_code(history) or ticket.class_code)
    stored = {
        Clock.ACCEPT: ticket.dues.accept,
        Clock.CONTACT: ticket.dues.contact,
        Clock.RESOLVE: ticket.dues.resolve,
    }
    return [
        Difference(ticket_id, name, stored[name], reading.due)
        for name, reading in readings.items()
        if stored[name] != reading.due
    ]
