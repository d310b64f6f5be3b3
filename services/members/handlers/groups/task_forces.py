"""Commands about task forces: asked for by a ticket, formed by the leader who names the people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.transaction import Transaction
from services.members.domain.groups import task_force as rules
from services.members.domain.groups.organization import Organization
from services.members.domain.groups.task_force import TaskForce
from services.members.events.fact import About
from services.members.events.groups import TaskForceFormed
from services.members.handlers.groups.organizations import editable
from services.members.store.groups import memberships, organizations, task_forces
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
    known = await _known(organization, command.person_ids, tx)
    formed = rules.formed(requested, command.person_ids, known, until=command.until, at=tx.now)
    saved = await task_forces.save(tx, formed)
    about = About.of(await organizations.save(tx, organization), correlation=saved.correlation)
    tx.announce(TaskForceFormed.of(saved), about)
    return saved


async def _known(organization: Organization, person_ids: Sequence[UUID], tx: Transaction) -> set[UUID]:
    """Whom the leader may name: people of the group's community, and whoever belongs to the group."""
    named = await people.load_many(tx, person_ids)
    belonging = {one.person_id for one in await memberships.open_between(tx, organization.id, person_ids)}
    return {
        person.id
        for person in named.values()
        if person.reachable and (person.community_id == organization.community_id or person.id in belonging)
    }
