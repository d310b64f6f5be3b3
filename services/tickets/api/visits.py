"""Visits to the place of a case."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chassis.edge import Body, Edge, permitted, signed_in
from services.tickets.domain.permission import TEXT_READERS
from services.tickets.domain.visit import Visit
from services.tickets.handlers import visits as handlers
from services.tickets.store import visits
from services.tickets.views import detail
from services.tickets.views.rights import check

router = APIRouter(tags=["tickets"], prefix="/v1/tickets/{ticket_id}/visits")


class PlanBody(Body):
    planned_at: AwareDatetime


class DoneBody(Body):
    result: Annotated[str, Field(min_length=1, max_length=1_000)]
    made_at: AwareDatetime | None = None


class VisitModel(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: UUID
    ticket_id: UUID
    round: int
    planned_by: UUID | None
    planned_at: datetime | None
    made_by: UUID | None
    made_at: datetime | None
    result: str

    @classmethod
    def of(cls, visit: Visit) -> Self:
        return cls.model_validate(visit)


class Visits(BaseModel):
    items: list[VisitModel]


@router.get("", response_model=Visits)
async def of_ticket(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> Visits:
    async with edge.reading() as tx:
        ticket, found = await detail.read(tx, ticket_id)
        await check(tx, ticket, found & TEXT_READERS)
        return Visits(items=[VisitModel.of(each) for each in await visits.of_ticket(tx, ticket_id)])


@router.post("", response_model=VisitModel, status_code=201)
async def plan(ticket_id: UUID, body: PlanBody, edge: Annotated[Edge, permitted("tickets.visit")]) -> Response:
    command = handlers.PlanVisit(ticket_id=ticket_id, planned_at=body.planned_at)
    return await edge.command(lambda tx: handlers.plan_visit(command, tx), VisitModel.of, status=201)


@router.post("/{visit_id}:done", response_model=VisitModel)
async def done(
    ticket_id: UUID, visit_id: UUID, body: DoneBody, edge: Annotated[Edge, permitted("tickets.visit")]
) -> Response:
    command = handlers.MakeVisit(ticket_id=ticket_id, visit_id=visit_id, result=body.result, made_at=body.made_at)
    return await edge.command(lambda tx: handlers.make_visit(command, tx), VisitModel.of)
