"""What lies on whose desk."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.edge import Edge, permitted
from services.tickets.handlers.labels import named
from services.tickets.views import worklists
from services.tickets.views.rows import Listed, TicketRow, lines

router = APIRouter(tags=["worklists"], prefix="/v1/worklists")


class Worklists(BaseModel):
    counts: dict[str, int]
    as_of: datetime


@router.get("", response_model=Worklists)
async def counts(edge: Annotated[Edge, permitted("tickets.worklists")]) -> Worklists:
    async with edge.reading() as tx:
        return Worklists(counts=await worklists.counts(tx), as_of=tx.now)


@router.get("/{name}", response_model=Listed)
async def worklist(
    name: str,
    edge: Annotated[Edge, permitted("tickets.worklists")],
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, object]:
    page = edge.page(limit, cursor, name)
    async with edge.reading() as tx:
        rows, count = await worklists.worklist(tx, name, page.limit, page.after)
        items, as_of = await lines(tx, rows), tx.now
    items = await named(edge.running, items)
    return edge.listed(items, page, _key, count=count, as_of=as_of)


def _key(row: TicketRow) -> list[object]:
    return [row.due_at or worklists.FAR, row.id]
