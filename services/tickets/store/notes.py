"""Words beside the moves: notes and contacts. Personal, in the database only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select

from chassis.transaction import Transaction
from services.tickets.domain.ticket import Ticket
from services.tickets.store.tables import notes


async def add(
    tx: Transaction,
    ticket: Ticket,
    *,
    kind: str,
    text: str,
    audience: str,
    result: str = "",
    author_id: UUID | None = None,
) -> UUID:
    id_ = tx.new_id()
    await tx.execute(
        insert(notes).values(
            id=id_,
            ticket_id=ticket.id,
            kind=kind,
            text=text,
            audience=audience,
            result=result,
            author_id=author_id or tx.actor.person_id,
            round=ticket.round,
            at=tx.now,
        )
    )
    return id_


async def of_ticket(tx: Transaction, ticket_id: UUID, audiences: Sequence[str]) -> Sequence[Row[Any]]:
    statement = select(notes).where(notes.c.ticket_id == ticket_id, notes.c.audience.in_(audiences))
    return (await tx.execute(statement.order_by(notes.c.at, notes.c.id))).all()
