"""What lies on whose desk."""

from uuid import UUID

from sqlalchemy import select, update

from chassis.transaction import Transaction
from services.tickets.domain.state import LIVE
from services.tickets.store.tables import tickets

_LIVE = sorted(LIVE)


async def held_by_group(tx: Transaction, group_id: UUID) -> list[UUID]:
    statement = select(tickets.c.id).where(tickets.c.group_id == group_id, tickets.c.state.in_(_LIVE))
    return [row.id for row in await tx.execute(statement.order_by(tickets.c.id))]


async def release_handler(tx: Transaction, group_id: UUID, person_id: UUID) -> None:
    statement = update(tickets).where(
        tickets.c.group_id == group_id, tickets.c.handler_id == person_id, tickets.c.state.in_(_LIVE)
    )
    await tx.execute(statement.values(handler_id=None, revision=tickets.c.revision + 1))
