"""Rows of memberships."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.transaction import Transaction
from services.members.domain.groups.membership import Membership, MembershipState, Tier
from services.members.store import rows
from services.members.store.groups.tables import memberships

_OVER = (MembershipState.ENDED, MembershipState.DECLINED)


async def load(tx: Transaction, membership_id: UUID, *, lock: bool = False) -> Membership:
    statement = select(memberships).where(memberships.c.id == membership_id)
    found = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if found is None:
        raise rows.not_found()
    return membership_of(found)


async def standing(tx: Transaction, organization_id: UUID, tier: Tier) -> list[Membership]:
    """The active memberships of one tier, the first first."""
    chosen = select(memberships).where(
        memberships.c.organization_id == organization_id,
        memberships.c.tier == tier,
        memberships.c.state == MembershipState.ACTIVE,
    )
    return [membership_of(row) for row in await tx.execute(chosen.order_by(memberships.c.id))]


async def leader_of(tx: Transaction, organization_id: UUID) -> Membership | None:
    return next(iter(await standing(tx, organization_id, Tier.LEADER)), None)


async def deputy_of(tx: Transaction, organization_id: UUID) -> Membership | None:
    return next(iter(await standing(tx, organization_id, Tier.DEPUTY)), None)


async def open_between(tx: Transaction, organization_id: UUID, person_ids: Collection[UUID]) -> list[Membership]:
    """What these people have with the organisation that is not over."""
    chosen = select(memberships).where(
        memberships.c.organization_id == organization_id,
        memberships.c.person_id.in_(person_ids),
        memberships.c.state.not_in(_OVER),
    )
    return [membership_of(row) for row in await tx.execute(chosen.order_by(memberships.c.id).with_for_update())]


async def of_person(tx: Transaction, person_id: UUID) -> list[Membership]:
    """All of a person's memberships that are not over."""
    mine = (memberships.c.person_id == person_id) & memberships.c.state.not_in(_OVER)
    return [membership_of(row) for row in await tx.execute(select(memberships).where(mine).order_by(memberships.c.id))]


async def led_by(tx: Transaction, person_id: UUID) -> list[Membership]:
    return [one for one in await of_person(tx, person_id) if one.tier is Tier.LEADER]


async def save(tx: Transaction, membership: Membership) -> Membership:
    revision = await rows.write(tx, memberships, _values(membership), membership.revision)
    return replace(membership, revision=revision)


async def add(tx: Transaction, new: list[Membership]) -> list[Membership]:
    await rows.put(tx, memberships, [_values(membership) | {"revision": 1} for membership in new])
    return [replace(membership, revision=1) for membership in new]


def membership_of(row: Any) -> Membership:
    return Membership(
        id=row.id,
        community_id=row.community_id,
        person_id=row.person_id,
        organization_id=row.organization_id,
        tier=Tier(row.tier),
        state=MembershipState(row.state),
        during=rows.as_period(row.during),
        proposed_by=row.proposed_by,
        reason=row.reason,
        revision=row.revision,
    )


def _values(membership: Membership) -> dict[str, Any]:
    return {
        "id": membership.id,
        "community_id": membership.community_id,
        "person_id": membership.person_id,
        "organization_id": membership.organization_id,
        "tier": membership.tier,
        "state": membership.state,
        "during": rows.as_range(membership.during),
        "proposed_by": membership.proposed_by,
        "reason": membership.reason,
    }
