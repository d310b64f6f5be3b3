"""Households as staff may see them: where and how many, never the dwelling."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from chassis.edge import Page
from chassis.transaction import Transaction
from services.members.store.people.tables import households, residencies
from services.members.store.places.tables import areas
from services.members.views.reach import touching

COUNTED_MAX = 1_000


async def list_households(
    tx: Transaction, page: Page, *, building_id: UUID | None, community_id: UUID | None
) -> list[dict[str, Any]]:
    people = (
        select(func.count())
        .select_from(residencies)
        .where(residencies.c.household_id == households.c.id, residencies.c.during.contains(tx.now))
        .scalar_subquery()
    )
    columns = (households.c.id, households.c.building_id, households.c.tenure, people.label("people"))
    statement = _seen(tx, select(*columns), building_id, community_id).order_by(households.c.id).limit(page.limit + 1)
    if page.after:
        statement = statement.where(households.c.id > UUID(page.after[0]))
    return [dict(row._mapping) for row in await tx.execute(statement)]


async def count_households(
    tx: Transaction, *, building_id: UUID | None, community_id: UUID | None
) -> dict[str, object]:
    """Exact up to a thousand."""
    some = _seen(tx, select(households.c.id), building_id, community_id).limit(COUNTED_MAX + 1).subquery()
    value = int((await tx.execute(select(func.count()).select_from(some))).scalar_one())
    return {"value": min(value, COUNTED_MAX), "relation": "exact" if value <= COUNTED_MAX else "at_least"}


def _seen(tx: Transaction, statement: Select[Any], building_id: UUID | None, community_id: UUID | None) -> Select[Any]:
    """In the reader's areas, and lived in now."""
    scopes = tx.actor.scopes("people.read")
    inside = select(areas.c.id).where(touching(areas.c.path, scopes.areas))
    statement = statement.where(households.c.building_id.in_(inside), households.c.during.contains(tx.now))
    if building_id:
        statement = statement.where(households.c.building_id == building_id)
    return statement.where(households.c.community_id == community_id) if community_id else statement
