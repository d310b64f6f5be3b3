"""Number and code open a case to the one who reported it, without signing in; five wrong tries pause it."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.refused import Refused
from chassis.service import Running
from chassis.transaction import Transaction
from services.tickets.domain.number import whole_number
from services.tickets.domain.ticket import Ticket
from services.tickets.handlers import clocks, closings, triage
from services.tickets.handlers.filing import tracking_code
from services.tickets.settings import TicketsSettings
from services.tickets.store import notes, tickets, tracking


@dataclass(frozen=True, slots=True)
class Ask:
    number: str
    code: str


async def opened(running: Running, ask: Ask) -> UUID:
    """The ticket they open. A wrong try is counted on its own, and answered alike whatever is wrong."""
    settings = TicketsSettings.of(running.settings)
    pause = timedelta(minutes=settings.tracking_pause_minutes)
    number = whole_number(ask.number)
    if number is None:
        raise Refused("tracking_not_found", status=404)
    async with running.transaction() as tx:
        if await tracking.wrong_tries(tx, number, pause) >= settings.tracking_tries:
            raise Refused("tracking_paused", status=429, retry_after=int(pause.total_seconds()))
        row = await tracking.by_number(tx, number)
        expected = tracking_code(tx, row.id if row else UUID(int=0))
        if hmac.compare_digest(expected.encode(), ask.code.encode()) and row is not None:
            return UUID(str(row.id))
        await tracking.count_wrong(tx, number, pause)
    raise Refused("tracking_not_found", status=404)


async def add_words(ticket_id: UUID, words: str, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, ticket_id)
    await notes.add(tx, ticket, kind="resident", text=words, audience="resident", author_id=ticket.reporter_id)
    return await clocks.word_from(ticket, ticket.reporter_id, tx)


async def nudge(ticket_id: UUID, tx: Transaction) -> Ticket:
    return await closings.nudge(await tickets.load(tx, ticket_id), tx)


async def withdraw(ticket_id: UUID, reason: str, tx: Transaction) -> Ticket:
    return await triage.withdraw(await tickets.load(tx, ticket_id), reason, tx)
