"""From a number to a person, for our own services."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, service_only
from services.members.domain.people.person import masked
from services.members.handlers.people import identification as handlers

router = APIRouter(prefix="/internal", tags=["internal"])


class IdentifyBody(Body):
    phone: str = Field(max_length=40)
    enrol: bool = False
    building_id: UUID | None = None
    name: str = Field("", max_length=60)
    email: str = Field("", max_length=254)
    key: str | None = Field(None, max_length=255)


class OtherShown(BaseModel):
    person_id: UUID
    name: str


class IdentifiedShown(BaseModel):
    person_id: UUID | None
    name: str
    community_id: UUID | None
    building_id: UUID | None
    language: str
    verified: bool
    state: str
    others: list[OtherShown]
    enrolled: bool

    @classmethod
    def of(cls, found: handlers.Identified, building_id: UUID | None) -> Self:
        person = found.person
        return cls(
            person_id=person.id if person else None,
            name=masked(person.name) if person else "",
            community_id=person.community_id if person else None,
            building_id=building_id,
            language=person.languages[0] if person else "",
            verified=found.verified,
            state=person.state if person else "none",
            others=[OtherShown(person_id=one.id, name=masked(one.name)) for one in found.others],
            enrolled=found.enrolled,
        )


@router.post("/people:identify", response_model=IdentifiedShown)
async def identify(body: IdentifyBody, edge: Annotated[Edge, service_only("tickets", "notify")]) -> Response:
    command = handlers.Identify(
        phone=body.phone, enrol=body.enrol, building_id=body.building_id, name=body.name, email=body.email
    )
    return await edge.command(lambda tx: handlers.identify(command, tx), lambda answer: IdentifiedShown.of(*answer))
