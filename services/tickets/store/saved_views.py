"""Saved views: one's own and nobody else's."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.store.tables import saved_views

PER_PERSON = 50


async def of_person(tx: Transaction, person_id: UUID | None) -> Sequence[Row[Any]]:
    statement = select(saved_views).where(saved_views.c.person_id == person_id).order_by(saved_views.c.name)
    return (await tx.execute(statement)).all()


async def add(tx: Transaction, person_id: UUID, name: str, filters: Mapping[str, Any]) -> UUID:
    count = select(func.count()).where(saved_views.c.person_id == person_id)
    if int((await tx.execute(count)).scalar_one()) >= PER_PERSON:
        raise Refused("too_many_views", most=PER_PERSON)
    id_ = tx.new_id()
    values = {"id": id_, "person_id": person_id, "name": name, "filters": dict(filters), "made_at": tx.now}
    try:
        await tx.execute(insert(saved_views).values(values))
    except IntegrityError as error:
        raise Refused("name_taken") from error
    return id_


async def remove(tx: Transaction, person_id: UUID, view_id: UUID) -> None:
    statement = delete(saved_views).where(saved_views.c.id == view_id, saved_views.c.person_id == person_id)
    if not (await tx.execute(statement)).rowcount:
        raise Refused("view_unknown", status=404)
