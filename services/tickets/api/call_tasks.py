"""Calls to be made: what I may ring about, claimed and recorded. The number itself is revealed by members."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.tickets.api.moves import Code, Nothing, Text
from services.tickets.domain.call import CallResult, CallTask
from services.tickets.domain.follow_up import NOT_STATED
from services.tickets.handlers import call_tasks as handlers
from services.tickets.store import call_tasks

router = APIRouter(tags=["call-tasks"], prefix="/v1/call-tasks")
PERMISSION = "tickets.look_back"


class RecordBody(Body):
    result: CallResult
    answer: Annotated[str, Field(max_length=40)] = ""
    reason: Code = NOT_STATED
    words: Text = ""


class CallTaskRow(BaseModel):
    id: UUID
    ticket_id: UUID
    number: str
    category: str
    building_id: UUID | None
    group_id: UUID | None
    ticket_state: str
    round: int
    purpose: str
    why: str
    state: str
    opened_at: datetime
    not_before: datetime
    claimed_by: UUID | None
    claimed_until: datetime | None
    calls: int
    revision: int


class CallTasks(BaseModel):
    items: list[CallTaskRow]
    next: str | None
    as_of: datetime


class CallTaskMoved(BaseModel):
    id: UUID
    ticket_id: UUID
    state: str
    calls: int
    not_before: datetime
    claimed_by: UUID | None
    claimed_until: datetime | None
    revision: int

    @classmethod
    def of(cls, task: CallTask) -> Self:
        return cls.model_validate(task, from_attributes=True)


@router.get("", response_model=CallTasks)
async def list_call_tasks(
    edge: Annotated[Edge, permitted(PERMISSION)],
    limit: Annotated[int | None, Query()] = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    page = edge.page(limit, cursor, ())
    async with edge.reading() as tx:
        rows = await call_tasks.waiting(tx, edge.actor, PERMISSION, page.limit, page.after)
        items = [CallTaskRow.model_validate(row, from_attributes=True) for row in rows]
        return edge.listed(items, page, lambda row: [row.not_before, row.id], as_of=tx.now)


@router.post("/{task_id}:claim", response_model=CallTaskMoved)
async def claim(task_id: UUID, body: Nothing, edge: Annotated[Edge, permitted(PERMISSION, if_match=True)]) -> Response:
    command = handlers.ClaimCall(task_id=task_id, expected=edge.expected)
    return await edge.command(lambda tx: handlers.claim(command, tx), CallTaskMoved.of)


@router.post("/{task_id}:record", response_model=CallTaskMoved)
async def record(
    task_id: UUID, body: RecordBody, edge: Annotated[Edge, permitted(PERMISSION, if_match=True)]
) -> Response:
    command = handlers.RecordCall(
        task_id=task_id,
        expected=edge.expected,
        result=body.result,
        answer=body.answer,
        reason=body.reason,
        words=body.words,
    )
    return await edge.command(lambda tx: handlers.record(command, tx), CallTaskMoved.of)
