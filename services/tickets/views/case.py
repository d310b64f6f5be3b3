"""A case: what was needed, what was thought of, and what came of it, side by side from one question."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, or_, select

from chassis.transaction import Transaction
from services.tickets.domain.link import LinkType
from services.tickets.domain.profile import Kind
from services.tickets.store.tables import follow_ups, links, tickets
from services.tickets.views.detail import read
from services.tickets.views.rows import TicketRow, lines


class Result(BaseModel):
    ticket_id: UUID
    number: str
    round: int
    solved: str | None
    satisfaction: str | None
    asked_at: datetime | None
    answered_at: datetime | None
    answered_by: str | None


class Case(BaseModel):
    """问需, 问计, 问效."""

    correlation: UUID
    root: TicketRow
    needs: list[TicketRow]
    ideas: list[TicketRow]
    results: list[Result]
    counts: dict[str, int]
    as_of: datetime


async def case(tx: Transaction, ticket_id: UUID) -> Case:
    ticket, _ = await read(tx, ticket_id)
    rows = await _rows(tx, ticket.correlation)
    shown = await lines(tx, rows)
    needs = [row for row in shown if row.kind != Kind.IDEA]
    ideas = [row for row in shown if row.kind == Kind.IDEA]
    results = await _results(tx, rows)
    root = next((row for row in shown if row.id == ticket.correlation), shown[0])
    counts = {"needs": len(needs), "ideas": len(ideas), "results": len(results)}
    return Case(
        correlation=ticket.correlation,
        root=root,
        needs=needs,
        ideas=ideas,
        results=results,
        counts=counts,
        as_of=tx.now,
    )


async def _rows(tx: Transaction, correlation: UUID) -> list[Row[Any]]:
    """The tickets of the case, and the ideas linked to one of them."""
    inside = select(tickets.c.id).where(tickets.c.correlation == correlation)
    linked = select(links.c.from_id).where(links.c.to_id.in_(inside), links.c.type == LinkType.IDEA_FOR)
    wanted = or_(tickets.c.correlation == correlation, tickets.c.id.in_(linked))
    return list((await tx.execute(select(tickets).where(wanted).order_by(tickets.c.filed_at, tickets.c.id))).all())


async def _results(tx: Transaction, rows: list[Row[Any]]) -> list[Result]:
    numbers = {row.id: row.number for row in rows}
    statement = select(follow_ups).where(follow_ups.c.ticket_id.in_(list(numbers)))
    found = await tx.execute(statement.order_by(follow_ups.c.ticket_id, follow_ups.c.round))
    return [
        Result(
            ticket_id=row.ticket_id,
            number=numbers[row.ticket_id],
            round=row.round,
            solved=row.solved,
            satisfaction=row.satisfaction,
            asked_at=row.asked_at,
            answered_at=row.answered_at,
            answered_by=row.answered_by,
        )
        for row in found
    ]
