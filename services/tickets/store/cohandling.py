"""Cases of helping groups, below the one they help with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select

from chassis.transaction import Transaction
from services.tickets.domain.state import UNFINISHED
from services.tickets.store.tables import cohandlers, tickets


async def add(tx: Transaction, ticket_id: UUID, child_id: UUID, group_id: UUID, required: bool) -> None:
    await tx.execute(
        insert(cohandlers).values(ticket_id=ticket_id, child_id=child_id, group_id=group_id, required=required)
    )


async def of_ticket(tx: Transaction, ticket_id: UUID) -> Sequence[Row[Any]]:
    statement = (
        select(cohandlers, tickets.c.number, tickets.c.state)
        .join(tickets, tickets.c.id == cohandlers.c.child_id)
        .where(cohandlers.c.ticket_id == ticket_id)
        .order_by(cohandlers.c.child_id)
    )
    return (await tx.execute(statement)).all()


async def unfinished(tx: Transaction, ticket_id: UUID) -> list[str]:
    """The numbers of those that must be done first and are not."""
    return [row.number for row in await of_ticket(tx, ticket_id) if row.required and row.state in UNFINISHED]
