"""Coverage over HTTP: who answers for what, where."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, public
from services.members.api.groups.organizations import Category
from services.members.domain.groups.coverage import ANY, Coverage, Rank
from services.members.handlers.groups import coverage as handlers
from services.members.store.groups import coverage as store
from services.members.store.groups import organizations
from services.members.store.places import areas
from services.members.views import groups as views

router = APIRouter(tags=["groups"])


class CoverBody(Body):
    area_id: UUID
    category: Category = ANY
    rank: Rank = Rank.LEAD
    from_: datetime | None = Field(None, alias="from")
    until: datetime | None = None


class CoverageSaved(BaseModel):
    id: UUID
    until: datetime | None
    revision: int

    @classmethod
    def of(cls, one: Coverage) -> "CoverageSaved":
        return cls(id=one.id, until=one.during.end, revision=one.revision)


@router.get("/v1/areas/{area_id}/coverage")
async def coverage_at(area_id: UUID, edge: Annotated[Edge, public()]) -> dict[str, Any]:
    async with edge.reading() as tx:
        area = await areas.load(tx, area_id)
        found = await views.coverage_at(tx, area.path)
        return {"items": [views.as_coverage(one) for one in found], "next": None, "as_of": tx.now}


@router.get("/v1/organizations/{organization_id}/coverage")
async def coverage_of(organization_id: UUID, edge: Annotated[Edge, public()]) -> dict[str, Any]:
    async with edge.reading() as tx:
        await organizations.load(tx, organization_id)
        found = await store.of_organization(tx, organization_id)
        return {"items": [views.as_coverage(one) for one in found], "next": None, "as_of": tx.now}


@router.post("/v1/organizations/{organization_id}/coverage", response_model=CoverageSaved, status_code=201)
async def cover(
    organization_id: UUID, body: CoverBody, edge: Annotated[Edge, permitted("organizations.edit")]
) -> Response:
    command = handlers.Cover(
        organization_id=organization_id,
        area_id=body.area_id,
        category=body.category,
        rank=body.rank,
        start=body.from_,
        end=body.until,
    )
    return await edge.command(lambda tx: handlers.cover(command, tx), CoverageSaved.of, status=201)


@router.post("/v1/coverage/{coverage_id}:end", response_model=CoverageSaved)
async def end_coverage(coverage_id: UUID, edge: Annotated[Edge, permitted("organizations.edit")]) -> Response:
    return await edge.command(lambda tx: handlers.end_coverage(coverage_id, tx), CoverageSaved.of)
