"""Which walks come round when, which days have been made, and which results a client has sent before."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.tickets.store.tables import offline_checks, patrol_recurrences, recurring_rounds


@dataclass(frozen=True, slots=True)
class Recurring:
    """When the walks of a patrol come round, in local time, and who usually goes."""

    patrol_id: UUID
    rule: str
    first_day: date
    starts_at: time
    minutes: int
    person_ids: tuple[UUID, ...]


async def put(tx: Transaction, recurring: Recurring) -> None:
    values = {
        "rule": recurring.rule,
        "first_day": recurring.first_day,
        "starts_at": recurring.starts_at,
        "minutes": recurring.minutes,
        "person_ids": list(recurring.person_ids),
    }
    statement = upsert(patrol_recurrences).values(patrol_id=recurring.patrol_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["patrol_id"], set_=values))


async def of_patrol(tx: Transaction, patrol_id: UUID) -> Recurring | None:
    statement = select(patrol_recurrences).where(patrol_recurrences.c.patrol_id == patrol_id)
    row = (await tx.execute(statement)).first()
    if row is None:
        return None
    return Recurring(row.patrol_id, row.rule, row.first_day, row.starts_at, row.minutes, tuple(row.person_ids))


async def end(tx: Transaction, patrol_id: UUID) -> None:
    await tx.execute(delete(patrol_recurrences).where(patrol_recurrences.c.patrol_id == patrol_id))


async def days_made(tx: Transaction, patrol_id: UUID) -> set[date]:
    statement = select(recurring_rounds.c.day).where(recurring_rounds.c.patrol_id == patrol_id)
    return {row.day for row in await tx.execute(statement)}


async def made(tx: Transaction, patrol_id: UUID, day: date, round_id: UUID) -> None:
    """Once a day: the row is unique."""
    await tx.execute(insert(recurring_rounds).values(patrol_id=patrol_id, day=day, round_id=round_id))


async def sent_before(tx: Transaction, client_id: UUID, round_id: UUID) -> tuple[UUID | None] | None:
    """The ticket a result led to that a client sends again; nothing when it is new."""
    statement = select(offline_checks.c.ticket_id).where(
        offline_checks.c.client_id == client_id, offline_checks.c.round_id == round_id
    )
    row = (await tx.execute(statement)).first()
    return (row.ticket_id,) if row else None


async def sent(tx: Transaction, client_id: UUID, round_id: UUID, ticket_id: UUID | None, noted_at: datetime) -> None:
    await tx.execute(
        insert(offline_checks).values(client_id=client_id, round_id=round_id, ticket_id=ticket_id, noted_at=noted_at)
    )
