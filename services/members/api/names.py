"""Names for ids: public ones for all, those of people as the reader may see them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, signed_in
from services.members.domain.people.person import masked
from services.members.views import groups, people, places

router = APIRouter(tags=["names"])


class IdsBody(Body):
    ids: list[UUID] = Field(max_length=200)


class Named(BaseModel):
    kind: str
    name: str


class Names(BaseModel):
    names: dict[UUID, Named]


@router.post("/v1/names")
async def names(body: IdsBody, edge: Annotated[Edge, signed_in(services=["console"], key=False)]) -> Names:
    async with edge.reading() as tx:
        found = {
            "area": await places.names_of(tx, body.ids),
            "estate": await places.estate_names(tx, body.ids),
            "organization": await groups.names_of(tx, body.ids),
        }
        seen = {} if edge.actor.person_id is None else await people.seen(tx, body.ids)
    known = {id: Named(kind=kind, name=name) for kind, each in found.items() for id, name in each.items()}
    for person in seen.values():
        whole = person.id == edge.actor.person_id
        known[person.id] = Named(kind="person", name=person.name if whole else masked(person.name))
    return Names(names=known)
