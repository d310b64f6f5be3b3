"""Whom a case is told to beside its reporter: neighbours with the same matter, watchers, merged reporters."""

from uuid import UUID

from chassis.transaction import Transaction
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.watching import JOINED, Why
from services.tickets.events import WatchersTold
from services.tickets.store import watchers

TOLD_AT_ONCE = 100


async def asked(ticket: Ticket, tx: Transaction) -> list[UUID]:
    """Who is asked whether it was solved: the reporter, and each whose report was merged into this one."""
    merged = await watchers.people(tx, ticket.id, {Why.MERGED_REPORTER})
    return ([ticket.reporter_id] if ticket.reporter_id else []) + merged


async def has_joined(ticket: Ticket, tx: Transaction) -> bool:
    """Whether the case is others' too: then it goes on when its reporter leaves."""
    return bool(await watchers.people(tx, ticket.id, JOINED))


async def tell(ticket: Ticket, what: str, tx: Transaction) -> None:
    """All who watch hear of it, at most a hundred an event."""
    people = await watchers.people(tx, ticket.id)
    for start in range(0, len(people), TOLD_AT_ONCE):
        tx.announce(WatchersTold.of(ticket, what=what, person_ids=people[start : start + TOLD_AT_ONCE]), ticket)
