"""Areas over HTTP."""

from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, public
from services.members.api.answers import Action, Saved, SavedMany
from services.members.domain.places.area import Area, AreaKind, AreaState
from services.members.handlers.places import areas as handlers
from services.members.store.places import areas as store
from services.members.views import places as views

router = APIRouter(tags=["places"])

Name = Annotated[str, Field(min_length=1, max_length=100)]
Code = Annotated[str, Field(min_length=1, max_length=32)]
Dwellings = Annotated[int, Field(ge=0, le=100_000)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class AreaBody(Body):
    id: UUID | None = None
    kind: AreaKind
    parent_id: UUID
    name: Name
    local_code: Code | None = None
    division_code: Code | None = None
    has_property_management: bool | None = None
    dwelling_count: Dwellings | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None

    def command(self) -> handlers.AddArea:
        return handlers.AddArea(**self.model_dump())


class AreasBody(Body):
    items: list[AreaBody] = Field(min_length=1, max_length=200)


class AreaChanges(Body):
    name: Name | None = None
    local_code: Code | None = None
    has_property_management: bool | None = None
    dwelling_count: Dwellings | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None


class AreaShown(BaseModel):
    """A place as anybody may see it."""

    id: UUID
    kind: AreaKind
    parent_id: UUID | None
    path: list[UUID]
    name: str
    division_code: str | None
    local_code: str | None
    estate_id: UUID | None
    has_property_management: bool | None
    dwelling_count: int | None
    lat: float | None
    lon: float | None
    state: AreaState
    community_id: UUID | None
    revision: int

    @classmethod
    def of(cls, area: Area) -> Self:
        return cls.model_validate(area, from_attributes=True)


class AreaDetail(AreaShown):
    actions: list[Action]


@router.get("/v1/areas")
async def list_areas(
    edge: Annotated[Edge, public()],
    parent_id: UUID | None = None,
    under: UUID | None = None,
    kind: AreaKind | None = None,
    name: Annotated[str | None, Query(max_length=100)] = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    page = edge.page(limit, cursor, (parent_id, under, kind, name))
    async with edge.reading() as tx:
        found = await views.list_areas(tx, page, parent_id=parent_id, under=under, kind=kind, name=name)
        return edge.listed([AreaShown.of(area) for area in found], page, key=lambda area: [area.id], as_of=tx.now)


@router.get("/v1/areas/{area_id}")
async def show_area(area_id: UUID, response: Response, edge: Annotated[Edge, public()]) -> AreaDetail:
    async with edge.reading() as tx:
        area = await store.load(tx, area_id)
    response.headers["ETag"] = f'"{area.revision}"'
    may = edge.actor.may("places.edit", area_path=area.path)
    actions = [
        Action(name=name, allowed=may, why_not=None if may else "not_permitted") for name in ("change", "move", "close")
    ]
    return AreaDetail(**AreaShown.of(area).model_dump(), actions=actions)


@router.post("/v1/areas", response_model=Saved, status_code=201)
async def add_area(body: AreaBody, edge: Annotated[Edge, permitted("places.edit")]) -> Response:
    return await edge.command(
        lambda tx: handlers.add_areas([body.command()], tx), lambda saved: Saved.of(saved[0]), status=201
    )


@router.post("/v1/areas:batch", response_model=SavedMany, status_code=201)
async def add_areas(body: AreasBody, edge: Annotated[Edge, permitted("places.edit")]) -> Response:
    commands = [item.command() for item in body.items]
    return await edge.command(lambda tx: handlers.add_areas(commands, tx), SavedMany.of, status=201)


@router.patch("/v1/areas/{area_id}", response_model=Saved)
async def change_area(
    area_id: UUID, body: AreaChanges, edge: Annotated[Edge, permitted("places.edit", if_match=True)]
) -> Response:
    changes = body.model_dump(exclude_unset=True)
    command = handlers.ChangeArea(area_id=area_id, expected=edge.expected, changes=changes)
    return await edge.command(lambda tx: handlers.change_area(command, tx), Saved.of)


@router.post("/v1/areas/{area_id}:close", response_model=Saved)
async def close_area(area_id: UUID, edge: Annotated[Edge, permitted("places.edit", if_match=True)]) -> Response:
    command = handlers.CloseArea(area_id=area_id, expected=edge.expected)
    return await edge.command(lambda tx: handlers.close_area(command, tx), Saved.of)
