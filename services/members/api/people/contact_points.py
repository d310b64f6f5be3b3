"""Contact points over HTTP."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from chassis.edge import Body, Edge, signed_in
from services.members.api.people.people import ContactBody
from services.members.domain.people.contact import ContactPoint
from services.members.handlers.people import contact_points as handlers

router = APIRouter(tags=["people"])


class ContactChanges(Body):
    preferred: bool | None = None
    verified: bool | None = None
    signs_in: bool | None = None


class ContactSaved(BaseModel):
    id: UUID
    signs_in: bool
    preferred: bool
    verified: bool

    @classmethod
    def of(cls, point: ContactPoint) -> Self:
        return cls(
            id=point.id,
            signs_in=point.signs_in,
            preferred=point.preferred,
            verified=point.verified_at is not None,
        )


@router.post("/v1/people/{person_id}/contact-points", response_model=ContactSaved, status_code=201)
async def add_contact(person_id: UUID, body: ContactBody, edge: Annotated[Edge, signed_in()]) -> Response:
    command = handlers.AddContact(person_id=person_id, contact=body.new())
    return await edge.command(lambda tx: handlers.add_contact(command, tx), ContactSaved.of, status=201)


@router.patch("/v1/people/{person_id}/contact-points/{point_id}", response_model=ContactSaved)
async def change_contact(
    person_id: UUID, point_id: UUID, body: ContactChanges, edge: Annotated[Edge, signed_in()]
) -> Response:
    command = handlers.ChangeContact(
        person_id=person_id,
        point_id=point_id,
        preferred=body.preferred,
        verified=body.verified,
        signs_in=body.signs_in,
    )
    return await edge.command(lambda tx: handlers.change_contact(command, tx), ContactSaved.of)


@router.post("/v1/people/{person_id}/contact-points/{point_id}:remove", response_model=ContactSaved)
async def remove_contact(person_id: UUID, point_id: UUID, edge: Annotated[Edge, signed_in()]) -> Response:
    command = handlers.RemoveContact(person_id=person_id, point_id=point_id)
    return await edge.command(lambda tx: handlers.remove_contact(command, tx), ContactSaved.of)
