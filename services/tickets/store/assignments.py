"""Assignments: why this group. Written once, never edited."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from chassis.transaction import Transaction
from services.tickets.domain.routing import Choice
from services.tickets.domain.ticket import Ticket
from services.tickets.store import writing
from services.tickets.store.tables import assignments


def row(ticket: Ticket, choice: Choice, *, by: UUID | None, at: datetime) -> writing.Row:
    """The explanation that goes with the assignment just made."""
    if choice.group is None:
        raise ValueError("nobody was chosen")
    return (
        assignments,
        {
            "ticket_id": ticket.id,
            "seq": ticket.seq,
            "round": ticket.round,
            "group_id": choice.group.id,
            "group_name": choice.group.name,
            "rule_id": choice.rule_id,
            "rule_version": choice.rule_version,
            "chosen_by": by,
            "explanation": choice.explanation,
            "inputs": dict(choice.inputs),
            "candidates": [
                {"group_id": str(each.group_id), "name": each.name, "reason": each.reason} for each in choice.candidates
            ],
            "binding": ticket.binding,
            "at": at,
        },
    )


async def of_ticket(tx: Transaction, ticket_id: UUID) -> Sequence[Row[Any]]:
    statement = select(assignments).where(assignments.c.ticket_id == ticket_id).order_by(assignments.c.seq)
    return (await tx.execute(statement)).all()
