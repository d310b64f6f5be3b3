"""Moving an area over HTTP: it takes its coverage and grants with it, so it belongs above places."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.edge import Body, Edge, permitted
from services.members.api.answers import Saved
from services.members.handlers.groups import relocations
from services.members.handlers.places.areas import MoveArea

router = APIRouter(tags=["places"])


class AreaMoveBody(Body):
    parent_id: UUID


@router.post("/v1/areas/{area_id}:move", response_model=Saved)
async def move_area(
    area_id: UUID, body: AreaMoveBody, edge: Annotated[Edge, permitted("places.edit", if_match=True)]
) -> Response:
    command = MoveArea(area_id=area_id, expected=edge.expected, parent_id=body.parent_id)
    return await edge.command(lambda tx: relocations.move_place(command, tx), Saved.of)
