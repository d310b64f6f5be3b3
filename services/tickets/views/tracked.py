"""What a resident sees of her case: one of four steps, a sentence, by when, and who comes."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import sentence
from services.tickets.domain.category import SEALED
from services.tickets.domain.state import Move
from services.tickets.store import copies, tickets
from services.tickets.store.reference import ZONE, load_reference
from services.tickets.store.tables import tickets as table


class WhoComes(BaseModel):
    group: str
    role: str
    name: str | None = None


class Tracked(BaseModel):
    id: UUID
    number: str
    step: int
    state: str
    category_label: str
    sentence: str
    due_at: datetime | None
    who: WhoComes | None
    outcome: str | None
    round: int
    filed_at: datetime
    actions: list[str]
    as_of: datetime


async def tracked(tx: Transaction, ticket_id: UUID) -> Tracked:
    row = (await tx.execute(select(table).where(table.c.id == ticket_id))).first()
    if row is None:
        raise Refused("tracking_not_found", status=404)
    ticket = tickets.from_row(row)
    names = await copies.names(tx, [ticket.group_id] if ticket.group_id else [])
    group = names.get(ticket.group_id, "") if ticket.group_id else ""
    who = WhoComes(group=group, role="handler" if ticket.handler_id else "group") if group else None
    label = (await load_reference(tx)).label(ticket.category)
    return Tracked(
        id=ticket.id,
        number=ticket.number,
        step=sentence.STEPS[ticket.state],
        state=ticket.state,
        category_label="" if ticket.category in SEALED else label,
        sentence=sentence.plain(
            ticket.state,
            group=group,
            outcome=ticket.outcome,
            due_at=ticket.next_due[1],
            zone=ZONE,
            urgent=ticket.class_code == "urgent",
        ),
        due_at=ticket.next_due[1],
        who=who,
        outcome=ticket.outcome,
        round=ticket.round,
        filed_at=ticket.filed_at,
        actions=["add-words", *(move.value for move in (Move.NUDGE, Move.WITHDRAW) if move in ticket.possible_moves)],
        as_of=tx.now,
    )
