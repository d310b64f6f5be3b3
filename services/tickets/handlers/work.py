"""The group's work: accept, return, contact, start, resolve; and what happens when a group or a member goes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import assignment, contact, workload
from services.tickets.domain import follow_up as asking
from services.tickets.domain import ticket as rules
from services.tickets.domain.category_tree import check_done
from services.tickets.domain.permission import Who
from services.tickets.domain.profile import Origin
from services.tickets.domain.state import MOVES, Move, target
from services.tickets.domain.ticket import Ticket
from services.tickets.events import (
    TicketAccepted,
    TicketContacted,
    TicketResolved,
    TicketReturned,
    TicketStarted,
)
from services.tickets.handlers import telling, winding
from services.tickets.store import attachments, cohandling, copies, notes, tickets, worklists, workloads
from services.tickets.store.reference import load_reference
from services.tickets.views.rights import check_move

ASK_TIMER = "follow_up_ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A move asked for over HTTP, on the revision its sender saw."""

    ticket_id: UUID
    expected: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptTicket(Command):
    handler_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTicket(Command):
    reason: str
    suggested_group_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContact(Command):
    result: str
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveTicket(Command):
    result: str
    checklist: tuple[str, ...] = ()


async def accept_ticket(command: AcceptTicket, tx: Transaction) -> Ticket:
    """The group's leader takes the case; the resident hears who is coming."""
    ticket = await tickets.load(tx, command.ticket_id)
    found = await check_move(tx, ticket, Move.ACCEPT, command.expected)
    by = acting_person(tx)
    handler_id = command.handler_id or ticket.named_handler_id or by
    if Who.LEADER not in found:
        await _check_own(ticket, handler_id, by, tx)
    if handler_id != by and not await copies.is_member(tx, ticket.group_id, handler_id):
        if await workloads.is_on_leave(tx, ticket.group_id, handler_id):
            raise Refused("on_leave")
        raise Refused("handler_not_in_group", status=422, errors=[{"pointer": "/handler_id", "code": "unknown"}])
    return await accept(ticket, handler_id=handler_id, by=by, tx=tx)


async def _check_own(ticket: Ticket, handler_id: UUID, by: UUID, tx: Transaction) -> None:
    """A member takes only what is hers: where her group allows it, or when she has been named."""
    allowed = by == ticket.named_handler_id or (await workloads.settings_of(tx, ticket.group_id)).members_accept
    if handler_id != by or not allowed:
        raise Refused("not_permitted", status=403)


async def accept(ticket: Ticket, *, handler_id: UUID, by: UUID, tx: Transaction) -> Ticket:
    target(ticket.state, Move.ACCEPT, ticket.barred)
    history = await tickets.history(tx, ticket) if ticket.round > 1 else []
    on_leave = await workloads.is_on_leave(tx, ticket.group_id, handler_id)
    workload.check_handler(ticket, handler_id, history, on_leave=on_leave)
    accepted = rules.accept(ticket, handler_id=handler_id, by=by, at=tx.now)
    saved = await tickets.save(tx, accepted)
    tx.announce(TicketAccepted.of(saved), saved)
    return saved


async def return_ticket(command: ReturnTicket, tx: Transaction) -> Ticket:
    """The leader gives it back with a reason; it is on the desk again and the clock goes on."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.RETURN, command.expected)
    return await give_back(
        ticket, reason=command.reason, suggested_group_id=command.suggested_group_id, by=acting_person(tx), tx=tx
    )


async def give_back(
    ticket: Ticket, *, reason: str, suggested_group_id: UUID | None, by: UUID, tx: Transaction
) -> Ticket:
    returned = assignment.give_back(ticket, reason=reason, suggested_group_id=suggested_group_id, by=by, at=tx.now)
    saved = await tickets.save(tx, returned)
    tx.announce(TicketReturned.of(saved, reason=reason, suggested_group_id=suggested_group_id), saved)
    await winding.wait_for_next(tx, saved)
    return saved


async def record_contact(command: RecordContact, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.RECORD_CONTACT, command.expected)
    contacted = contact.record_contact(
        ticket, result=command.result, contact_at=command.at or tx.now, by=acting_person(tx), at=tx.now
    )
    saved = await tickets.save(tx, contacted)
    await notes.add(tx, saved, kind="contact", text=command.note, audience="internal", result=command.result)
    tx.announce(TicketContacted.of(saved, contact_result=command.result), saved)
    return saved


async def start_work(command: Command, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.START, command.expected)
    saved = await tickets.save(tx, rules.start(ticket, by=acting_person(tx), at=tx.now))
    tx.announce(TicketStarted.of(saved, resolve_due_at=saved.dues.resolve), saved)
    return saved


async def resolve_ticket(command: ResolveTicket, tx: Transaction) -> Ticket:
    """The handler says that it is done; an hour later the resident is asked."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.RESOLVE, command.expected)
    resolved = rules.resolve(ticket, result=command.result, by=acting_person(tx), at=tx.now)
    await _check_done(ticket, frozenset(command.checklist), tx)
    unfinished = await cohandling.unfinished(tx, ticket.id)
    if unfinished:
        raise Refused("child_open", missing=unfinished)
    saved = await tickets.save(tx, resolved)
    tx.announce(TicketResolved.of(saved, resolution="done"), saved)
    if saved.origin is not Origin.PATROL and await telling.asked(saved, tx):
        calendar = (await load_reference(tx)).calendar
        await tx.set_timer(ASK_TIMER, str(saved.id), asking.ask_at(calendar, tx.now), {"round": saved.round})
    return saved


async def _check_done(ticket: Ticket, done: frozenset[str], tx: Transaction) -> None:
    """What its category asks for before it is called done, as that stood when the matter was brought."""
    category = (await load_reference(tx)).category(ticket.category, ticket.community_id, ticket.filed_at)
    if category is not None and (category.checklist or category.photo_required):
        check_done(category, done, await attachments.of_staff(tx, ticket))


async def return_to_desk(group_id: UUID, tx: Transaction) -> None:
    """A group is closed: what it holds goes back to the operators."""
    for ticket_id in await worklists.held_by_group(tx, group_id):
        ticket = await tickets.load(tx, ticket_id)
        if Move.RETURN in MOVES[ticket.state]:
            back = ticket.moved(Move.RETURN, at=tx.now, by=None, reason="group_closed", handler_id=None, binding=False)
            saved = await tickets.save(tx, back)
            tx.announce(TicketReturned.of(saved, reason="group_closed", suggested_group_id=None), saved)
            await winding.wait_for_next(tx, saved)


async def return_to_leader(group_id: UUID, person_id: UUID, tx: Transaction) -> None:
    """A member has left: what she held lies on her leader's desk at once."""
    await worklists.release_handler(tx, group_id, person_id)


def acting_person(tx: Transaction) -> UUID:
    if tx.actor.person_id is None:
        raise Refused("not_permitted", status=403)
    return tx.actor.person_id
