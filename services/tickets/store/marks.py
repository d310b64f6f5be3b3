"""Thresholds that have been raised: each once per round."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from services.tickets.domain.threshold import Point
from services.tickets.store.tables import marks


async def raise_once(tx: Transaction, ticket_id: UUID, round_: int, point: Point, recipient_role: str) -> bool:
    """Whether this is the first time."""
    statement = insert(marks).values(
        ticket_id=ticket_id,
        round=round_,
        clock=point.clock,
        threshold=point.threshold.amount,
        due_at=point.at,
        raised_at=tx.now,
        recipient_role=recipient_role,
        superseded=False,
    )
    return (await tx.execute(statement.on_conflict_do_nothing().returning(marks.c.round))).first() is not None


async def of_ticket(tx: Transaction, ticket_id: UUID) -> Sequence[Row[Any]]:
    statement = select(marks).where(marks.c.ticket_id == ticket_id).order_by(marks.c.raised_at, marks.c.threshold)
    return (await tx.execute(statement)).all()


async def raised(tx: Transaction, ticket_id: UUID, round_: int) -> set[tuple[str, int]]:
    statement = select(marks.c.clock, marks.c.threshold).where(marks.c.ticket_id == ticket_id, marks.c.round == round_)
    return {(row.clock, row.threshold) for row in await tx.execute(statement)}


async def supersede(tx: Transaction, ticket_id: UUID, round_: int) -> None:
    """The limits have been reckoned anew: a raised mark stays, and says so."""
    await tx.execute(
        update(marks).where(marks.c.ticket_id == ticket_id, marks.c.round == round_).values(superseded=True)
    )
