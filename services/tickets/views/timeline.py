"""What happened to a ticket, in one line of time: moves, words, raised deadlines and answers that did not act."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from chassis.transaction import Transaction
from services.tickets.domain.hidden import mask
from services.tickets.domain.permission import TEXT_READERS, Who
from services.tickets.domain.ticket import Step, Ticket
from services.tickets.store import follow_ups, marks, notes, tickets, watchers
from services.tickets.views.detail import read

INTERNAL_READERS = TEXT_READERS - {Who.REPORTER, Who.WATCHER}


class Entry(BaseModel):
    type: str
    at: datetime
    round: int
    seq: int | None = None
    move: str | None = None
    state_from: str | None = None
    state_to: str | None = None
    actor_id: UUID | None = None
    reason: str = ""
    details: dict[str, Any] = {}
    text: str = ""


class Timeline(BaseModel):
    items: list[Entry]
    as_of: datetime


async def timeline(tx: Transaction, ticket_id: UUID) -> Timeline:
    ticket, found = await read(tx, ticket_id)
    named = mask(ticket, found, await watchers.hidden_reporters(tx, ticket.id))
    items = [_move(step, named) for step in await tickets.history(tx, ticket)]
    items += await words(tx, ticket, found)
    items += [
        Entry(
            type="mark",
            at=row.raised_at,
            round=row.round,
            reason=row.clock,
            details={"threshold": row.threshold, "recipient_role": row.recipient_role, "superseded": row.superseded},
        )
        for row in await marks.of_ticket(tx, ticket_id)
    ]
    items += [
        Entry(
            type="answer",
            at=row.at,
            round=row.round,
            actor_id=named(row.person_id),
            reason=row.why,
            details={"purpose": row.purpose, "option": row.option, "acted": False},
        )
        for row in await follow_ups.strays_of(tx, ticket_id)
    ]
    return Timeline(items=sorted(items, key=lambda entry: (entry.at, entry.seq or 0)), as_of=tx.now)


async def words(tx: Transaction, ticket: Ticket, found: frozenset[Who]) -> list[Entry]:
    """The notes she may read: the resident those meant for her and her own, staff all, the auditor none."""
    if not found & TEXT_READERS:
        return []
    named = mask(ticket, found, await watchers.hidden_reporters(tx, ticket.id))
    audiences = ["resident", "internal"] if found & INTERNAL_READERS else ["resident"]
    return [
        Entry(
            type="contact" if row.kind == "contact" else "note",
            at=row.at,
            round=row.round,
            actor_id=named(row.author_id),
            reason=row.result or row.kind,
            text=row.text,
            details={"audience": row.audience},
        )
        for row in await notes.of_ticket(tx, ticket.id, audiences)
    ]


def _move(step: Step, named: Callable[[UUID | None], UUID | None]) -> Entry:
    return Entry(
        type="move",
        at=step.at,
        round=step.round,
        seq=step.seq,
        move=step.move,
        state_from=step.state_from,
        state_to=step.state_to,
        actor_id=named(step.actor_id),
        reason=step.reason,
        details=dict(step.details),
    )
