"""Follow-ups: one row per round, and the answers that could not act."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.tickets.domain.follow_up import FollowUp
from services.tickets.store.tables import follow_ups, stray_answers, tickets


async def of_round(tx: Transaction, ticket_id: UUID, round_: int) -> FollowUp | None:
    statement = select(follow_ups).where(follow_ups.c.ticket_id == ticket_id, follow_ups.c.round == round_)
    row = (await tx.execute(statement)).first()
    return FollowUp(**row._mapping) if row else None


async def open_round(tx: Transaction, ticket_id: UUID, round_: int) -> FollowUp:
    """The asking of this round, made when it is resolved."""
    known = await of_round(tx, ticket_id, round_)
    return known or FollowUp(tx.new_id(), ticket_id, round_)


async def save(tx: Transaction, follow_up: FollowUp) -> None:
    """At most one acting answer per round: the row is unique, and only an unanswered one is written over."""
    values = asdict(follow_up)
    statement = upsert(follow_ups).values(values)
    changed = {name: statement.excluded[name] for name in values if name not in ("id", "ticket_id", "round")}
    await tx.execute(statement.on_conflict_do_update(constraint="follow_ups_one_per_round", set_=changed))


async def of_ticket(tx: Transaction, ticket_id: UUID) -> Sequence[Row[Any]]:
    statement = select(follow_ups).where(follow_ups.c.ticket_id == ticket_id).order_by(follow_ups.c.round)
    return (await tx.execute(statement)).all()


async def keep_stray(
    tx: Transaction, ticket_id: UUID, *, round_: int, purpose: str, option: str, person_id: UUID | None, why: str
) -> None:
    """An answer that changes nothing stays on the timeline."""
    await tx.execute(
        insert(stray_answers).values(
            id=tx.new_id(),
            ticket_id=ticket_id,
            round=round_,
            purpose=purpose,
            option=option,
            person_id=person_id,
            why=why,
            at=tx.now,
        )
    )


async def strays_of(tx: Transaction, ticket_id: UUID) -> Sequence[Row[Any]]:
    statement = select(stray_answers).where(stray_answers.c.ticket_id == ticket_id).order_by(stray_answers.c.at)
    return (await tx.execute(statement)).all()


async def mark_call_back(tx: Transaction, ticket_id: UUID, wanted: bool) -> None:
    """Somebody should ring the resident: a worklist, not a state."""
    await tx.execute(update(tickets).where(tickets.c.id == ticket_id).values(call_back=wanted))
