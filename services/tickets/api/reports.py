"""Reports that stand, what the rates are made by, and the board that everybody may read."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, public
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.rates import Definition
from services.tickets.handlers import reports as handlers
from services.tickets.store import open311
from services.tickets.store import rates as store
from services.tickets.views import reports
from services.tickets.views.rights import groups_stand_in

router = APIRouter(tags=["figures"], prefix="/v1")
Weight = Annotated[int, Field(ge=0, le=100)]


class DefinitionBody(Body):
    """Whole numbers as weights of the response, solved and satisfied rate: 1, 1, 1 is a third each."""

    community_id: UUID
    weights: tuple[Weight, Weight, Weight] = (1, 1, 1)
    partly_counts_half: bool = False
    kinds: Annotated[list[Literal["complaint", "need", "report"]], Field(min_length=1, max_length=3)]
    effective_from: date


class DefinitionModel(BaseModel):
    version: str
    weights: list[int]
    partly_counts_half: bool
    kinds: list[str]
    effective_from: date


class Definitions(BaseModel):
    items: list[DefinitionModel]


class ExclusionBody(Body):
    ticket_id: UUID
    round: Annotated[int, Field(ge=1)]
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class ExclusionModel(BaseModel):
    ticket_id: UUID
    round: int
    reason: str


class Boards(BaseModel):
    items: list[reports.Board]


@router.get("/reports", response_model=reports.Reports)
async def list_reports(
    edge: Annotated[Edge, permitted("tickets.figures")],
    community_id: UUID,
    limit: Annotated[int, Query(ge=1, le=60)] = 12,
) -> reports.Reports:
    async with edge.reading() as tx:
        return await reports.listed(tx, community_id, limit)


@router.get("/reports/{report_id}", response_model=reports.ReportModel)
async def read_report(report_id: UUID, edge: Annotated[Edge, permitted("tickets.figures")]) -> reports.ReportModel:
    async with edge.reading() as tx:
        return await reports.one(tx, report_id)


@router.get("/public/board", response_model=Boards)
async def board(edge: Annotated[Edge, public(key=False)], community_id: UUID | None = None) -> Boards:
    async with edge.reading() as tx:
        return Boards(items=await reports.board(tx, community_id))


@router.get("/rate-definitions", response_model=Definitions)
async def definitions(edge: Annotated[Edge, permitted("tickets.rules")], community_id: UUID) -> Definitions:
    async with edge.reading() as tx:
        await _check_community(tx, community_id, "tickets.rules")
        known = await store.all_definitions(tx, community_id)
        return Definitions(items=[_definition(each, begins) for begins, each in known])


@router.post("/rate-definitions", response_model=DefinitionModel, status_code=201)
async def define(body: DefinitionBody, edge: Annotated[Edge, permitted("rates.define")]) -> Response:
    async with edge.reading() as tx:
        await _check_community(tx, body.community_id, "rates.define")
    if not any(body.weights):
        raise Refused("weights_are_all_nought", status=422, errors=[{"pointer": "/weights", "code": "nought"}])
    definition = Definition("", body.weights, body.partly_counts_half, tuple(body.kinds))
    command = handlers.DefineRates(
        community_id=body.community_id, definition=definition, effective_from=body.effective_from.replace(day=1)
    )
    return await edge.command(
        lambda tx: handlers.define_rates(command, tx),
        lambda version: _definition(definition, command.effective_from, version),
        status=201,
    )


@router.post("/rates/exclusions", response_model=ExclusionModel, status_code=201)
async def exclude(body: ExclusionBody, edge: Annotated[Edge, permitted("rates.exclude")]) -> Response:
    command = handlers.ExcludeRound(ticket_id=body.ticket_id, round=body.round, reason=body.reason)
    return await edge.command(
        lambda tx: handlers.exclude_round(command, tx),
        lambda done: ExclusionModel(ticket_id=done.ticket_id, round=done.round, reason=done.reason),
        status=201,
    )


async def _check_community(tx: Transaction, community_id: UUID, permission: str) -> None:
    place = next((each for each in await open311.jurisdictions(tx) if each.id == community_id), None)
    if place is not None and tx.actor.may(permission, area_path=place.path):
        return
    if not await groups_stand_in(tx, tx.actor.scopes(permission).organizations, community_id):
        raise Refused("community_unknown", status=404)


def _definition(definition: Definition, begins: date, version: str | None = None) -> DefinitionModel:
    return DefinitionModel(
        version=version or definition.version,
        weights=list(definition.weights),
        partly_counts_half=definition.partly_counts_half,
        kinds=list(definition.kinds),
        effective_from=begins,
    )
