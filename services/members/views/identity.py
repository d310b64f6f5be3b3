"""Grants and sessions as a reader may see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select

from chassis.edge import Page
from chassis.transaction import Transaction
from services.members.domain.identity.grant import RoleGrant
from services.members.domain.identity.session import Session
from services.members.store.identity import grants as rows
from services.members.store.identity.sessions import session_of
from services.members.store.identity.tables import sessions
from services.members.store.people import people
from services.members.store.places import areas
from services.members.store.tables import groups, places
from services.members.views import reach
from services.members.views.reach import touching


async def list_grants(
    tx: Transaction, page: Page, *, subject_id: UUID | None, scope_id: UUID | None
) -> list[RoleGrant]:
    """Her own grants, and those in the areas where she may give some."""
    scopes = tx.actor.scopes("grants.give")
    organizations = groups.organizations
    inside = select(places.areas.c.id).where(touching(places.areas.c.path, scopes.areas))
    groups_inside = select(organizations.c.id).where(organizations.c.area_id.in_(inside))
    grants = rows.grants
    seen = or_(
        grants.c.subject_id == tx.actor.person_id, grants.c.scope_id.in_(inside), grants.c.scope_id.in_(groups_inside)
    )
    statement = rows.chosen().where(seen).order_by(grants.c.grant_id).limit(page.limit + 1)
    if subject_id:
        statement = statement.where(grants.c.subject_id == subject_id)
    if scope_id:
        statement = statement.where(grants.c.scope_id == scope_id)
    if page.after:
        statement = statement.where(grants.c.grant_id > UUID(page.after[0]))
    return [rows.grant_of(row) for row in await tx.execute(statement)]


async def grants_of(tx: Transaction, person_id: UUID | None) -> list[RoleGrant]:
    """What she may do now, and where."""
    grants = rows.grants
    lasting = grants.c.valid_until.is_(None) | (grants.c.valid_until > tx.now)
    mine = (grants.c.subject_id == person_id) & (grants.c.valid_from <= tx.now) & lasting
    return [rows.grant_of(row) for row in await tx.execute(rows.chosen().where(mine).order_by(grants.c.grant_id))]


async def open_sessions(tx: Transaction, person_id: UUID | None) -> Sequence[Session]:
    """Her own, or those of somebody where the reader may see sessions."""
    if person_id is not None and person_id != tx.actor.person_id:
        area = await areas.load(tx, (await people.load(tx, person_id)).community_id)
        reach.require(tx.actor, "sessions.read", area_path=area.path)
    chosen = select(sessions).where(sessions.c.person_id == person_id, sessions.c.ended_at.is_(None))
    return [session_of(row) for row in await tx.execute(chosen.order_by(sessions.c.id))]
