"""Visits, between rows and domain objects."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.visit import Visit
from services.tickets.store.tables import visits

_COLUMNS: list[Any] = [column for column in visits.c if column.name != "recorded_at"]


async def add(tx: Transaction, visit: Visit) -> None:
    await tx.execute(insert(visits).values(**asdict(visit), recorded_at=tx.now))


async def save(tx: Transaction, visit: Visit) -> None:
    await tx.execute(update(visits).where(visits.c.id == visit.id).values(**asdict(visit), recorded_at=tx.now))


async def load(tx: Transaction, ticket_id: UUID, visit_id: UUID) -> Visit:
    statement = select(*_COLUMNS).where(visits.c.id == visit_id, visits.c.ticket_id == ticket_id).with_for_update()
    row = (await tx.execute(statement)).first()
    if row is None:
        raise Refused("visit_unknown", status=404)
    return Visit(**row._mapping)


async def of_ticket(tx: Transaction, ticket_id: UUID) -> list[Visit]:
    statement = select(*_COLUMNS).where(visits.c.ticket_id == ticket_id).order_by(visits.c.id)
    return [Visit(**row._mapping) for row in await tx.execute(statement)]
