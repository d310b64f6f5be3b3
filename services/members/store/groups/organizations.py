"""Rows of organisations."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from chassis.transaction import Transaction
from services.members.domain.groups.organization import Classification, JoinMode, Organization, OrganizationState
from services.members.store import rows
from services.members.store.groups.tables import organizations


async def load(tx: Transaction, organization_id: UUID, *, lock: bool = False) -> Organization:
    statement = select(organizations).where(organizations.c.id == organization_id)
    found = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if found is None:
        raise rows.not_found()
    return organization_of(found)


async def load_many(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, Organization]:
    if not ids:
        return {}
    found = await tx.execute(select(organizations).where(organizations.c.id.in_(ids)))
    return {row.id: organization_of(row) for row in found}


async def below(tx: Transaction, organization_id: UUID) -> list[Organization]:
    """All parts of an organisation, each after the one it is part of."""
    inside = organizations.c.path.contains([organization_id]) & (organizations.c.id != organization_id)
    order = (func.cardinality(organizations.c.path), organizations.c.id)
    found = await tx.execute(select(organizations).where(inside).order_by(*order).with_for_update())
    return [organization_of(row) for row in found]


async def in_areas(tx: Transaction, area_ids: Collection[UUID]) -> list[Organization]:
    """Organisations at these areas."""
    statement = select(organizations).where(organizations.c.area_id.in_(area_ids)).order_by(organizations.c.id)
    return [organization_of(row) for row in await tx.execute(statement.with_for_update())]


async def save(tx: Transaction, organization: Organization) -> Organization:
    """Also when only something that belongs to it has changed: facts about an organisation have one order."""
    revision = await rows.write(tx, organizations, _values(organization), organization.revision)
    return replace(organization, revision=revision)


def organization_of(row: Any) -> Organization:
    return Organization(
        id=row.id,
        classification=Classification(row.classification),
        name=row.name,
        parent_id=row.parent_id,
        path=tuple(row.path),
        area_id=row.area_id,
        community_id=row.community_id,
        host_id=row.host_id,
        mandate=tuple(row.mandate),
        join_mode=JoinMode(row.join_mode),
        state=OrganizationState(row.state),
        revision=row.revision,
    )


def _values(organization: Organization) -> dict[str, Any]:
    return {
        "id": organization.id,
        "classification": organization.classification,
        "name": organization.name,
        "parent_id": organization.parent_id,
        "path": list(organization.path),
        "area_id": organization.area_id,
        "community_id": organization.community_id,
        "host_id": organization.host_id,
        "mandate": list(organization.mandate),
        "join_mode": organization.join_mode,
        "state": organization.state,
    }
