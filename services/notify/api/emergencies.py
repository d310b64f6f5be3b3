"""Emergencies: asked for, approved, ended; what is in force for everybody to see; and whom it reached."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.edge import Body, Edge, permitted, signed_in
from services.notify.api.shapes import Moved, Shape
from services.notify.domain.emergency import HOURS_MAX
from services.notify.handlers import emergencies
from services.notify.handlers.emergencies import AUTHORISE, RequestEmergency
from services.notify.store import emergencies as rows

router = APIRouter()
READ = "notify.emergencies.read"
Authoriser = Annotated[Edge, permitted(AUTHORISE)]


class EmergencyBody(Body):
    """Why, where, for how long, and with which text."""

    reason: str = Field(min_length=1, max_length=500)
    area_id: UUID
    hours: int = Field(ge=1, le=HOURS_MAX)
    template: str = Field(min_length=1, max_length=64)


class Banner(Shape):
    """What everybody is shown while an emergency is in force."""

    id: UUID
    area_id: UUID
    area_name: str | None
    reason: str
    ends_at: datetime


class EmergencyShape(Shape):
    """One emergency with both its people."""

    id: UUID
    state: str
    reason: str
    area_id: UUID
    hours: int
    template: str
    requested_by: UUID
    requested_at: datetime
    approved_by: UUID | None
    begins_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    revision: int


class Told(Shape):
    """One message of an emergency: whom it was for, how, and what became of it."""

    id: UUID
    person_id: UUID | None
    channel: str
    state: str
    reason: str
    created_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None


@router.post("/v1/emergencies", response_model=Moved, status_code=201)
async def request_emergency(body: EmergencyBody, edge: Authoriser) -> Response:
    """Ask for an emergency; another person must approve it."""
    command = RequestEmergency(body.reason, body.area_id, body.hours, body.template)
    return await edge.command(lambda tx: emergencies.request(command, tx), Moved.of, 201)


@router.post("/v1/emergencies/{emergency_id}:approve", response_model=Moved)
async def approve_emergency(emergency_id: UUID, edge: Authoriser) -> Response:
    """Put it in force."""
    return await edge.command(lambda tx: emergencies.approve(emergency_id, tx), Moved.of)


@router.post("/v1/emergencies/{emergency_id}:end", response_model=Moved)
async def end_emergency(emergency_id: UUID, edge: Authoriser) -> Response:
    """End it before its time."""
    return await edge.command(lambda tx: emergencies.end(emergency_id, tx), Moved.of)


@router.get("/v1/emergencies/in-force")
async def list_banners(edge: Annotated[Edge, signed_in(services={"console"})]) -> dict[str, Any]:
    """What is in force now, for the banner on every page."""
    async with edge.reading() as tx:
        return {"items": [Banner.of(row) for row in await rows.in_force(tx)], "as_of": tx.now}


@router.get("/v1/emergencies")
async def list_emergencies(
    edge: Annotated[Edge, permitted(READ)],
    state: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Emergencies of the reader's areas, newest first."""
    page = edge.page(limit, cursor, state)
    async with edge.reading() as tx:
        found = await rows.page(tx, edge.actor.scopes(READ), state, page.limit, page.after)
        shown = [EmergencyShape.of(row) for row in found]
        return edge.listed(shown, page, key=lambda e: [e.requested_at, e.id], as_of=tx.now)


@router.get("/v1/emergencies/{emergency_id}/report")
async def get_report(
    emergency_id: UUID, edge: Annotated[Edge, permitted(READ)], limit: int | None = None, cursor: str | None = None
) -> dict[str, Any]:
    """Who was reached, how, and who was not: figures over all, and every message page by page."""
    page = edge.page(limit, cursor, emergency_id)
    scopes = edge.actor.scopes(READ)
    async with edge.reading() as tx:
        emergency = EmergencyShape.of(await rows.seen(tx, scopes, emergency_id))
        found = await rows.messages_page(tx, emergency_id, page.limit, page.after)
        told = [Told.of(row) for row in found]
        more = {"emergency": emergency, "figures": await rows.figures(tx, emergency_id), "as_of": tx.now}
        return edge.listed(told, page, key=lambda t: [t.created_at, t.id], **more)
