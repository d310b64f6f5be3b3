"""Showing what is masked, and reading who looked, over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, signed_in
from services.members.handlers.people import reveals as handlers
from services.members.views import access_log as views

router = APIRouter(tags=["people"])


class RevealBody(Body):
    what: handlers.What
    target_id: UUID | None = None
    reason: str = Field(min_length=2, max_length=500)


class Revealed(BaseModel):
    value: str


@router.post("/v1/people/{person_id}:reveal", response_model=Revealed)
async def reveal(
    person_id: UUID, body: RevealBody, edge: Annotated[Edge, permitted("contact.reveal", key=False)]
) -> Response:
    command = handlers.Reveal(person_id=person_id, what=body.what, target_id=body.target_id, reason=body.reason)
    return await edge.command(lambda tx: handlers.reveal(command, tx), lambda value: Revealed(value=value))


@router.get("/v1/people/{person_id}/access-log")
async def list_reads(
    person_id: UUID, edge: Annotated[Edge, signed_in()], limit: int | None = None, cursor: str | None = None
) -> dict[str, Any]:
    page = edge.page(limit, cursor)
    async with edge.reading() as tx:
        found = await views.reads_of(tx, page, person_id)
        return edge.listed(found, page, key=lambda row: [row["id"]], as_of=tx.now)
