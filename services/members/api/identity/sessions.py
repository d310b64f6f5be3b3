"""Sessions and disabling over HTTP, and the keys that tokens are checked with."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, public, signed_in
from services.members.api.answers import Saved
from services.members.domain.identity.session import Session
from services.members.domain.people.person import PersonMove
from services.members.handlers.identity import sessions as handlers
from services.members.handlers.identity import tokens
from services.members.handlers.people.people import MovePerson
from services.members.views import identity as views

router = APIRouter(tags=["sign-in"])


class ReasonBody(Body):
    reason: str = Field("", max_length=500)


class SessionListed(BaseModel):
    id: UUID
    level: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    kept: bool

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(
            id=session.id,
            level=session.level,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            expires_at=session.expires_at,
            kept=session.kept,
        )


class SessionOver(BaseModel):
    id: UUID
    state: str = "ended"

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(id=session.id)


@router.get("/v1/sessions")
async def list_sessions(edge: Annotated[Edge, signed_in()], person_id: UUID | None = None) -> dict[str, Any]:
    async with edge.reading() as tx:
        found = await views.open_sessions(tx, person_id or edge.actor.person_id)
        good = [SessionListed.of(one) for one in found if one.good(handlers.real_now())]
        return {"items": good, "next": None, "as_of": tx.now}


@router.post("/v1/sessions/{session_id}:revoke", response_model=SessionOver)
async def end_session(session_id: UUID, body: ReasonBody, edge: Annotated[Edge, signed_in()]) -> Response:
    command = handlers.EndSession(session_id=session_id, reason=body.reason)
    return await edge.command(lambda tx: handlers.end_by_id(command, tx), SessionOver.of)


@router.post("/v1/people/{person_id}:disable", response_model=Saved)
async def disable(
    person_id: UUID, body: ReasonBody, edge: Annotated[Edge, permitted("sessions.revoke", if_match=True)]
) -> Response:
    return await _move(person_id, PersonMove.DISABLE, body, edge)


@router.post("/v1/people/{person_id}:enable", response_model=Saved)
async def enable(
    person_id: UUID, body: ReasonBody, edge: Annotated[Edge, permitted("sessions.revoke", if_match=True)]
) -> Response:
    return await _move(person_id, PersonMove.ENABLE, body, edge)


@router.get("/.well-known/jwks.json")
async def key_set(edge: Annotated[Edge, public()]) -> dict[str, Any]:
    async with edge.reading() as tx:
        return await tokens.key_set(tx)


async def _move(person_id: UUID, move: PersonMove, body: ReasonBody, edge: Edge) -> Response:
    command = MovePerson(person_id=person_id, expected=edge.expected, move=move, reason=body.reason)
    return await edge.command(lambda tx: handlers.disable_or_enable(command, tx), Saved.of)
