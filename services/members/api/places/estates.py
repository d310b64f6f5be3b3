"""Estates over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, public
from services.members.api.answers import Saved
from services.members.api.places.areas import Name
from services.members.handlers.places import estates as handlers
from services.members.store.places import estates as store
from services.members.views import places as views

router = APIRouter(tags=["places"])

Buildings = Annotated[list[UUID], Field(max_length=200)]


class EstateBody(Body):
    name: Name
    community_id: UUID
    building_ids: Buildings = Field(default_factory=list)


class EstateChanges(Body):
    name: Name


class BuildingsBody(Body):
    add: Buildings = Field(default_factory=list)
    remove: Buildings = Field(default_factory=list)


class EstateShown(BaseModel):
    id: UUID
    name: str
    community_id: UUID
    buildings: int
    revision: int


class EstateDetail(EstateShown):
    building_ids: list[UUID]


@router.get("/v1/estates")
async def list_estates(edge: Annotated[Edge, public()]) -> dict[str, Any]:
    async with edge.reading() as tx:
        found = await views.list_estates(tx)
        items = [_shown(estate, buildings) for estate, buildings in found]
        return {"items": items, "next": None, "as_of": tx.now}


@router.get("/v1/estates/{estate_id}")
async def show_estate(estate_id: UUID, response: Response, edge: Annotated[Edge, public()]) -> EstateDetail:
    async with edge.reading() as tx:
        estate = await store.load(tx, estate_id)
        building_ids = await views.buildings_of(tx, estate_id)
    response.headers["ETag"] = f'"{estate.revision}"'
    return EstateDetail(**_shown(estate, len(building_ids)).model_dump(), building_ids=building_ids)


@router.post("/v1/estates", response_model=Saved, status_code=201)
async def add_estate(body: EstateBody, edge: Annotated[Edge, permitted("places.edit")]) -> Response:
    command = handlers.AddEstate(
        name=body.name, community_id=body.community_id, building_ids=tuple(dict.fromkeys(body.building_ids))
    )
    return await edge.command(lambda tx: handlers.add_estate(command, tx), Saved.of, status=201)


@router.patch("/v1/estates/{estate_id}", response_model=Saved)
async def rename_estate(
    estate_id: UUID, body: EstateChanges, edge: Annotated[Edge, permitted("places.edit", if_match=True)]
) -> Response:
    command = handlers.RenameEstate(estate_id=estate_id, expected=edge.expected, name=body.name)
    return await edge.command(lambda tx: handlers.rename_estate(command, tx), Saved.of)


@router.post("/v1/estates/{estate_id}:buildings", response_model=Saved)
async def change_buildings(
    estate_id: UUID, body: BuildingsBody, edge: Annotated[Edge, permitted("places.edit", if_match=True)]
) -> Response:
    command = handlers.ChangeBuildings(
        estate_id=estate_id, expected=edge.expected, add=tuple(body.add), remove=tuple(body.remove)
    )
    return await edge.command(lambda tx: handlers.change_buildings(command, tx), Saved.of)


def _shown(estate: Any, buildings: int) -> EstateShown:
    return EstateShown(
        id=estate.id, name=estate.name, community_id=estate.community_id, buildings=buildings, revision=estate.revision
    )
