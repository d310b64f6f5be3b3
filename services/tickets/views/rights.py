"""How the one who acts stands to a ticket, and whether that allows it: 404 from outside, 403 inside."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from chassis.auth import Actor
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.permission import READERS, Who, movers
from services.tickets.domain.state import Move
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.watching import READS

_AREA_ROLES = {"operator": Who.OPERATOR, "secretary": Who.SECRETARY, "auditor": Who.AUDITOR}
_GROUP_ROLES = {"leader": Who.LEADER, "member": Who.MEMBER}

_WATCHES = text(
    "SELECT EXISTS (SELECT 1 FROM watchers WHERE ticket_id = :ticket_id AND person_id = :person_id"
    " AND why = ANY(CAST(:whys AS text[])))"
)
_GROUPS_ON = text(
    "SELECT EXISTS (SELECT 1 FROM organizations WHERE id = ANY(CAST(:ids AS uuid[]))"
    " AND area_id = ANY(CAST(:path AS uuid[])))"
)
_GROUPS_HERE = text(
    "SELECT EXISTS (SELECT 1 FROM organizations o JOIN areas a ON a.id = o.area_id"
    " WHERE o.id = ANY(CAST(:ids AS uuid[])) AND CAST(:community_id AS uuid) = ANY(a.path))"
)


def relations(actor: Actor, ticket: Ticket) -> frozenset[Who]:
    """What the grants and the ticket itself say; watching and verifying are asked for where they matter."""
    if actor.system:
        return frozenset({Who.SYSTEM})
    found: set[Who] = set()
    for grant in actor.grants:
        if grant.role in _AREA_ROLES and grant.scope_id in ticket.area_path:
            found.add(_AREA_ROLES[grant.role])
        if grant.role in _GROUP_ROLES and grant.scope_id in ticket.group_path:
            found.add(_GROUP_ROLES[grant.role])
        if grant.role == "leader" and grant.scope_id == ticket.contact_group_id:
            found.add(Who.FIRST_RECEIVER)
    if actor.person_id and actor.person_id == ticket.reporter_id:
        found.add(Who.REPORTER)
    if actor.person_id and actor.person_id == ticket.handler_id:
        found.add(Who.HANDLER)
    return frozenset(found)


async def check_move(tx: Transaction, ticket: Ticket, move: Move, expected: int | None = None) -> frozenset[Who]:
    """The relations of the one who acts, when one of them may make this move."""
    found = relations(tx.actor, ticket)
    allowed = movers(move, ticket.state, hidden=ticket.hidden)
    if Who.VERIFIER in allowed and await _could_verify(tx, ticket, found):
        found |= {Who.VERIFIER}
    await check(tx, ticket, found & allowed, expected)
    return found


async def check_read(tx: Transaction, ticket: Ticket) -> frozenset[Who]:
    found = relations(tx.actor, ticket)
    if not found & READERS and await watches(tx, ticket):
        found |= {Who.WATCHER}
    await check(tx, ticket, found & READERS)
    return found


async def check(tx: Transaction, ticket: Ticket, allowed: frozenset[Who], expected: int | None = None) -> None:
    """Who may not is told nothing; who may, but saw an older revision, is told the one that stands."""
    if allowed:
        if expected is not None and ticket.revision != expected:
            raise Refused("stale", status=412, revision=ticket.revision)
        return
    if await inside(tx, ticket):
        raise Refused("not_permitted", status=403)
    raise Refused("ticket_unknown", status=404)


async def watches(tx: Transaction, ticket: Ticket) -> bool:
    if tx.actor.person_id is None:
        return False
    values = {"ticket_id": ticket.id, "person_id": tx.actor.person_id, "whys": sorted(READS)}
    return bool((await tx.execute(_WATCHES, values)).scalar_one())


async def inside(tx: Transaction, ticket: Ticket) -> bool:
    """Whether she belongs to the ticket's community in any way: then she may know that it exists."""
    if relations(tx.actor, ticket) or any(grant.scope_id in ticket.area_path for grant in tx.actor.grants):
        return True
    groups = [grant.scope_id for grant in tx.actor.grants if grant.scope_kind == "organization"]
    return await groups_stand_in(tx, groups, ticket.community_id)


async def groups_stand_on(tx: Transaction, groups: Sequence[UUID], path: Sequence[UUID]) -> bool:
    """Whether one of these groups belongs to a place above, or to the place itself."""
    return bool(groups) and bool((await tx.execute(_GROUPS_ON, {"ids": list(groups), "path": list(path)})).scalar_one())


async def groups_stand_in(tx: Transaction, groups: Sequence[UUID], community_id: UUID | None) -> bool:
    """Whether one of these groups belongs to the community."""
    if not groups or community_id is None:
        return False
    values = {"ids": list(groups), "community_id": community_id}
    return bool((await tx.execute(_GROUPS_HERE, values)).scalar_one())


async def _could_verify(tx: Transaction, ticket: Ticket, found: frozenset[Who]) -> bool:
    """Operators, secretaries, leaders and members of the community; not those of the group that did the work."""
    if found & {Who.OPERATOR, Who.SECRETARY, Who.LEADER, Who.MEMBER}:
        return True
    roles = {grant.role for grant in tx.actor.grants}
    return bool(roles & {"leader", "member"}) and await inside(tx, ticket)
