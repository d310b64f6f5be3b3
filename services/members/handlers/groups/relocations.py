"""A place or an organisation moves, and with it everything that stands on its path."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.transaction import Transaction
from services.members.domain.groups import organization as rules
from services.members.domain.groups.membership import check_leader
from services.members.domain.groups.organization import Organization
from services.members.domain.places.area import Area
from services.members.handlers.groups.coverage import announce_anew
from services.members.handlers.groups.organizations import editable, save
from services.members.handlers.identity.grants import move_scopes
from services.members.handlers.places.areas import MoveArea, move_area
from services.members.store.groups import coverage, memberships, organizations, posts
from services.members.store.places import areas
from services.members.views import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOrganization:
    """Under another organisation, or to another area; what is None stays."""

    organization_id: UUID
    expected: int | None
    parent_id: UUID | None
    area_id: UUID | None


async def move_place(command: MoveArea, tx: Transaction) -> Area:
    """The place, what lies in it, its coverage and the grants on it are announced with their new paths."""
    moved = await move_area(command, tx)
    by_id = {area.id: area for area in moved}
    for organization in await organizations.in_areas(tx, list(by_id)):
        area = by_id[organization.area_id]
        await save(replace(organization, community_id=area.community_id or area.id), tx)
        await _check_leader(organization, area, tx)
    await _announce_coverage(list(by_id), tx)
    await move_scopes({area.id: area.path for area in moved}, tx)
    return moved[0]


async def move_organization(command: MoveOrganization, tx: Transaction) -> Organization:
    """The organisation and its parts."""
    organization, area = await editable(command.organization_id, tx, expected=command.expected)
    if command.area_id:
        area = await areas.load(tx, command.area_id)
        reach.require(tx.actor, "organizations.edit", area_path=area.path)
    parent_id = command.parent_id or organization.parent_id
    parent = await organizations.load(tx, parent_id) if parent_id else None
    placed = rules.placed(replace(organization, area_id=area.id, community_id=area.community_id or area.id), parent)
    inside = await organizations.below(tx, organization.id)
    moved = {organization.id: await save(placed, tx)}
    for part in inside:
        assert part.parent_id is not None
        moved[part.id] = await save(rules.placed(part, moved[part.parent_id]), tx)
    await _check_leader(organization, area, tx)
    await move_scopes({one.id: one.path for one in moved.values()}, tx)
    return moved[organization.id]


async def _check_leader(group: Organization, area: Area, tx: Transaction) -> None:
    """Whoever leads it must still be an executive of a body that covers it."""
    leader = await memberships.leader_of(tx, group.id)
    if leader:
        check_leader(group, leader.during, await posts.executive_periods(tx, leader.person_id, area.path))


async def _announce_coverage(area_ids: Sequence[UUID], tx: Transaction) -> None:
    kept = await coverage.at_areas(tx, area_ids)
    for organization in (await organizations.load_many(tx, {one.organization_id for one in kept})).values():
        await announce_anew(organization, [one for one in kept if one.organization_id == organization.id], tx)
