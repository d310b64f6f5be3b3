"""Another group helps: it gets a case of its own below this one, and may have to be done first."""

from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import assignment
from services.tickets.domain import cohandling as rules
from services.tickets.domain import ticket as ticket_rules
from services.tickets.domain.link import LinkType
from services.tickets.domain.number import ticket_number
from services.tickets.domain.routing import Choice, Group
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Ticket
from services.tickets.events import CohandlerAdded, TicketAssigned, TicketFiled
from services.tickets.handlers import winding
from services.tickets.handlers.work import Command, acting_person
from services.tickets.store import assignments, cohandling, copies, links, places, tickets
from services.tickets.store.reference import load_reference
from services.tickets.views.rights import check_move

CHANNEL = "cohandling"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCohandler(Command):
    group_id: UUID
    required: bool = False
    what: str = ""


@dataclass(frozen=True, slots=True)
class Helping:
    """The case that asked for help, and the one of the group that gives it."""

    ticket: Ticket
    child_id: UUID


async def add_cohandler(command: AddCohandler, tx: Transaction) -> Helping:
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.ADD_COHANDLER, command.expected)
    return await help_with(
        ticket, command.group_id, required=command.required, what=command.what, by=acting_person(tx), tx=tx
    )


async def help_with(
    ticket: Ticket, group_id: UUID, *, required: bool, what: str, by: UUID | None, tx: Transaction
) -> Helping:
    """One helping group, by hand or by a rule."""
    helping = {row.group_id for row in await cohandling.of_ticket(tx, ticket.id)}
    rules.check(ticket, group_id, helping)
    row = await copies.group(tx, group_id, ticket.area_path, ticket.community_id)
    if row is None or not row.in_community:
        raise Refused("group_unknown", status=422, errors=[{"pointer": "/group_id", "code": "unknown"}])
    group = Group(row.id, row.name, tuple(row.path), frozenset(row.mandate), row.state == "active", None)
    if not group.active:
        raise Refused("group_not_active")
    child = await _child(ticket, group, what, by, tx)
    details = {"child_id": str(child.id), "group_id": str(group_id), "required": required}
    saved = await tickets.save(tx, ticket.moved(Move.ADD_COHANDLER, at=tx.now, by=by, details=details))
    await cohandling.add(tx, saved.id, child.id, group_id, required)
    await links.add(tx, child.id, saved.id, LinkType.CHILD_OF)
    tx.announce(CohandlerAdded.of(saved, child_id=child.id, required=required), saved)
    return Helping(saved, child.id)


async def _child(parent: Ticket, group: Group, what: str, by: UUID | None, tx: Transaction) -> Ticket:
    child = ticket_rules.filed(await _fresh(parent, what, tx), by=by)
    child = assignment.assign(
        child, group_id=group.id, group_path=group.path, by=by, at=tx.now, reason=CHANNEL, arbiter=False
    )
    history = list(child.steps)
    child = await winding.wound(tx, child, history)
    choice = Choice(group, CHANNEL, 1, f"协办{parent.number}")
    saved = await tickets.add(tx, child, [assignments.row(child, choice, by=by, at=tx.now)])
    await winding.wait_for_next(tx, saved, history)
    tx.announce(TicketFiled.of(saved), saved)
    tx.announce(
        TicketAssigned.of(saved, rule_id=CHANNEL, first_group_id=group.id, accept_due_at=saved.dues.accept), saved
    )
    return saved


async def _fresh(parent: Ticket, what: str, tx: Transaction) -> Ticket:
    """The same matter and place, without the one who reported it."""
    area_id = parent.building_id or parent.community_id
    facts = await places.facts_of(tx, area_id, parent.category) if area_id else None
    if facts is None:
        raise Refused("place_unknown", missing=["place"])
    calendar = (await load_reference(tx)).calendar
    id_ = tx.new_id()
    number = ticket_number(
        filed_on=calendar.local_day(tx.now), community_code=facts.community_code, serial=facts.serial
    )
    child = Ticket(
        id=id_,
        number=number,
        community_id=parent.community_id,
        area_path=parent.area_path,
        kind=parent.kind,
        category=parent.category,
        class_code=parent.class_code,
        origin=parent.origin,
        channel=CHANNEL,
        filed_at=tx.now,
        correlation=parent.correlation,
        state=State.RECEIVED,
        title=parent.title,
        description=what or parent.description,
        building_id=parent.building_id,
        round_started_at=tx.now,
    )
    return rules.below(child, parent)
