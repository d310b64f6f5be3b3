"""Public names that a reader's copy has not heard of yet."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.edge import Body, Edge, service_only
from services.members.store.groups import organizations
from services.members.store.places import areas
from services.members.views import places

router = APIRouter(prefix="/internal", tags=["internal"])


class LabelsBody(Body):
    areas: list[UUID] = Field(default_factory=list, max_length=1_000)
    estates: list[UUID] = Field(default_factory=list, max_length=1_000)
    organizations: list[UUID] = Field(default_factory=list, max_length=1_000)


@router.post("/labels:resolve")
async def resolve_labels(
    body: LabelsBody, edge: Annotated[Edge, service_only("tickets", "funds", "notify", "console")]
) -> dict[str, Any]:
    async with edge.reading() as tx:
        known_areas = await areas.load_many(tx, body.areas)
        known_groups = await organizations.load_many(tx, body.organizations)
        estates = await places.estate_names(tx, body.estates)
    return {
        "areas": {id: {"name": one.name, "kind": one.kind, "path": one.path} for id, one in known_areas.items()},
        "estates": {id: {"name": name} for id, name in estates.items()},
        "organizations": {
            id: {
                "name": one.name,
                "classification": one.classification,
                "path": one.path,
                "area_id": one.area_id,
            }
            for id, one in known_groups.items()
        },
    }
