"""A place in words, over HTTP: candidates, never a silent guess."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, public
from services.members.domain.places import address
from services.members.store.places import areas as store
from services.members.views import places as views

router = APIRouter(tags=["places"])


class WordsBody(Body):
    text: str = Field(min_length=1, max_length=2_000)
    within: UUID | None = None


class PartsShown(BaseModel):
    building: str | None
    entrance: str | None
    floor: str | None
    room: str | None


class Candidate(BaseModel):
    area_id: UUID
    kind: str
    name: str
    community_id: UUID | None
    estate_id: UUID | None
    path: list[UUID]
    names: list[str]


class Parsed(BaseModel):
    candidates: list[Candidate]
    exact: UUID | None
    parts: PartsShown


@router.post("/v1/places:parse")
async def parse(body: WordsBody, edge: Annotated[Edge, public(key=False)]) -> Parsed:
    parts = address.parse(body.text)
    plain = address.normalised(body.text)
    async with edge.reading() as tx:
        named = await views.named_in(tx, plain, body.within)
        named_estates = await views.estates_in(tx, plain)
        numbered = await views.numbered(tx, parts.building, body.within) if parts.building else []
        found = address.candidates(parts, named, named_estates, numbered)
        areas = await store.load_many(tx, [place.id for place in found])
        names = await views.names_of(tx, [area_id for area in areas.values() for area_id in area.path])
    shown = [
        Candidate(
            area_id=area.id,
            kind=area.kind,
            name=area.name,
            community_id=area.community_id,
            estate_id=area.estate_id,
            path=list(area.path),
            names=[names[area_id] for area_id in area.path],
        )
        for area in (areas[place.id] for place in found)
    ]
    return Parsed(
        candidates=shown, exact=address.exact(found), parts=PartsShown.model_validate(parts, from_attributes=True)
    )
