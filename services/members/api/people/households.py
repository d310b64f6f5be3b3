"""Households and residencies over HTTP."""

from collections.abc import Sequence
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.members.api.people.people import Language, Name, ResidencyBody
from services.members.api.people.shown import ResidencyShown
from services.members.domain.people.household import Relation, Tenure
from services.members.handlers.people import household_lists as lists
from services.members.handlers.people import households as handlers
from services.members.views import households as views

router = APIRouter(tags=["people"])


class OccupantBody(Body):
    name: Name
    phone: str | None = Field(None, max_length=40)
    relation: Relation = Relation.OTHER
    birth_year: int | None = None
    languages: list[Language] = Field(["zh-CN"], min_length=1, max_length=5)


class HouseholdBody(Body):
    building_id: UUID
    dwelling: str = Field("", max_length=100)
    tenure: Tenure = Tenure.UNKNOWN
    people: list[OccupantBody] = Field(default_factory=list, max_length=20)

    def command(self) -> lists.NewHousehold:
        occupants = (lists.Occupant(**one.model_dump() | {"languages": tuple(one.languages)}) for one in self.people)
        return lists.NewHousehold(
            building_id=self.building_id, dwelling=self.dwelling, tenure=self.tenure, people=tuple(occupants)
        )


class HouseholdsBody(Body):
    items: list[HouseholdBody] = Field(min_length=1, max_length=200)


class BroughtShown(BaseModel):
    id: UUID
    person_ids: list[UUID]


class BroughtMany(BaseModel):
    created: int
    items: list[BroughtShown]

    @classmethod
    def of(cls, brought: Sequence[lists.Brought]) -> Self:
        items = [BroughtShown(id=one.household.id, person_ids=list(one.person_ids)) for one in brought]
        return cls(created=len(items), items=items)


class ResidencySaved(BaseModel):
    household_id: UUID


@router.post("/v1/households", response_model=BroughtMany, status_code=201)
async def bring_in(body: HouseholdsBody, edge: Annotated[Edge, permitted("households.edit")]) -> Response:
    commands = [item.command() for item in body.items]
    return await edge.command(lambda tx: lists.bring_in(commands, tx), BroughtMany.of, status=201)


@router.get("/v1/households")
async def list_households(
    edge: Annotated[Edge, permitted("people.read")],
    building_id: UUID | None = None,
    community_id: UUID | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    page = edge.page(limit, cursor, (building_id, community_id))
    async with edge.reading() as tx:
        found = await views.list_households(tx, page, building_id=building_id, community_id=community_id)
        count = await views.count_households(tx, building_id=building_id, community_id=community_id)
        return edge.listed(found, page, key=lambda one: [one["id"]], count=count, as_of=tx.now)


@router.post("/v1/people/{person_id}/residencies", response_model=ResidencySaved, status_code=201)
async def add_residency(
    person_id: UUID, body: ResidencyBody, edge: Annotated[Edge, permitted("people.enrol")]
) -> Response:
    command = handlers.AddResidency(person_id=person_id, residency=body.new())
    return await edge.command(
        lambda tx: handlers.add_residency(command, tx), lambda id: ResidencySaved(household_id=id), status=201
    )


@router.post("/v1/people/{person_id}/residencies/{residency_id}:end", response_model=ResidencyShown)
async def end_residency(
    person_id: UUID, residency_id: UUID, edge: Annotated[Edge, permitted("people.enrol")]
) -> Response:
    command = handlers.EndResidency(person_id=person_id, residency_id=residency_id)
    return await edge.command(lambda tx: handlers.end_residency(command, tx), ResidencyShown.of)
