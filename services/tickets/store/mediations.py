"""Mediations and their sessions."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.tickets.domain.mediation import Mediation, MediationState
from services.tickets.store.tables import mediation_sessions, mediations


async def of_ticket(tx: Transaction, ticket_id: UUID) -> Mediation | None:
    row = (await tx.execute(select(mediations).where(mediations.c.ticket_id == ticket_id))).first()
    if row is None:
        return None
    known = {**row._mapping, "state": MediationState(row.state)}
    return Mediation(**known | {"mediators": tuple(row.mediators), "parties": tuple(row.parties)})


async def put(tx: Transaction, mediation: Mediation) -> None:
    values = asdict(mediation) | {"mediators": list(mediation.mediators), "parties": list(mediation.parties)}
    changed = {name: value for name, value in values.items() if name != "ticket_id"}
    statement = upsert(mediations).values(values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["ticket_id"], set_=changed))


async def add_session(
    tx: Transaction, ticket_id: UUID, *, held_at: datetime, present: Sequence[UUID], minutes: str
) -> None:
    values = {"held_at": held_at, "present": list(present), "minutes": minutes, "noted_by": tx.actor.person_id}
    await tx.execute(insert(mediation_sessions).values(id=tx.new_id(), ticket_id=ticket_id, **values))


async def sessions_of(tx: Transaction, ticket_id: UUID) -> Sequence[Row[Any]]:
    statement = select(mediation_sessions).where(mediation_sessions.c.ticket_id == ticket_id)
    return (await tx.execute(statement.order_by(mediation_sessions.c.held_at))).all()
