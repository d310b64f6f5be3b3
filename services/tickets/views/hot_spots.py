"""Hot spots of the places a person works for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select, tuple_

from chassis.transaction import Transaction
from services.tickets.store.reference import load_reference
from services.tickets.store.tables import areas, clusters
from services.tickets.views.scope import overlaps


class HotSpot(BaseModel):
    id: UUID
    building_id: UUID
    place: str
    category: str
    category_label: str
    households: int
    opened_at: datetime
    last_at: datetime
    closed_at: datetime | None
    parent_id: UUID | None
    revision: int


async def page(tx: Transaction, is_open: bool, limit: int, after: Sequence[Any] | None) -> list[HotSpot]:
    """Newest first; one more than asked for tells that there is more."""
    reference = await load_reference(tx)
    closed_at = clusters.c.closed_at
    statement = (
        select(clusters, areas.c.name.label("place"))
        .join(areas, areas.c.id == clusters.c.building_id)
        .where(overlaps(areas.c.path, tx.actor.scopes("clusters.read").areas))
        .where(closed_at.is_(None) if is_open else closed_at.is_not(None))
        .order_by(clusters.c.opened_at.desc(), clusters.c.id.desc())
    )
    if after is not None:
        place = tuple_(datetime.fromisoformat(after[0]), UUID(after[1]))
        statement = statement.where(tuple_(clusters.c.opened_at, clusters.c.id) < place)
    rows = await tx.execute(statement.limit(limit + 1))
    return [HotSpot(**row._mapping, category_label=reference.label(row.category)) for row in rows]
