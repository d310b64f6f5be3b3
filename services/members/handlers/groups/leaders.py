"""Commands about who leads: exactly one, and in a women's group an executive."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.groups.membership import Membership, MembershipState, Tier, check_leader
from services.members.domain.groups.organization import Organization
from services.members.domain.period import Period, period
from services.members.domain.places.area import Area
from services.members.handlers.groups.memberships import announce, give_role
from services.members.handlers.groups.organizations import editable
from services.members.handlers.identity import grants
from services.members.store.groups import memberships, posts
from services.members.store.people import people


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointLeader:
    organization_id: UUID
    expected: int | None
    person_id: UUID
    end: datetime | None
    reason: str


async def appoint_leader(command: AppointLeader, tx: Transaction) -> Membership:
    """The first leader, or one after a time without."""
    await people.load(tx, command.person_id, lock=True)
    organization, area = await editable(command.organization_id, tx, expected=command.expected)
    present = await memberships.leader_of(tx, organization.id)
    if present is not None:
        raise Refused("leader_exists", membership_id=str(present.id))
    return await _led_by(command, organization, area, [], tx)


async def hand_over(command: AppointLeader, tx: Transaction) -> Membership:
    """Another leader follows; the one before stays a core member. One transaction: never none, never two."""
    present = await memberships.leader_of(tx, command.organization_id)
    await people.lock_many(tx, {command.person_id, *([present.person_id] if present else [])})
    organization, area = await editable(command.organization_id, tx, expected=command.expected)
    present = await memberships.leader_of(tx, organization.id)
    if present is None:
        raise Refused("leader_missing")
    if present.person_id == command.person_id:
        raise Refused("leader_exists", membership_id=str(present.id))
    ended = await memberships.save(tx, present.handed_over(tx.now))
    await grants.end_due(ended.id, tx)
    core = await memberships.save(tx, _membership(organization, present.person_id, Tier.CORE, Period(tx.now), "", tx))
    await give_role(core, tx)
    return await _led_by(command, organization, area, [ended, core], tx)


async def _led_by(
    command: AppointLeader, organization: Organization, area: Area, changed: list[Membership], tx: Transaction
) -> Membership:
    term = period(tx.now, command.end)
    check_leader(organization, term, await posts.executive_periods(tx, command.person_id, area.path))
    before = await _end_other_tiers(organization.id, command.person_id, tx)
    leader = _membership(organization, command.person_id, Tier.LEADER, term, command.reason, tx)
    saved = await memberships.save(tx, leader)
    await record_act(tx, action="leader_appointed", subject=saved.person_id, reason=command.reason, fields=["tier"])
    await announce(organization, [*changed, *before, saved], tx, deputies=True)
    await give_role(saved, tx)
    return saved


async def _end_other_tiers(organization_id: UUID, person_id: UUID, tx: Transaction) -> list[Membership]:
    """What she was in the group before ends as she begins to lead it."""
    ended = []
    for one in await memberships.open_between(tx, organization_id, [person_id]):
        ended.append(await memberships.save(tx, one.handed_over(tx.now)))
        await grants.end_due(one.id, tx)
    return ended


def _membership(
    organization: Organization, person_id: UUID, tier: Tier, during: Period, reason: str, tx: Transaction
) -> Membership:
    return Membership(
        id=tx.new_id(),
        community_id=organization.community_id,
        person_id=person_id,
        organization_id=organization.id,
        tier=tier,
        state=MembershipState.ACTIVE,
        during=during,
        proposed_by=tx.actor.person_id,
        reason=reason,
    )
