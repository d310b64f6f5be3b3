"""People for one case: the leader asks for so many, members tells who they are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.permission import STAFF, Who
from services.tickets.domain.state import WORK
from services.tickets.domain.ticket import Ticket
from services.tickets.events import HelpRequested, TaskForceRequested
from services.tickets.handlers.work import Command
from services.tickets.store import task_forces, tickets
from services.tickets.views.rights import check, relations


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTaskForce(Command):
    size: int
    purpose_code: str
    building_id: UUID | None = None


async def request_task_force(command: RequestTaskForce, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, command.ticket_id)
    await check(tx, ticket, relations(tx.actor, ticket) & {Who.LEADER}, command.expected)
    if ticket.state not in WORK:
        raise Refused(f"cannot_request_task_force_when_{ticket.state}")
    saved = await tickets.save(tx, ticket)
    await task_forces.request(tx, saved.id, command.size, command.purpose_code)
    building_id = command.building_id or saved.building_id
    event = TaskForceRequested.of(saved, building_id=building_id, size=command.size, purpose_code=command.purpose_code)
    tx.announce(event, saved)
    return saved


async def formed(
    ticket_id: UUID, organization_id: UUID, person_ids: list[UUID], until: datetime | None, tx: Transaction
) -> None:
    """They stand on the ticket. One we do not know leads to nothing."""
    if await tickets.find(tx, ticket_id) is not None:
        await task_forces.form(tx, ticket_id, organization_id, person_ids, until)


async def request_help(command: Command, tx: Transaction) -> Ticket:
    """The fund is asked to help; what it decides is its own matter."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check(tx, ticket, relations(tx.actor, ticket) & STAFF, command.expected)
    if ticket.reporter_id is None:
        raise Refused("nobody_to_help")
    saved = await tickets.save(tx, ticket)
    tx.announce(HelpRequested.of(saved), saved)
    return saved
