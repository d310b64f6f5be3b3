"""Lines of history, between rows and domain objects. They are only ever added."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from chassis.transaction import Transaction
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Step, Ticket
from services.tickets.store import writing
from services.tickets.store.tables import moves


async def of_ticket(tx: Transaction, ticket_id: UUID) -> list[Step]:
    rows = await tx.execute(select(moves).where(moves.c.ticket_id == ticket_id).order_by(moves.c.seq))
    return [from_row(row) for row in rows]


async def of_tickets(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Step]]:
    """The written lines of many cases at once."""
    found: dict[UUID, list[Step]] = {id_: [] for id_ in ids}
    statement = select(moves).where(moves.c.ticket_id.in_(ids)).order_by(moves.c.ticket_id, moves.c.seq)
    for row in await tx.execute(statement):
        found[row.ticket_id].append(from_row(row))
    return found


def to_write(tx: Transaction, ticket: Ticket) -> list[writing.Row]:
    """The lines its last moves have left."""
    return [
        (
            moves,
            {
                "ticket_id": ticket.id,
                "seq": step.seq,
                "round": step.round,
                "move": step.move,
                "state_from": step.state_from,
                "state_to": step.state_to,
                "at": step.at,
                "recorded_at": tx.now,
                "actor_id": step.actor_id,
                "reason": step.reason,
                "details": dict(step.details),
            },
        )
        for step in ticket.steps
    ]


def from_row(row: Row[Any]) -> Step:
    return Step(
        seq=row.seq,
        round=row.round,
        move=Move(row.move),
        state_from=State(row.state_from) if row.state_from else None,
        state_to=State(row.state_to),
        at=row.at,
        actor_id=row.actor_id,
        reason=row.reason,
        details=row.details,
    )
