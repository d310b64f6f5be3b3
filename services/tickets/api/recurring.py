"""Walks that come round by themselves."""

from datetime import date, time
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.tickets.api.moves import Nothing
from services.tickets.handlers import recurring as handlers
from services.tickets.store.patrols import Patrol

router = APIRouter(tags=["patrols"], prefix="/v1/patrols")


class RecurrenceBody(Body):
    """`rule` as in RFC 5545: FREQ=DAILY, FREQ=WEEKLY;BYDAY=MO,TH, FREQ=MONTHLY;BYMONTHDAY=1,15. Local time."""

    rule: Annotated[str, Field(min_length=1, max_length=200)]
    first_day: date
    starts_at: time
    minutes: Annotated[int, Field(ge=10, le=720)]
    person_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]


class PatrolChanged(BaseModel):
    id: UUID
    state: str = "active"
    revision: int

    @classmethod
    def of(cls, patrol: Patrol) -> "PatrolChanged":
        return cls(id=patrol.id, revision=patrol.revision)


@router.post("/{patrol_id}:recur", response_model=PatrolChanged)
async def recur(patrol_id: UUID, body: RecurrenceBody, edge: Annotated[Edge, permitted("patrols.plan")]) -> Response:
    command = handlers.Recur(
        patrol_id=patrol_id,
        rule=body.rule,
        first_day=body.first_day,
        starts_at=body.starts_at,
        minutes=body.minutes,
        person_ids=tuple(body.person_ids),
    )
    return await edge.command(lambda tx: handlers.recur(command, tx), PatrolChanged.of)


@router.post("/{patrol_id}:end-recurrence", response_model=PatrolChanged)
async def end(patrol_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("patrols.plan")]) -> Response:
    return await edge.command(lambda tx: handlers.end_recurrence(patrol_id, tx), PatrolChanged.of)
