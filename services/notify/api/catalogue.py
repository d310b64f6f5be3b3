"""The figures of what is open, and the switch that stops sign-in codes."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.edge import Body, Edge, permitted
from services.notify import views
from services.notify.api.shapes import Moved
from services.notify.handlers import mending
from services.notify.handlers.mending import TurnCodes

router = APIRouter()
Stopper = Annotated[Edge, permitted("notify.codes.stop")]


class Reason(Body):
    """Why the switch is turned."""

    reason: str = Field(min_length=1, max_length=500)


@router.get("/v1/counts")
async def get_counts(edge: Annotated[Edge, permitted("notify.counts.read")]) -> dict[str, Any]:
    """What stands open: unknown now and the oldest, parked, queued, strays, extras."""
    async with edge.reading() as tx:
        return asdict(await views.counts(tx)) | {"as_of": tx.now}


@router.post("/v1/codes:stop", response_model=Moved)
async def stop_codes(body: Reason, edge: Stopper) -> Response:
    """Send no sign-in code to anybody."""
    return await edge.command(lambda tx: mending.turn_codes(TurnCodes(True, body.reason), tx), Moved.of)


@router.post("/v1/codes:resume", response_model=Moved)
async def resume_codes(body: Reason, edge: Stopper) -> Response:
    """Send sign-in codes again."""
    return await edge.command(lambda tx: mending.turn_codes(TurnCodes(False, body.reason), tx), Moved.of)
