"""The people of one case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from services.tickets.store.tables import task_forces


async def request(tx: Transaction, ticket_id: UUID, size: int, purpose_code: str) -> None:
    values = {
        "ticket_id": ticket_id,
        "size": size,
        "purpose_code": purpose_code,
        "requested_at": tx.now,
        "person_ids": [],
    }
    statement = insert(task_forces).values(values)
    changed = {"size": size, "purpose_code": purpose_code, "requested_at": tx.now}
    await tx.execute(statement.on_conflict_do_update(index_elements=["ticket_id"], set_=changed))


async def form(
    tx: Transaction, ticket_id: UUID, organization_id: UUID, person_ids: Sequence[UUID], until: datetime | None
) -> None:
    people = {"organization_id": organization_id, "person_ids": list(person_ids), "until": until}
    values = {"ticket_id": ticket_id, "size": len(person_ids), "purpose_code": "formed", "requested_at": tx.now}
    statement = insert(task_forces).values(values | people)
    await tx.execute(statement.on_conflict_do_update(index_elements=["ticket_id"], set_=people))


async def of_ticket(tx: Transaction, ticket_id: UUID) -> Row[Any] | None:
    return (await tx.execute(select(task_forces).where(task_forces.c.ticket_id == ticket_id))).first()
