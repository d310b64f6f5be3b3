"""Commands about memberships: begun, decided, ended; the role of a tier comes and goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.groups import membership as rules
from services.members.domain.groups.membership import Membership, MembershipMove, MembershipState, Tier
from services.members.domain.groups.organization import Organization
from services.members.domain.identity.grant import ScopeKind, Source
from services.members.domain.people.person import Person
from services.members.domain.period import Period
from services.members.events.fact import About
from services.members.events.groups import GroupLeaderChanged, MembershipChanged
from services.members.handlers.identity import grants
from services.members.handlers.identity.grants import Due
from services.members.store.groups import memberships, organizations
from services.members.store.people import people
from services.members.store.places import areas
from services.members.views import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    person_id: UUID
    tier: Tier
    proposed_by: UUID | None
    reason: str
    invite: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMembership:
    membership_id: UUID
    expected: int | None
    move: MembershipMove
    reason: str


async def join(organization_id: UUID, joining: Sequence[Joining], tx: Transaction) -> list[Membership]:
    """People begin to belong to an organisation: taken in, invited, or asking for it themselves."""
    known = await people.lock_many(tx, [one.person_id for one in joining])
    organization = await organizations.load(tx, organization_id, lock=True)
    await _check_may_join(organization, joining, known, tx)
    if not organization.active:
        raise Refused("cannot_join_when_closed")
    await _check_overlaps(organization_id, joining, tx)
    new = [_membership(organization, one, tx) for one in joining]
    saved = await memberships.add(tx, new)
    await announce(organization, saved, tx, deputies=any(one.tier is Tier.DEPUTY for one in saved))
    for membership in saved:
        await give_role(membership, tx)
    return saved


async def move_membership(command: MoveMembership, tx: Transaction) -> Membership:
    """Accept, approve, decline, pause, resume, leave, remove, move away."""
    seen = await memberships.load(tx, command.membership_id)
    await people.load(tx, seen.person_id, lock=True)
    organization = await organizations.load(tx, seen.organization_id, lock=True)
    membership = await memberships.load(tx, command.membership_id, lock=True)
    await _check_may_move(organization, membership, command.move, tx)
    reach.check_revision(membership.revision, command.expected)
    saved = await memberships.save(tx, membership.moved(command.move, at=tx.now, reason=command.reason))
    await announce(organization, [saved], tx, deputies=saved.tier is Tier.DEPUTY)
    await grants.end_due(saved.id, tx)
    await give_role(saved, tx)
    return saved


async def announce(
    organization: Organization, changed: Sequence[Membership], tx: Transaction, *, deputies: bool = False
) -> Organization:
    """Facts about who belongs stand in the order of the organisation's revisions."""
    about = About.of(await organizations.save(tx, organization))
    for membership in changed:
        tx.announce(MembershipChanged.of(membership), about)
    if deputies:
        leader = await memberships.leader_of(tx, organization.id)
        deputy = await memberships.deputy_of(tx, organization.id)
        tx.announce(GroupLeaderChanged.of(organization, leader, deputy), about)
    return organization


async def give_role(membership: Membership, tx: Transaction) -> None:
    """The role of her tier, on the organisation, for as long as she belongs to it."""
    if membership.gives is None:
        return
    due = Due(
        subject_id=membership.person_id,
        role=membership.gives,
        scope_kind=ScopeKind.ORGANIZATION,
        scope_id=membership.organization_id,
        during=Period(max(membership.during.start, tx.now), membership.during.end),
        source=Source.MEMBERSHIP,
        source_id=membership.id,
    )
    await (grants.give_agreed(due, tx) if tx.actor.person_id == membership.person_id else grants.give_due(due, tx))


async def _check_may_join(
    organization: Organization, joining: Sequence[Joining], known: dict[UUID, Person], tx: Transaction
) -> None:
    if all(one.person_id == tx.actor.person_id for one in joining):
        if joining[0].tier is not Tier.MEMBER:
            raise reach.not_permitted("memberships.decide")
        return
    await require_decider(organization, tx)
    for index, one in enumerate(joining):
        if one.person_id not in known or not known[one.person_id].reachable:
            error = {"pointer": f"/items/{index}/person_id", "code": "unknown", "detail": "no such person"}
            raise Refused("person_unknown", status=422, errors=[error])


async def _check_may_move(
    organization: Organization, membership: Membership, move: MembershipMove, tx: Transaction
) -> None:
    if tx.actor.person_id == membership.person_id and move in rules.OWN_MOVES | {MembershipMove.DECLINE}:
        return
    await require_decider(organization, tx)
    if move is MembershipMove.ACCEPT:
        raise reach.not_permitted("memberships.decide")


async def require_decider(organization: Organization, tx: Transaction) -> None:
    area = await areas.load(tx, organization.area_id)
    reach.require(tx.actor, "memberships.decide", area_path=area.path, organization_path=organization.path)


async def _check_overlaps(organization_id: UUID, joining: Sequence[Joining], tx: Transaction) -> None:
    there = await memberships.open_between(tx, organization_id, [one.person_id for one in joining])
    if there:
        raise Refused("overlaps", membership_ids=[str(one.id) for one in there])


def _membership(organization: Organization, joining: Joining, tx: Transaction) -> Membership:
    by_herself = joining.person_id == tx.actor.person_id
    state = rules.first_state(organization.join_mode, by_herself=by_herself, invited=joining.invite)
    return Membership(
        id=tx.new_id(),
        community_id=organization.community_id,
        person_id=joining.person_id,
        organization_id=organization.id,
        tier=joining.tier,
        state=MembershipState(state),
        during=Period(tx.now),
        proposed_by=joining.proposed_by,
        reason=joining.reason,
    )
