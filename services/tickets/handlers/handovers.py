"""Who does it: another member of the group, another group, or the one the system finds with the least to do."""

from dataclasses import dataclass, replace
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import assignment, workload
from services.tickets.domain.routing import Choice, Group
from services.tickets.domain.state import Move
from services.tickets.domain.ticket import Step, Ticket
from services.tickets.domain.workload import GroupSettings, Load
from services.tickets.events import TicketEscalated, TicketHandedOver, TicketTransferred
from services.tickets.handlers.clocks import saved_anew
from services.tickets.handlers.work import Command, acting_person
from services.tickets.store import assignments, copies, notes, tickets, workloads
from services.tickets.views.rights import check_move


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Command):
    handler_id: UUID
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Command):
    group_id: UUID
    reason: str


async def hand_over(command: HandOver, tx: Transaction) -> Ticket:
    """Within the group, to somebody who is there and has room for it."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.HAND_OVER, command.expected)
    if not command.note.strip():
        raise Refused("note_needed", status=422, errors=[{"pointer": "/note", "code": "required"}])
    if ticket.group_id is None:
        raise Refused("no_group_yet")
    await workloads.lock(tx, ticket.group_id)
    load = await workloads.load_of(tx, ticket.group_id, command.handler_id)
    if load is None:
        raise Refused("handler_not_in_group", status=422, errors=[{"pointer": "/handler_id", "code": "unknown"}])
    workload.check_handler(ticket, command.handler_id, await tickets.history(tx, ticket), on_leave=load.on_leave)
    cap = (await workloads.settings_of(tx, ticket.group_id)).cap
    handed = workload.hand_over(
        ticket, handler_id=command.handler_id, load=load, cap=cap, by=acting_person(tx), at=tx.now
    )
    saved = await tickets.save(tx, handed)
    await notes.add(tx, saved, kind="hand_over", text=command.note, audience="internal")
    tx.announce(TicketHandedOver.of(saved), saved)
    return saved


async def transfer(command: Transfer, tx: Transaction) -> Ticket:
    """To another group, by the secretary, with her reason; no clock is stopped or begun anew by it."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.TRANSFER, command.expected)
    if not command.reason.strip():
        raise Refused("reason_needed", status=422, errors=[{"pointer": "/reason", "code": "required"}])
    row = await copies.group(tx, command.group_id, ticket.area_path, ticket.community_id)
    if row is None or not row.in_community:
        raise Refused("group_unknown", status=422, errors=[{"pointer": "/group_id", "code": "unknown"}])
    if row.state != "active":
        raise Refused("group_not_active")
    by = acting_person(tx)
    moved = assignment.transfer(ticket, group_id=row.id, group_path=tuple(row.path), by=by, at=tx.now)
    group = Group(row.id, row.name, tuple(row.path), frozenset(row.mandate), True, None)
    choice = Choice(group, "transfer", 1, f"社区书记转派给{row.name}", (), {"covers": bool(row.covers)})
    history = await tickets.history(tx, moved)
    saved = await saved_anew(moved, history, tx, [assignments.row(moved, choice, by=by, at=tx.now)])
    await notes.add(tx, saved, kind="transfer", text=command.reason, audience="internal")
    tx.announce(
        TicketTransferred.of(
            saved, rule_id="transfer", first_group_id=saved.first_group_id, accept_due_at=saved.dues.accept
        ),
        saved,
    )
    return await told_if_full(saved, tx)


async def fairest(ticket: Ticket, history: list[Step], tx: Transaction) -> tuple[list[Load], GroupSettings]:
    """Those of the group who could take it, the fairest choice first. Locks the group's row."""
    if ticket.group_id is None:
        return [], GroupSettings()
    await workloads.lock(tx, ticket.group_id)
    settings = await workloads.settings_of(tx, ticket.group_id)
    loads = await workloads.loads_of(tx, ticket.group_id)
    return workload.able(loads, settings.cap, workload.barred(ticket, history)), settings


async def with_member(ticket: Ticket, tx: Transaction) -> Ticket:
    """Where the group says so, the member with the least to do is named with the assignment itself; when all are full
    it stays with the leader, marked."""
    if ticket.group_id is None or not (await workloads.settings_of(tx, ticket.group_id)).chooses_at_once:
        return ticket
    able, _ = await fairest(ticket, await tickets.history(tx, ticket), tx)
    if not able:
        return replace(ticket, overloaded=True)
    named = able[0].person_id
    *before, last = ticket.steps
    known = replace(last, details={**last.details, "handler_id": str(named)})
    return replace(ticket, named_handler_id=named, steps=(*before, known))


async def told_if_full(ticket: Ticket, tx: Transaction) -> Ticket:
    """The overload is told to the secretary; the ticket is never dropped."""
    if ticket.overloaded:
        cap = (await workloads.settings_of(tx, ticket.group_id)).cap
        due_at = ticket.dues.accept or tx.now
        tx.announce(
            TicketEscalated.of(
                ticket, clock="workload", threshold=cap, due_at=due_at, level=3, recipient_role="secretary"
            ),
            ticket,
        )
    return ticket
