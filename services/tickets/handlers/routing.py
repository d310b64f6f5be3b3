"""Assignments: by the rules when a matter becomes clear, or by hand with a reason."""

from dataclasses import dataclass, replace
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import assignment
from services.tickets.domain.permission import Who
from services.tickets.domain.routing import Choice, Group
from services.tickets.domain.state import Move
from services.tickets.domain.ticket import Ticket
from services.tickets.events import TicketConfirmed
from services.tickets.handlers import dispatching, filing, handovers, winding
from services.tickets.handlers.work import Command, acting_person
from services.tickets.store import assignments, copies, places, tickets
from services.tickets.store.reference import load_reference
from services.tickets.views.rights import check_move


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTicket(Command):
    group_id: UUID
    handler_id: UUID | None = None
    reason: str = ""


async def route(confirmed: Ticket, tx: Transaction, event: type[TicketConfirmed]) -> Ticket:
    """Save a matter that has just become clear, and with it the group the rules give it."""
    reference = await load_reference(tx)
    area_id = confirmed.building_id or confirmed.community_id
    named = reference.named_groups
    facts = await places.facts_of(tx, area_id, confirmed.category, numbered=False, named=named) if area_id else None
    choice = dispatching.chosen(confirmed, facts, reference, tx) if facts else None
    moved = await dispatching.dispatched(confirmed, choice, tx) if choice else confirmed
    history = await tickets.history(tx, moved)
    moved = await winding.wound(tx, moved, history)
    assigned = choice if choice is not None and choice.group is not None else None
    rows = [assignments.row(moved, assigned, by=None, at=tx.now)] if assigned else []
    saved = await tickets.save(tx, moved, rows)
    tx.announce(event.of(replace(saved, state=confirmed.state)), saved)
    if assigned:
        tx.announce(filing.assigned_event(saved, assigned.rule_id), saved)
    await winding.wait_for_next(tx, saved, history)
    return await dispatching.helped(saved, assigned, tx) if assigned else saved


async def assign_ticket(command: AssignTicket, tx: Transaction) -> Ticket:
    """By hand: a group that covers the place, or another one with a reason."""
    ticket = await tickets.load(tx, command.ticket_id)
    found = await check_move(tx, ticket, Move.ASSIGN, command.expected)
    group, covers = await _group(command, ticket, tx)
    if not covers and not command.reason.strip():
        raise Refused("reason_needed", status=422, errors=[{"pointer": "/reason", "code": "required"}])
    moved = assignment.assign(
        ticket,
        group_id=group.id,
        group_path=group.path,
        by=acting_person(tx),
        at=tx.now,
        reason="by_hand",
        arbiter=Who.SECRETARY in found,
        named_handler_id=command.handler_id if Who.SECRETARY in found else None,
    )
    if moved.named_handler_id is None:
        moved = await handovers.with_member(moved, tx)
    label = (await load_reference(tx)).label(ticket.category)
    why = f": {command.reason}" if command.reason else ""
    choice = Choice(group, "by_hand", 1, f"人工分派“{label}”给{group.name}{why}", (), {"covers": covers})
    return await save_assigned(moved, choice, tx)


async def save_assigned(moved: Ticket, choice: Choice, tx: Transaction) -> Ticket:
    history = await tickets.history(tx, moved)
    wound = await winding.wound(tx, moved, history)
    saved = await tickets.save(tx, wound, [assignments.row(wound, choice, by=tx.actor.person_id, at=tx.now)])
    await winding.wait_for_next(tx, saved, history)
    tx.announce(filing.assigned_event(saved, choice.rule_id), saved)
    return await handovers.told_if_full(saved, tx)


async def _group(command: AssignTicket, ticket: Ticket, tx: Transaction) -> tuple[Group, bool]:
    row = await copies.group(tx, command.group_id, ticket.area_path, ticket.community_id)
    if row is None or not row.in_community:
        raise Refused("group_unknown", status=422, errors=[{"pointer": "/group_id", "code": "unknown"}])
    if row.state != "active":
        raise Refused("group_not_active")
    return Group(row.id, row.name, tuple(row.path), frozenset(row.mandate), True, None), bool(row.covers)
