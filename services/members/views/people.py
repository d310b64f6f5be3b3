"""People as a reader may see them: masked, and only inside her scope."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from chassis.auth import Actor
from chassis.edge import Page
from chassis.transaction import Transaction
from services.members.domain.people.contact import ContactKind
from services.members.domain.people.person import Person, tokens
from services.members.store.groups.tables import memberships, organizations
from services.members.store.people import people as rows
from services.members.store.people.contact_points import blind_index
from services.members.store.people.tables import contact_points, households, people, residencies
from services.members.store.places.tables import areas
from services.members.views.reach import touching

FOUND_MAX = 20


def visible(actor: Actor, permission: str = "people.read") -> Any:
    """The condition under which this reader may see a person at all: her own row, her areas, her groups."""
    scopes = actor.scopes(permission)
    in_areas = people.c.community_id.in_(select(areas.c.id).where(touching(areas.c.path, scopes.areas)))
    joined = memberships.join(organizations, organizations.c.id == memberships.c.organization_id)
    in_groups = people.c.id.in_(
        select(memberships.c.person_id)
        .select_from(joined)
        .where(memberships.c.state == "active", touching(organizations.c.path, scopes.organizations))
    )
    return or_(people.c.id == actor.person_id, in_areas, in_groups)


async def list_people(
    tx: Transaction, page: Page, *, community_id: UUID | None, organization_id: UUID | None
) -> list[Person]:
    statement = rows.chosen().where(visible(tx.actor)).order_by(people.c.id).limit(page.limit + 1)
    if community_id:
        statement = statement.where(people.c.community_id == community_id)
    if organization_id:
        members = select(memberships.c.person_id).where(
            memberships.c.organization_id == organization_id, memberships.c.state == "active"
        )
        statement = statement.where(people.c.id.in_(members))
    if page.after:
        statement = statement.where(people.c.id > UUID(page.after[0]))
    return [rows.person_of(tx, row) for row in await tx.execute(statement)]


async def search(tx: Transaction, *, name: str | None, phone: str | None, within: UUID | None) -> list[Person]:
    """By a part of the name or by the whole number; what the index found is checked after opening."""
    statement = rows.chosen().where(visible(tx.actor)).order_by(people.c.id)
    if phone:
        index = blind_index(tx, ContactKind.PHONE, phone)
        statement = statement.where(
            people.c.id.in_(select(contact_points.c.person_id).where(contact_points.c.blind_index == index))
        )
    if name:
        statement = _named(tx, statement, name)
    if within:
        inside = select(areas.c.id).where(areas.c.path.contains([within]))
        statement = statement.where(people.c.community_id.in_(inside))
    found = [rows.person_of(tx, row) for row in await tx.execute(statement.limit(FOUND_MAX * 5))]
    wanted = "".join((name or "").casefold().split())
    return [person for person in found if wanted in "".join(person.name.casefold().split())][:FOUND_MAX]


async def seen(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, Person]:
    """Those of these people whom the reader may see."""
    statement = rows.chosen().where(people.c.id.in_(ids), visible(tx.actor))
    return {row.id: rows.person_of(tx, row) for row in await tx.execute(statement)}


async def buildings_of(tx: Transaction, person_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """In which building each mainly lives now."""
    joined = residencies.join(households, households.c.id == residencies.c.household_id)
    statement = (
        select(residencies.c.person_id, households.c.building_id)
        .select_from(joined)
        .where(residencies.c.person_id.in_(person_ids), residencies.c.main, residencies.c.during.contains(tx.now))
    )
    return {row.person_id: row.building_id for row in await tx.execute(statement)}


def _named(tx: Transaction, statement: Select[Any], name: str) -> Select[Any]:
    plain = "".join(name.split())
    wanted = rows.name_tokens(tx, plain) if len(plain) < 2 else _pairs(tx, plain)
    return statement.where(people.c.name_index.contains(wanted))


def _pairs(tx: Transaction, plain: str) -> list[bytes]:
    pairs = [token for token in tokens(plain) if len(token) == 2]
    return [tx.service.sealing.index(f"name:{pair}") for pair in pairs]


async def within_reach(tx: Transaction, person_id: UUID, permission: str) -> bool:
    """May this reader do that with this person?"""
    statement = select(people.c.id).where(people.c.id == person_id, visible(tx.actor, permission))
    return (await tx.execute(statement)).first() is not None
