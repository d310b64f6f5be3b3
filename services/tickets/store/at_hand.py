"""Macros and ready words of a community."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, insert, select, update

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.store.tables import canned_replies, macros

PAGE = 200
Shelf = Table
MACROS: Shelf = macros
REPLIES: Shelf = canned_replies


async def add(tx: Transaction, shelf: Shelf, community_id: UUID, values: Mapping[str, Any]) -> UUID:
    id_ = tx.new_id()
    made = {"id": id_, "community_id": community_id, "made_by": tx.actor.person_id, "made_at": tx.now}
    await tx.execute(insert(shelf).values(**made, **values))
    return id_


async def of_community(tx: Transaction, shelf: Shelf, community_id: UUID) -> Sequence[Row[Any]]:
    statement = select(shelf).where(shelf.c.community_id == community_id, shelf.c.retired_at.is_(None))
    return (await tx.execute(statement.order_by(shelf.c.name, shelf.c.id).limit(PAGE))).all()


async def load(tx: Transaction, shelf: Shelf, id_: UUID, *, even_retired: bool = False) -> Row[Any]:
    row = (await tx.execute(select(shelf).where(shelf.c.id == id_))).first()
    if row is None or (row.retired_at is not None and not even_retired):
        raise Refused(f"{shelf.name}_unknown", status=404)
    return row


async def retire(tx: Transaction, shelf: Shelf, id_: UUID) -> None:
    await tx.execute(update(shelf).where(shelf.c.id == id_).values(retired_at=tx.now))
