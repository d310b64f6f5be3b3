"""Patrols and their rounds."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, Field, model_validator

from chassis.edge import Body, Edge, permitted, signed_in
from services.tickets.domain.patrol import CheckResult, PatrolRound, RoundState
from services.tickets.handlers import patrols as handlers
from services.tickets.handlers.patrols import Checked
from services.tickets.store.patrols import Patrol
from services.tickets.views import patrols as views

router = APIRouter(tags=["patrols"], prefix="/v1")
Name = Annotated[str, Field(min_length=1, max_length=120)]
Reason = Annotated[str, Field(max_length=1_000)]


class CheckpointBody(Body):
    label: Name
    area_id: UUID | None = None


class PatrolBody(Body):
    group_id: UUID
    name: Name
    area_id: UUID
    checkpoints: Annotated[list[CheckpointBody], Field(min_length=1, max_length=100)]
    minimum_people: Annotated[int, Field(ge=1, le=100)] = 1
    ticket_id: UUID | None = None


class RoundBody(Body):
    patrol_id: UUID
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    person_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]


class FindingBody(Body):
    category: Annotated[str, Field(min_length=1, max_length=40)]
    description: Annotated[str, Field(min_length=1, max_length=4_000)]


class CheckBody(Body):
    checkpoint_id: UUID
    result: CheckResult
    reason: Reason = ""
    finding: FindingBody | None = None
    client_id: UUID | None = None
    at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _finding_said(self) -> Self:
        if (self.result is CheckResult.FINDING) != (self.finding is not None):
            raise ValueError("a finding says what was found, anything else does not")
        return self


class ReasonBody(Body):
    reason: Reason = ""


class PatrolMade(BaseModel):
    id: UUID
    state: str
    revision: int
    checkpoints: list[views.Checkpoint]

    @classmethod
    def of(cls, patrol: Patrol) -> Self:
        points = [views.Checkpoint(id=each.id, label=each.label, area_id=each.area_id) for each in patrol.checkpoints]
        return cls(id=patrol.id, state="active", revision=patrol.revision, checkpoints=points)


class RoundMoved(BaseModel):
    id: UUID
    patrol_id: UUID
    state: str
    revision: int

    @classmethod
    def of(cls, round_: PatrolRound) -> Self:
        return cls(id=round_.id, patrol_id=round_.patrol_id, state=round_.state, revision=round_.revision)


class CheckTaken(RoundMoved):
    ticket_id: UUID | None = None

    @classmethod
    def of_check(cls, checked: Checked) -> "CheckTaken":
        return cls(**RoundMoved.of(checked.round).model_dump(), ticket_id=checked.ticket_id)


class Patrols(BaseModel):
    items: list[views.PatrolModel]
    next: None = None
    as_of: datetime


class Rounds(BaseModel):
    items: list[views.RoundModel]
    next: None = None
    as_of: datetime


@router.post("/patrols", response_model=PatrolMade, status_code=201)
async def plan(body: PatrolBody, edge: Annotated[Edge, permitted("patrols.plan")]) -> Response:
    command = handlers.PlanPatrol(
        group_id=body.group_id,
        name=body.name,
        area_id=body.area_id,
        minimum_people=body.minimum_people,
        ticket_id=body.ticket_id,
        checkpoints=tuple((point.label, point.area_id) for point in body.checkpoints),
    )
    return await edge.command(lambda tx: handlers.plan_patrol(command, tx), PatrolMade.of, status=201)


@router.get("/patrols", response_model=Patrols)
async def list_patrols(edge: Annotated[Edge, permitted("patrols.read")], group_id: UUID | None = None) -> Patrols:
    async with edge.reading() as tx:
        return Patrols(items=await views.all_patrols(tx, group_id), as_of=tx.now)


@router.get("/patrols/{patrol_id}", response_model=views.PatrolModel)
async def one_patrol(patrol_id: UUID, edge: Annotated[Edge, permitted("patrols.read")]) -> views.PatrolModel:
    async with edge.reading() as tx:
        return await views.one_patrol(tx, patrol_id)


@router.post("/patrol-rounds", response_model=RoundMoved, status_code=201)
async def plan_round(body: RoundBody, edge: Annotated[Edge, permitted("patrols.plan")]) -> Response:
    command = handlers.PlanRound(
        patrol_id=body.patrol_id, starts_at=body.starts_at, ends_at=body.ends_at, person_ids=tuple(body.person_ids)
    )
    return await edge.command(lambda tx: handlers.plan_round(command, tx), RoundMoved.of, status=201)


@router.get("/patrol-rounds", response_model=Rounds)
async def list_rounds(
    edge: Annotated[Edge, signed_in()], patrol_id: UUID | None = None, state: RoundState | None = None
) -> Rounds:
    async with edge.reading() as tx:
        return Rounds(items=await views.all_rounds(tx, patrol_id, state), as_of=tx.now)


@router.get("/patrol-rounds/{round_id}", response_model=views.RoundModel)
async def one_round(round_id: UUID, edge: Annotated[Edge, signed_in()], response: Response) -> views.RoundModel:
    async with edge.reading() as tx:
        found = await views.one_round(tx, round_id)
    response.headers["ETag"] = f'"{found.revision}"'
    return found


@router.post("/patrol-rounds/{round_id}:start", response_model=RoundMoved)
async def start(round_id: UUID, body: ReasonBody, edge: Annotated[Edge, signed_in(if_match=True)]) -> Response:
    command = handlers.RoundCommand(round_id=round_id, expected=edge.expected)
    return await edge.command(lambda tx: handlers.start_round(command, tx), RoundMoved.of)


@router.post("/patrol-rounds/{round_id}:check", response_model=CheckTaken)
async def check(round_id: UUID, body: CheckBody, edge: Annotated[Edge, signed_in(if_match=True)]) -> Response:
    command = handlers.CheckPoint(
        round_id=round_id,
        expected=edge.expected,
        checkpoint_id=body.checkpoint_id,
        result=body.result,
        reason=body.reason,
        category=body.finding.category if body.finding else "",
        description=body.finding.description if body.finding else "",
        client_id=body.client_id,
        at=body.at,
    )
    return await edge.command(lambda tx: handlers.check_point(command, tx), CheckTaken.of_check)


@router.post("/patrol-rounds/{round_id}:finish", response_model=RoundMoved)
async def finish(round_id: UUID, body: ReasonBody, edge: Annotated[Edge, signed_in(if_match=True)]) -> Response:
    command = handlers.RoundCommand(round_id=round_id, expected=edge.expected)
    return await edge.command(lambda tx: handlers.finish_round(command, tx), RoundMoved.of)


@router.post("/patrol-rounds/{round_id}:cancel", response_model=RoundMoved)
async def cancel(
    round_id: UUID, body: ReasonBody, edge: Annotated[Edge, permitted("patrols.plan", if_match=True)]
) -> Response:
    command = handlers.RoundCommand(round_id=round_id, expected=edge.expected, reason=body.reason)
    return await edge.command(lambda tx: handlers.cancel_round(command, tx), RoundMoved.of)
