"""Organisations and who belongs to them, as a reader may see them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from chassis.edge import Page
from chassis.transaction import Transaction
from services.members.domain.groups.coverage import Coverage
from services.members.domain.groups.membership import Membership, MembershipState, Tier
from services.members.domain.groups.organization import Classification, Organization
from services.members.domain.groups.task_force import TaskForce, TaskForceState
from services.members.store.groups.coverage import coverage_of
from services.members.store.groups.memberships import membership_of
from services.members.store.groups.organizations import organization_of
from services.members.store.groups.tables import coverage, memberships, organizations, task_forces
from services.members.store.groups.task_forces import task_force_of
from services.members.store.places.tables import areas
from services.members.views.reach import touching

_LEADING = (Tier.LEADER, Tier.DEPUTY)


async def list_organizations(
    tx: Transaction,
    page: Page,
    *,
    area_id: UUID | None,
    under: UUID | None,
    classification: Classification | None,
    parent_id: UUID | None,
    name: str | None,
) -> list[Organization]:
    """Organisations at an area, or anywhere inside one."""
    statement = select(organizations).order_by(organizations.c.id).limit(page.limit + 1)
    if area_id:
        statement = statement.where(organizations.c.area_id == area_id)
    if under:
        inside = select(areas.c.id).where(areas.c.path.contains([under]))
        statement = statement.where(organizations.c.area_id.in_(inside))
    if classification:
        statement = statement.where(organizations.c.classification == classification)
    if parent_id:
        statement = statement.where(organizations.c.parent_id == parent_id)
    if name:
        statement = statement.where(organizations.c.name.contains(name, autoescape=True))
    if page.after:
        statement = statement.where(organizations.c.id > UUID(page.after[0]))
    return [organization_of(row) for row in await tx.execute(statement)]


async def heads_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Membership]]:
    """Who leads each, and who stands in for her."""
    statement = select(memberships).where(
        memberships.c.organization_id.in_(ids),
        memberships.c.tier.in_(_LEADING),
        memberships.c.state == MembershipState.ACTIVE,
    )
    heads: dict[UUID, list[Membership]] = {id: [] for id in ids}
    for row in await tx.execute(statement.order_by(memberships.c.id)):
        heads[row.organization_id].append(membership_of(row))
    return heads


async def sizes_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many people belong to each."""
    statement = (
        select(memberships.c.organization_id, func.count(func.distinct(memberships.c.person_id)).label("people"))
        .where(memberships.c.organization_id.in_(ids), memberships.c.state == MembershipState.ACTIVE)
        .group_by(memberships.c.organization_id)
    )
    return {row.organization_id: row.people for row in await tx.execute(statement)}


async def list_memberships(
    tx: Transaction, page: Page, organization_id: UUID, *, tier: Tier | None, state: MembershipState | None
) -> list[Membership]:
    statement = select(memberships).where(memberships.c.organization_id == organization_id)
    if tier:
        statement = statement.where(memberships.c.tier == tier)
    if state:
        statement = statement.where(memberships.c.state == state)
    if page.after:
        statement = statement.where(memberships.c.id > UUID(page.after[0]))
    return [membership_of(row) for row in await tx.execute(statement.order_by(memberships.c.id).limit(page.limit + 1))]


async def names_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    statement = select(organizations.c.id, organizations.c.name).where(organizations.c.id.in_(ids))
    return {row.id: row.name for row in await tx.execute(statement)}


async def coverage_at(tx: Transaction, path: Sequence[UUID]) -> list[Coverage]:
    """Which organisations answer for a place now, from any area it lies in."""
    statement = select(coverage).where(coverage.c.area_id.in_(path), coverage.c.during.contains(tx.now))
    return [coverage_of(row) for row in await tx.execute(statement.order_by(coverage.c.id))]


async def list_task_forces(
    tx: Transaction, page: Page, *, organization_id: UUID | None, ticket_id: UUID | None, state: TaskForceState | None
) -> list[TaskForce]:
    """Task forces of the groups within the reader's reach."""
    scopes = tx.actor.scopes("task_forces.form")
    joined = task_forces.join(organizations, organizations.c.id == task_forces.c.organization_id).join(
        areas, areas.c.id == organizations.c.area_id
    )
    seen = touching(organizations.c.path, scopes.organizations) | touching(areas.c.path, scopes.areas)
    statement = select(task_forces).select_from(joined).where(seen).order_by(task_forces.c.id).limit(page.limit + 1)
    if organization_id:
        statement = statement.where(task_forces.c.organization_id == organization_id)
    if ticket_id:
        statement = statement.where(task_forces.c.ticket_id == ticket_id)
    if state:
        statement = statement.where(task_forces.c.state == state)
    if page.after:
        statement = statement.where(task_forces.c.id > UUID(page.after[0]))
    return [task_force_of(row) for row in await tx.execute(statement)]


def head(heads: Sequence[Membership], tier: Tier) -> Membership | None:
    return next((one for one in heads if one.tier is tier), None)


def as_coverage(one: Coverage) -> dict[str, Any]:
    return {
        "coverage_id": one.id,
        "organization_id": one.organization_id,
        "area_id": one.area_id,
        "category": one.category,
        "rank": one.rank,
        "from": one.during.start,
        "until": one.during.end,
    }
