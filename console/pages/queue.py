"""C2: what does nobody look after yet? Worklists and filters, all in the address under the API's own names."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from console.ask import categories, members, tickets
from console.ask.asks import Asks
from console.ask.client import Problem, Unheard
from console.names import Names, names_of
from console.pages.listing import SIZES, Listing
from console.pages.topics import topics_of_person
from console.screen import OperatorScreen, Wanted

router = APIRouter()
ROWS_MAX = 20


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of rows, with the names of the people in it."""

    rows: tickets.Rows
    names: Names
    as_of: datetime


@router.get("/tickets")
async def queue(screen: OperatorScreen, request: Request) -> Response:
    listing = Listing.of(request.query_params)
    wanted = {
        "queue": Wanted("tickets", lambda asks: _rows(asks, listing, screen.names_seconds)),
        "views": Wanted("tickets", tickets.worklists, side=True),
        "groups": Wanted("members", members.groups, side=True),
        "categories": Wanted("tickets", categories.categories, side=True),
    }
    return await screen.show(
        "pages/queue.html", wanted, topics=topics_of_person(screen.person), listing=listing, sizes=SIZES,
        worklist_names=tickets.WORKLISTS,
    )  # fmt: skip


async def _rows(asks: Asks, listing: Listing, seconds: float) -> Queue:
    rows = await listing.rows(asks)
    names = await names_of(asks, [row.handler_id for row in rows.items], seconds=seconds)
    return Queue(rows, names, rows.as_of)


@router.get("/tickets/rows")
async def rows(screen: OperatorScreen, ids: str = "", list: str = "") -> Response:
    """Only the visible rows that changed, each asked under the reader's own rights."""
    wanted = [one for one in ids.split(",") if _is_id(one)][:ROWS_MAX]
    try:
        found = await tickets.rows_of(screen.asks, tuple(wanted))
        counts = await tickets.worklists(screen.asks)
        names = await names_of(screen.asks, [row.handler_id for row in found], seconds=screen.names_seconds)
    except (Unheard, Problem):
        return Response(status_code=503)
    values = {"rows": found, "names": names, "as_of": counts.as_of, "address": Listing.read(list).address}
    return HTMLResponse(screen.parts.rendering.page("pages/queue_rows.html", screen.language, values))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
