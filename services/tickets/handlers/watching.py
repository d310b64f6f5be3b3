"""Hearing of a case that is not one's own: "me too", and watching."""

from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import watching as rules
from services.tickets.domain.permission import READERS, Who
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.watching import Why
from services.tickets.handlers import hot_spots
from services.tickets.handlers.merging import landed
from services.tickets.handlers.work import acting_person
from services.tickets.store import tickets, watchers
from services.tickets.views.rights import check, inside, relations

WATCHING = READERS | {Who.MEMBER}


@dataclass(frozen=True, slots=True)
class Joined:
    """What a neighbour learns of a case like hers: how many said so, and nothing else."""

    ticket: Ticket
    me_too: int


async def me_too(ticket_id: UUID, tx: Transaction) -> Joined:
    """Another resident has the same matter. Once per person; of a merged ticket it counts for its target."""
    ticket = await landed(await tickets.load(tx, ticket_id), tx)
    rules.check_me_too(ticket)
    person = acting_person(tx)
    if person == ticket.reporter_id:
        raise Refused("own_ticket")
    if await watchers.add(tx, ticket, person, Why.ME_TOO):
        await hot_spots.seen(ticket, tx)
    return Joined(ticket, await watchers.count(tx, ticket.id, Why.ME_TOO))


async def watch(ticket_id: UUID, tx: Transaction) -> Ticket:
    """To hear of a case one may read anyway, or that one's own group has."""
    ticket = await tickets.load(tx, ticket_id)
    await check(tx, ticket, relations(tx.actor, ticket) & WATCHING)
    await watchers.add(tx, ticket, acting_person(tx), Why.WATCH)
    return ticket


async def unwatch(ticket_id: UUID, tx: Transaction) -> Ticket:
    """She hears no more of it. Who had her own report merged goes by unmerging only."""
    ticket = await tickets.load(tx, ticket_id)
    removed = await watchers.remove(tx, ticket.id, acting_person(tx), {Why.WATCH, Why.ME_TOO, Why.FILER})
    if not removed:
        raise Refused("not_watching", status=409 if await inside(tx, ticket) else 404)
    return ticket
