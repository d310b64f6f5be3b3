"""A mediation, for its mediators and for those who read the words of its case."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.permission import STAFF
from services.tickets.store import mediations
from services.tickets.views.detail import read


class Session(BaseModel):
    id: UUID
    held_at: datetime
    present: list[UUID]
    minutes: str


class MediationModel(BaseModel):
    id: UUID
    mediators: list[UUID]
    parties: list[UUID]
    state: str
    opened_at: datetime
    settled_at: datetime | None
    outcome: str
    agreement_ref: UUID | None
    sessions: list[Session]
    as_of: datetime


async def mediation(tx: Transaction, ticket_id: UUID) -> MediationModel:
    known = await mediations.of_ticket(tx, ticket_id)
    if known is None or tx.actor.person_id not in known.mediators:
        _, found = await read(tx, ticket_id)
        if not found & STAFF:
            raise Refused("not_permitted", status=403)
    if known is None:
        raise Refused("no_mediation", status=404)
    sessions = [
        Session.model_validate(row, from_attributes=True) for row in await mediations.sessions_of(tx, ticket_id)
    ]
    return MediationModel(
        id=known.ticket_id,
        mediators=list(known.mediators),
        parties=list(known.parties),
        state=known.state,
        opened_at=known.opened_at,
        settled_at=known.settled_at,
        outcome=known.outcome,
        agreement_ref=known.agreement_ref,
        sessions=sessions,
        as_of=tx.now,
    )
