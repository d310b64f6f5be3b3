"""Hot spots, and cases like this one."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, signed_in
from services.tickets.api.answers import Moved
from services.tickets.domain.permission import STAFF
from services.tickets.handlers.hot_spot_parents import OpenParent, open_parent
from services.tickets.views import detail, hot_spots, similar
from services.tickets.views.rights import check

router = APIRouter(tags=["clusters"])


class ParentBody(Body):
    description: Annotated[str, Field(min_length=1, max_length=4_000)]
    merge: bool = False


class SimilarCases(BaseModel):
    items: list[similar.Similar]
    as_of: datetime


class Clusters(BaseModel):
    items: list[hot_spots.HotSpot]
    next: str | None
    as_of: datetime


@router.get("/v1/tickets/{ticket_id}/similar", response_model=SimilarCases)
async def read_similar(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> SimilarCases:
    async with edge.reading() as tx:
        ticket, found = await detail.read(tx, ticket_id)
        await check(tx, ticket, found & STAFF)
        if ticket.building_id is None:
            return SimilarCases(items=[], as_of=tx.now)
        words = f"{ticket.title} {ticket.description}"
        matter = similar.Matter(words, ticket.building_id, ticket.category, ticket.filed_at, ticket.id)
        return SimilarCases(items=await similar.similar(tx, matter), as_of=tx.now)


@router.get("/v1/clusters", response_model=Clusters)
async def list_clusters(
    edge: Annotated[Edge, permitted("clusters.read")],
    state: Literal["open", "closed"] = "open",
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, object]:
    page = edge.page(limit, cursor, state)
    async with edge.reading() as tx:
        items = await hot_spots.page(tx, state == "open", page.limit, page.after)
        return edge.listed(items, page, lambda item: [item.opened_at, item.id], as_of=tx.now)


@router.post("/v1/clusters/{cluster_id}:open-parent", response_model=Moved, status_code=201)
async def open_the_parent(
    cluster_id: UUID, body: ParentBody, edge: Annotated[Edge, permitted("clusters.open_parent")]
) -> Response:
    command = OpenParent(cluster_id=cluster_id, description=body.description, merging=body.merge)
    return await edge.command(lambda tx: open_parent(command, tx), Moved.of, status=201)
