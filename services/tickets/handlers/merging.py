"""Merge, take apart, split: what several people report of one matter, and what one person reports of several."""

from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import merging as rules
from services.tickets.domain.link import LinkType
from services.tickets.domain.permission import MOVERS
from services.tickets.domain.state import Move, State, target
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.watching import Why
from services.tickets.events import TicketMerged, TicketSplit, TicketUnmerged
from services.tickets.handlers import clocks, winding
from services.tickets.handlers.filing import FileTicket, file_ticket
from services.tickets.handlers.work import Command, acting_person
from services.tickets.store import attachments, call_tasks, links, tickets, watchers
from services.tickets.views.rights import check, check_move, relations

TIMERS_OF_A_TICKET = (winding.TIMER, clocks.RESUME_TIMER, clocks.UNDECIDED_TIMER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTicket(Command):
    into_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitTicket(Command):
    description: str
    title: str = ""
    category: str | None = None
    building_id: UUID | None = None
    attachments: tuple[UUID, ...] = ()


async def merge_ticket(command: MergeTicket, tx: Transaction) -> Ticket:
    """The target goes on for both; the source's clocks and questions end."""
    await _lock(tx, command.ticket_id, command.into_id)
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.MERGE, command.expected)
    into = await tickets.find(tx, command.into_id)
    if into is None or into.community_id != ticket.community_id:
        raise Refused("ticket_unknown", status=404)
    await check(tx, into, relations(tx.actor, into) & MOVERS[Move.MERGE])
    return await merge(ticket, into, tx)


async def merge(ticket: Ticket, into: Ticket, tx: Transaction) -> Ticket:
    onward = await links.onward(tx, into.id, LinkType.DUPLICATE_OF)
    merged = rules.merge(ticket, into, onward, by=acting_person(tx), at=tx.now)
    saved = await tickets.save(tx, merged)
    await links.add(tx, ticket.id, into.id, LinkType.DUPLICATE_OF)
    await watchers.copy(tx, saved, into)
    if saved.reporter_id is not None:
        await join(saved.reporter_id, into, tx)
    for timer in TIMERS_OF_A_TICKET:
        await tx.cancel_timer(timer, str(saved.id))
    await call_tasks.cancel(tx, saved.id)
    tx.announce(TicketMerged.of(saved, other_id=into.id), saved)
    return saved


async def join(reporter_id: UUID, into: Ticket, tx: Transaction) -> None:
    """She is asked about the case into which hers was merged, once per round like its own reporter."""
    if reporter_id != into.reporter_id:
        await watchers.add(tx, into, reporter_id, Why.MERGED_REPORTER)


async def landed(ticket: Ticket, tx: Transaction) -> Ticket:
    """Where what is said of a merged ticket belongs: the case that goes on."""
    while ticket.state is State.MERGED and ticket.merged_into is not None:
        ticket = await tickets.load(tx, ticket.merged_into)
    return ticket


async def unmerge_ticket(command: Command, tx: Transaction) -> Ticket:
    """It stands for itself again, and its reporter is asked about her own case only."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.UNMERGE, command.expected)
    into_id = ticket.merged_into
    unmerged = rules.unmerge(ticket, by=acting_person(tx), at=tx.now)
    assert into_id is not None
    history = await tickets.history(tx, unmerged)
    saved = await tickets.save(tx, await winding.wound(tx, unmerged, history))
    await winding.wait_for_next(tx, saved, history)
    await links.remove(tx, saved.id, into_id, LinkType.DUPLICATE_OF)
    if saved.reporter_id is not None and not await watchers.others_merged(tx, saved, into_id):
        await watchers.remove(tx, into_id, saved.reporter_id, {Why.MERGED_REPORTER})
    tx.announce(TicketUnmerged.of(saved, other_id=into_id), saved)
    return saved


async def split_ticket(command: SplitTicket, tx: Transaction) -> Ticket:
    """The second matter becomes a ticket of its own, of the same reporter; the first goes on as it was."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.SPLIT, command.expected)
    target(ticket.state, Move.SPLIT, ticket.barred)
    filed = await file_ticket(
        FileTicket(
            kind=ticket.kind,
            description=command.description,
            title=command.title,
            category=command.category or ticket.category,
            building_id=command.building_id or ticket.building_id,
            community_id=ticket.community_id,
            reporter_id=ticket.reporter_id,
            hidden=ticket.hidden,
            about_group_id=ticket.about_group_id,
            channel=ticket.channel,
            correlation=ticket.correlation,
            links=((LinkType.SPLIT_FROM, ticket.id),),
        ),
        tx,
    )
    await attachments.copy(tx, command.attachments, ticket.id, filed.ticket)
    saved = await tickets.save(tx, rules.split(ticket, filed.ticket.id, by=acting_person(tx), at=tx.now))
    tx.announce(TicketSplit.of(saved, other_id=filed.ticket.id), saved)
    return saved


async def _lock(tx: Transaction, *ids: UUID) -> None:
    """In the order of their ids, so that two merges never wait for each other."""
    for id_ in sorted(ids):
        await tickets.find(tx, id_)
