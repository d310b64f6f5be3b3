"""A person's memberships with the names of what she belongs to."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.transaction import Transaction
from services.members.store.tables import groups


async def named_of(tx: Transaction, person_id: UUID) -> list[dict[str, Any]]:
    memberships, organizations = groups.memberships, groups.organizations
    statement = (
        select(
            memberships.c.id,
            memberships.c.organization_id,
            organizations.c.name,
            memberships.c.tier,
            memberships.c.state,
        )
        .join(organizations, organizations.c.id == memberships.c.organization_id)
        .where(memberships.c.person_id == person_id, memberships.c.state.not_in(["ended", "declined"]))
        .order_by(memberships.c.id)
    )
    return [dict(row._mapping) for row in await tx.execute(statement)]
