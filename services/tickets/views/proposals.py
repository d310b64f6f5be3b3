"""What the looks back say was left undone, by category: proposals for its checklist."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, and_, func, select

from chassis.transaction import Transaction
from services.tickets.domain.category import SEALED
from services.tickets.domain.closing import AGAIN, HOLDS
from services.tickets.domain.state import Move
from services.tickets.store.reference import load_reference
from services.tickets.store.tables import moves, notes, tickets
from services.tickets.views.scope import granted

PROPOSALS_MAX = 100
PERMISSION = "categories.change"


class Proposal(BaseModel):
    """Why one case was not well after four weeks, in the words of who looked."""

    ticket_id: UUID
    number: str
    words: str
    at: datetime


class Proposals(BaseModel):
    category: str
    holds: int
    again: int
    checklist: list[str]
    items: list[Proposal]
    as_of: datetime


async def proposals(tx: Transaction, code: str, community_id: UUID) -> Proposals:
    """The newest first. Of a delicate matter only the counts: its words leave no case."""
    category = (await load_reference(tx)).category(code, community_id, tx.now)
    counts = await _counts(tx, code, community_id)
    return Proposals(
        category=code,
        holds=counts.get(HOLDS, 0),
        again=counts.get(AGAIN, 0),
        checklist=list(category.checklist) if category else [],
        items=[] if code in SEALED else await _reasons(tx, code, community_id),
        as_of=tx.now,
    )


async def _counts(tx: Transaction, code: str, community_id: UUID) -> dict[str, int]:
    wanted = select(moves.c.reason, func.count().label("number")).join(tickets, tickets.c.id == moves.c.ticket_id)
    rows = await tx.execute(wanted.where(*_looked_back(tx, code, community_id)).group_by(moves.c.reason))
    return {row.reason: row.number for row in rows}


async def _reasons(tx: Transaction, code: str, community_id: UUID) -> list[Proposal]:
    """The look back and the reopening it led to are of one instant."""
    said = and_(notes.c.ticket_id == moves.c.ticket_id, notes.c.at == moves.c.at, notes.c.kind == "reopening")
    statement = (
        select(tickets.c.id.label("ticket_id"), tickets.c.number, notes.c.text.label("words"), moves.c.at)
        .join(tickets, tickets.c.id == moves.c.ticket_id)
        .join(notes, said)
        .where(*_looked_back(tx, code, community_id), moves.c.reason == AGAIN, notes.c.text != AGAIN)
        .order_by(moves.c.at.desc(), tickets.c.id)
        .limit(PROPOSALS_MAX)
    )
    return [Proposal(**row._mapping) for row in await tx.execute(statement)]


def _looked_back(tx: Transaction, code: str, community_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        granted(tx.actor, PERMISSION),
        tickets.c.community_id == community_id,
        tickets.c.category == code,
        moves.c.move == Move.LOOK_BACK,
    )
