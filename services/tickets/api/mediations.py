"""Disputes: who mediates between whom, the sessions, and what was agreed."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, Field

from chassis.edge import Body, Edge, permitted, signed_in
from services.tickets.domain.mediation import Mediation
from services.tickets.handlers import mediating
from services.tickets.views import mediations as views

router = APIRouter(tags=["tickets"], prefix="/v1/tickets")
People = Annotated[list[UUID], Field(min_length=1, max_length=100)]


class BeginBody(Body):
    mediators: People
    parties: People


class SessionBody(Body):
    held_at: AwareDatetime
    present: People
    minutes: Annotated[str, Field(min_length=1, max_length=20_000)]


class SettleBody(Body):
    outcome: Annotated[str, Field(max_length=4_000)]
    agreement_ref: UUID | None = None


class MediationMoved(BaseModel):
    id: UUID
    state: str
    revision: int = 1

    @classmethod
    def of(cls, mediation: Mediation) -> Self:
        return cls(id=mediation.ticket_id, state=mediation.state)


@router.post("/{ticket_id}/mediation", response_model=MediationMoved, status_code=201)
async def begin(ticket_id: UUID, body: BeginBody, edge: Annotated[Edge, permitted("tickets.mediate")]) -> Response:
    command = mediating.Begin(ticket_id=ticket_id, mediators=tuple(body.mediators), parties=tuple(body.parties))
    return await edge.command(lambda tx: mediating.begin(command, tx), MediationMoved.of, status=201)


@router.get("/{ticket_id}/mediation", response_model=views.MediationModel)
async def read(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> views.MediationModel:
    async with edge.reading() as tx:
        return await views.mediation(tx, ticket_id)


@router.post("/{ticket_id}/mediation/sessions", response_model=MediationMoved, status_code=201)
async def note_session(ticket_id: UUID, body: SessionBody, edge: Annotated[Edge, signed_in()]) -> Response:
    command = mediating.NoteSession(
        ticket_id=ticket_id, held_at=body.held_at, present=tuple(body.present), minutes=body.minutes
    )
    return await edge.command(lambda tx: mediating.note_session(command, tx), MediationMoved.of, status=201)


@router.post("/{ticket_id}/mediation:settle", response_model=MediationMoved)
async def settle(ticket_id: UUID, body: SettleBody, edge: Annotated[Edge, signed_in()]) -> Response:
    command = mediating.Settle(ticket_id=ticket_id, outcome=body.outcome, agreement_ref=body.agreement_ref)
    return await edge.command(lambda tx: mediating.settle(command, tx), MediationMoved.of)
