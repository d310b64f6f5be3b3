"""Commands about task forces: asked for by a ticket, formed by the leader who names the people."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.transaction import Transaction
from services.members.domain.groups import task_force as rules
from services.members.domain.groups.task_force import TaskForce
from services.members.events.fact import About
from services.members.events.groups import TaskForceFormed
from services.members.handlers.groups.organizations import editable
from services.members.store.groups import organizations, task_forces
from services.members.store.people import people
from services.members.views import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTaskForce:
    ticket_id: UUID
    correlation: UUID
    organization_id: UUID
    building_id: UUID | None
    size: int
    purpose_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTaskForce:
    task_force_id: UUID
    expected: int | None
    person_ids: tuple[UUID, ...]
    until: datetime | None


async def request(command: RequestTaskForce, tx: Transaction) -> TaskForce | None:
    """A ticket asks a group for so many people. Asked again, or of a group nobody knows: nothing new."""
    organization = (await organizations.load_many(tx, [command.organization_id])).get(command.organization_id)
    if organization is None or await task_forces.requested(tx, command.ticket_id, organization.id):
        return None
    new = TaskForce(
        id=tx.new_id(),
        organization_id=organization.id,
        community_id=organization.community_id,
        ticket_id=command.ticket_id,
        correlation=command.correlation,
        building_id=command.building_id,
        size=command.size,
        purpose_code=command.purpose_code,
    )
    return await task_forces.save(tx, new)


async def form(command: FormTaskForce, tx: Transaction) -> TaskForce:
    """The leader names the people; they stand on the ticket as soon as tickets has heard of it."""
    seen = await task_forces.load(tx, command.task_force_id)
    organization, _ = await editable(seen.organization_id, tx, permission="task_forces.form")
    requested = await task_forces.load(tx, command.task_force_id, lock=True)
    reach.check_revision(requested.revision, command.expected)
    named = await people.load_many(tx, command.person_ids)
    known = {p.id for p in named.values() if p.reachable and p.community_id == organization.community_id}
    formed = rules.formed(requested, command.person_ids, known, until=command.until, at=tx.now)
    saved = await task_forces.save(tx, formed)
    about = About.of(await organizations.save(tx, organization), correlation=saved.correlation)
    tx.announce(TaskForceFormed.of(saved), about)
    return saved
