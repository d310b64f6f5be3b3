"""Commands about grants: given by hand, by a post or by a membership; ended the same way."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.identity import grant as rules
from services.members.domain.identity.grant import Held, RoleGrant, Scope, ScopeKind, Source
from services.members.domain.period import Period, period
from services.members.events.fact import About
from services.members.events.identity import GrantEnded, GrantGiven
from services.members.store.identity import grants
from services.members.store.people import people
from services.members.views import reach
from services.members.views.scopes import scope_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveGrant:
    subject_id: UUID
    role: str
    scope_kind: ScopeKind
    scope_id: UUID
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndGrant:
    grant_id: UUID
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What a post or a membership gives while it lasts."""

    subject_id: UUID
    role: str
    scope_kind: ScopeKind
    scope_id: UUID
    during: Period
    source: Source
    source_id: UUID


async def give_by_hand(command: GiveGrant, tx: Transaction) -> RoleGrant:
    """Somebody with the right gives a role: for a year at most, and no more than she holds."""
    during = period(tx.now, command.until or tx.now + rules.YEAR)
    rules.check_by_hand(command.role, during)
    scope = await scope_of(tx, command.scope_kind, command.scope_id)
    reach.require(tx.actor, "grants.give", area_path=scope.area_path)
    await people.load(tx, command.subject_id)
    check_giver(command.role, scope, command.subject_id, tx)
    return await give(
        RoleGrant(
            id=tx.new_id(),
            subject_id=command.subject_id,
            role=command.role,
            scope=scope,
            during=during,
            source=Source.HAND,
            given_by=tx.actor.person_id,
            reason=command.reason,
        ),
        tx,
    )


async def end_by_hand(command: EndGrant, tx: Transaction) -> RoleGrant:
    """A role given by hand is taken back."""
    grant = await grants.load(tx, command.grant_id)
    scope = await scope_of(tx, grant.scope.kind, grant.scope.id)
    reach.require(tx.actor, "grants.end", area_path=scope.area_path)
    rules.check_end_by_hand(grant)
    return await end(grant, tx, reason=command.reason)


async def give_due(due: Due, tx: Transaction) -> RoleGrant:
    """The role that goes with a post or a membership, in the transaction that gives that."""
    check_giver(due.role, await scope_of(tx, due.scope_kind, due.scope_id), due.subject_id, tx)
    return await give_agreed(due, tx)


async def give_agreed(due: Due, tx: Transaction) -> RoleGrant:
    """The same, where somebody with the right has agreed before: she accepts what she was invited to."""
    scope = await scope_of(tx, due.scope_kind, due.scope_id)
    grant = RoleGrant(
        id=tx.new_id(),
        subject_id=due.subject_id,
        role=due.role,
        scope=scope,
        during=due.during,
        source=due.source,
        source_id=due.source_id,
        given_by=tx.actor.person_id,
    )
    return await give(grant, tx)


async def end_due(source_id: UUID, tx: Transaction) -> None:
    """What a post or a membership gave ends with it."""
    for grant in await grants.in_force_from(tx, source_id, tx.now):
        await end(grant, tx)


async def give(grant: RoleGrant, tx: Transaction) -> RoleGrant:
    await grants.give(tx, grant)
    await record_act(tx, action="grant_given", subject=grant.subject_id, reason=grant.reason, fields=["role", "scope"])
    tx.announce(GrantGiven.of(grant), About.of(await people.touch(tx, grant.subject_id)))
    return grant


async def end(grant: RoleGrant, tx: Transaction, *, reason: str = "") -> RoleGrant:
    ended = grant.ended(tx.now)
    await grants.end(tx, ended)
    await record_act(tx, action="grant_ended", subject=grant.subject_id, reason=reason, fields=["until"])
    tx.announce(GrantEnded.of(ended), About.of(await people.touch(tx, grant.subject_id)))
    return ended


async def move_scopes(paths: dict[UUID, tuple[UUID, ...]], tx: Transaction) -> None:
    """Areas or organisations have another path: every grant on them is announced anew."""
    for grant in await grants.in_scopes(tx, list(paths), tx.now):
        moved = grants.with_path(grant, paths[grant.scope.id])
        await grants.write(tx, moved)
        tx.announce(GrantGiven.of(moved), About.of(await people.touch(tx, grant.subject_id)))


def check_giver(role: str, scope: Scope, subject_id: UUID, tx: Transaction) -> None:
    """The system itself gives the first grant; everybody else only what she holds."""
    if tx.actor.system:
        return
    held = [Held(role=g.role, scope_kind=g.scope_kind, scope_id=g.scope_id) for g in tx.actor.grants]
    if tx.actor.person_id is None:
        raise Refused("more_than_held", status=403)
    rules.check_giver(held, role, scope, giver_id=tx.actor.person_id, subject_id=subject_id)
