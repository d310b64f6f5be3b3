"""Task forces over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.members.api.answers import Saved
from services.members.domain.groups.task_force import TaskForce, TaskForceState
from services.members.handlers.groups import task_forces as handlers
from services.members.views import groups as views

router = APIRouter(tags=["groups"])


class FormBody(Body):
    person_ids: list[UUID] = Field(min_length=1, max_length=200)
    until: datetime | None = None


class TaskForceShown(BaseModel):
    id: UUID
    organization_id: UUID
    ticket_id: UUID
    building_id: UUID | None
    size: int
    purpose_code: str
    state: TaskForceState
    person_ids: list[UUID]
    until: datetime | None
    revision: int

    @classmethod
    def of(cls, one: TaskForce) -> Self:
        return cls.model_validate(one, from_attributes=True)


@router.get("/v1/task-forces")
async def list_task_forces(
    edge: Annotated[Edge, permitted("task_forces.form")],
    organization_id: UUID | None = None,
    ticket_id: UUID | None = None,
    state: TaskForceState | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    page = edge.page(limit, cursor, (organization_id, ticket_id, state))
    async with edge.reading() as tx:
        found = await views.list_task_forces(
            tx, page, organization_id=organization_id, ticket_id=ticket_id, state=state
        )
        return edge.listed([TaskForceShown.of(one) for one in found], page, key=lambda one: [one.id], as_of=tx.now)


@router.post("/v1/task-forces/{task_force_id}:form", response_model=Saved)
async def form(
    task_force_id: UUID, body: FormBody, edge: Annotated[Edge, permitted("task_forces.form", if_match=True)]
) -> Response:
    command = handlers.FormTaskForce(
        task_force_id=task_force_id,
        expected=edge.expected,
        person_ids=tuple(body.person_ids),
        until=body.until,
    )
    return await edge.command(lambda tx: handlers.form(command, tx), Saved.of)
