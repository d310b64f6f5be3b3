"""How much each member of a group has on her hands, whom the system would name, and what the leader has settled."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, signed_in
from services.tickets.domain.workload import GroupSettings
from services.tickets.handlers import groups
from services.tickets.views import workloads

router = APIRouter(tags=["groups"], prefix="/v1")


class SettingsBody(Body):
    cap: Annotated[int, Field(ge=1, le=100)]
    chooses_at_once: bool = False
    members_accept: bool = False


class SettingsModel(BaseModel):
    id: UUID
    cap: int
    chooses_at_once: bool
    members_accept: bool
    revision: int


class Suggested(BaseModel):
    items: list[workloads.LoadModel]
    all_full: bool
    as_of: datetime


@router.get("/groups/{group_id}/workload", response_model=workloads.Workload)
async def read_workload(
    group_id: UUID, edge: Annotated[Edge, permitted("tickets.hand_over")], response: Response
) -> workloads.Workload:
    async with edge.reading() as tx:
        found = await workloads.workload(tx, group_id)
    response.headers["ETag"] = f'"{found.revision}"'
    return found


@router.patch("/groups/{group_id}/workload", response_model=SettingsModel)
async def settle(
    group_id: UUID, body: SettingsBody, edge: Annotated[Edge, permitted("tickets.hand_over", if_match=True)]
) -> Response:
    wanted = GroupSettings(body.cap, body.chooses_at_once, body.members_accept, edge.expected or 0)
    return await edge.command(
        lambda tx: groups.settle(group_id, wanted, tx),
        lambda settled: SettingsModel.model_validate({"id": group_id, **workloads.plain(settled)}),
    )


@router.get("/tickets/{ticket_id}/suggested-handlers", response_model=Suggested)
async def suggested(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> Suggested:
    async with edge.reading() as tx:
        items = await workloads.suggested(tx, ticket_id)
        return Suggested(items=items, all_full=not items, as_of=tx.now)
