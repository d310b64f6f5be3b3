"""How tickets hang together."""

from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import link as rules
from services.tickets.domain.link import LinkType
from services.tickets.domain.state import Move
from services.tickets.domain.ticket import Ticket
from services.tickets.events import TicketLinked, TicketUnlinked
from services.tickets.handlers.work import Command, acting_person
from services.tickets.store import links, tickets
from services.tickets.views.rights import check_move


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTickets(Command):
    to_id: UUID
    type: LinkType


async def link_tickets(command: LinkTickets, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.LINK, command.expected)
    other = await tickets.find(tx, command.to_id)
    if other is None or other.community_id != ticket.community_id:
        raise Refused("ticket_unknown", status=404)
    onward = await links.onward(tx, other.id, command.type) if command.type in rules.ACYCLIC else []
    rules.check(ticket.id, other.id, command.type, onward)
    saved = await tickets.save(tx, _moved(ticket, Move.LINK, command, tx))
    if not await links.add(tx, ticket.id, other.id, command.type):
        raise Refused("linked_already")
    tx.announce(TicketLinked.of(saved, other_id=other.id, link_type=command.type), saved)
    return saved


async def unlink_tickets(command: LinkTickets, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.UNLINK, command.expected)
    if not await links.remove(tx, ticket.id, command.to_id, command.type):
        raise Refused("not_linked")
    saved = await tickets.save(tx, _moved(ticket, Move.UNLINK, command, tx))
    tx.announce(TicketUnlinked.of(saved, other_id=command.to_id, link_type=command.type), saved)
    return saved


def _moved(ticket: Ticket, move: Move, command: LinkTickets, tx: Transaction) -> Ticket:
    details = {"to_id": str(command.to_id), "type": command.type.value}
    return ticket.moved(move, at=tx.now, by=acting_person(tx), reason=command.type.value, details=details)
