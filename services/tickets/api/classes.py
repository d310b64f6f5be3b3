"""Classes and their limits: those in force, all versions, and a community's new version."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, Field

from chassis.edge import Body, Edge, permitted, signed_in
from services.tickets.domain.class_table import SHIPPED, ClassTable, Limits
from services.tickets.domain.clock import Class, Clock, Limit, Unit
from services.tickets.handlers.classes import SetLimits, set_limits
from services.tickets.store.reference import load_reference

router = APIRouter(tags=["references"], prefix="/v1/classes")
Code = Literal["urgent", "utility", "general", "complex", "idea", "inquiry"]


class LimitBody(Body):
    """`minutes` of working or wall time; of calendar days 1,440 each."""

    minutes: Annotated[int, Field(ge=1, le=200_000)]
    unit: Unit


LimitsBody = Mapping[Code, Mapping[Clock, LimitBody]]


class ClassesBody(Body):
    """What is not named stays as it is at that time."""

    community_id: UUID
    classes: Annotated[LimitsBody, Field(min_length=1)]
    effective_from: AwareDatetime | None = None


class LimitModel(BaseModel):
    clock: str
    minutes: int
    unit: str


class ClassModel(BaseModel):
    code: str
    version: str
    limits: list[LimitModel]

    @classmethod
    def of(cls, known: Class, version: str) -> Self:
        limits = [
            LimitModel(clock=clock, minutes=round(limit.amount / timedelta(minutes=1)), unit=limit.unit)
            for clock, limit in known.limits.items()
        ]
        return cls(code=known.code, version=version, limits=limits)


class Classes(BaseModel):
    version: str
    effective_from: datetime | None
    items: list[ClassModel]

    @classmethod
    def of(cls, table: ClassTable) -> Self:
        items = [ClassModel.of(each, table.version) for each in table.classes.values()]
        return cls(version=table.version, effective_from=table.effective_from, items=items)


class ClassVersions(BaseModel):
    items: list[Classes]


@router.get("", response_model=Classes)
async def classes(edge: Annotated[Edge, signed_in()], community_id: UUID | None = None) -> Classes:
    """The limits in force now, of a community or as shipped."""
    async with edge.reading() as tx:
        return Classes.of((await load_reference(tx)).classes_of(community_id, tx.now))


@router.get("/versions", response_model=ClassVersions)
async def versions(community_id: UUID, edge: Annotated[Edge, permitted("tickets.rules")]) -> ClassVersions:
    """All versions of a community, the one that holds last of all first, and the one shipped."""
    async with edge.reading() as tx:
        tables = (await load_reference(tx)).class_tables
    found = [table for table in tables if table.community_id == community_id]
    return ClassVersions(items=[Classes.of(table) for table in (*found, SHIPPED)])


@router.post("", response_model=Classes, status_code=201)
async def change(body: ClassesBody, edge: Annotated[Edge, permitted("tickets.manage_rules")]) -> Response:
    command = SetLimits(community_id=body.community_id, limits=limits(body.classes), effective_from=body.effective_from)
    return await edge.command(lambda tx: set_limits(command, tx), Classes.of, status=201)


def limits(plain: LimitsBody) -> Limits:
    return {
        code: {clock: Limit(timedelta(minutes=each.minutes), each.unit) for clock, each in own.items()}
        for code, own in plain.items()
    }
