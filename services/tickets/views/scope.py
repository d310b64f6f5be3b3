"""Which tickets a person may list: by her grants, and those that are her own."""

from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, cast, false, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.auth import Actor
from services.tickets.store.tables import tickets, watchers


def _overlaps(column: ColumnElement[object], ids: list[UUID]) -> ColumnElement[bool]:
    return column.op("&&", is_comparison=True)(cast(ids, ARRAY(Uuid)))


def granted(actor: Actor, permission: str) -> ColumnElement[bool]:
    """What a grant opens: an area with all its places, or a group's own cases."""
    scopes = actor.scopes(permission)
    found = []
    if scopes.areas:
        found.append(_overlaps(tickets.c.area_path, scopes.areas))
    if scopes.organizations:
        found.append(_overlaps(tickets.c.group_path, scopes.organizations))
    return or_(false(), *found)


def own(actor: Actor) -> ColumnElement[bool]:
    """What she reported, handles or watches."""
    person = actor.person_id
    watched = select(watchers.c.ticket_id).where(watchers.c.person_id == person)
    return or_(tickets.c.reporter_id == person, tickets.c.handler_id == person, tickets.c.id.in_(watched))


def listable(actor: Actor) -> ColumnElement[bool]:
    return or_(granted(actor, "tickets.list"), own(actor))
