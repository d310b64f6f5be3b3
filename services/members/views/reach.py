"""Whether an actor's grants reach a target: refused inside her scope, unseen outside of it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Uuid, literal
from sqlalchemy.dialects.postgresql import array

from chassis.auth import Actor, stepped_up
from chassis.refused import Refused
from services.members.domain.identity.permission import AAL2, STEP_UP_MINUTES


def require(
    actor: Actor, permission: str, *, area_path: Sequence[UUID] = (), organization_path: Sequence[UUID] = ()
) -> None:
    """Refuse what no grant allows there: 403 where she may be, 404 where she has nothing to do with."""
    if actor.may(permission, area_path=area_path, organization_path=organization_path):
        if permission in AAL2 and not stepped_up(actor, STEP_UP_MINUTES):
            raise Refused("step_up", status=403, permission=permission)
        return
    known = {*area_path, *organization_path}
    if any(grant.scope_id in known for grant in actor.grants):
        raise not_permitted(permission)
    raise Refused("not_found", status=404)


def not_permitted(permission: str) -> Refused:
    return Refused("not_permitted", status=403, permission=permission)


def check_revision(revision: int, expected: int | None) -> None:
    """The caller saw this very version."""
    if expected is not None and expected != revision:
        raise Refused("stale", status=412, revision=revision)


def touching(path: Column[list[UUID]], ids: Sequence[UUID]) -> ColumnElement[bool]:
    """Does a path hold any of these ids? In SQL, before anything else is looked at."""
    return path.overlap(array(ids, type_=Uuid)) if ids else literal(False)


def action(name: str, refusal: str | None) -> dict[str, object]:
    """A move as a detail view offers it."""
    return {"name": name, "allowed": refusal is None, "why_not": refusal}
