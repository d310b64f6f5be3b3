"""Patrol plans and walks, as their readers see them."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Uuid, cast, false, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.auth import Actor
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.store import patrols as store
from services.tickets.store import recurring
from services.tickets.store.tables import patrol_rounds, patrols

PAGE = 200


class Checkpoint(BaseModel):
    id: UUID
    label: str
    area_id: UUID | None


class Recurrence(BaseModel):
    rule: str
    first_day: date
    starts_at: time
    minutes: int
    person_ids: list[UUID]


class PatrolModel(BaseModel):
    id: UUID
    name: str
    group_id: UUID
    area_id: UUID
    ticket_id: UUID | None
    community_id: UUID | None
    minimum_people: int
    checkpoints: list[Checkpoint]
    recurrence: Recurrence | None = None
    state: str = "active"
    revision: int


class Check(BaseModel):
    checkpoint_id: UUID
    result: str
    reason: str
    ticket_id: UUID | None
    by: UUID | None
    at: datetime


class RoundModel(BaseModel):
    id: UUID
    patrol_id: UUID
    starts_at: datetime
    ends_at: datetime
    person_ids: list[UUID]
    state: str
    started_at: datetime | None
    finished_at: datetime | None
    reason: str
    checks: list[Check] = []
    revision: int


def _visible(actor: Actor) -> ColumnElement[bool]:
    scopes = actor.scopes("patrols.read")
    found: list[ColumnElement[bool]] = []
    if scopes.areas:
        found.append(patrols.c.area_path.op("&&", is_comparison=True)(cast(scopes.areas, ARRAY(Uuid))))
    if scopes.organizations:
        found.append(patrols.c.group_path.op("&&", is_comparison=True)(cast(scopes.organizations, ARRAY(Uuid))))
    return or_(false(), *found)


async def all_patrols(tx: Transaction, group_id: UUID | None) -> list[PatrolModel]:
    statement = select(patrols).where(_visible(tx.actor)).order_by(patrols.c.made_at.desc(), patrols.c.id).limit(PAGE)
    if group_id is not None:
        statement = statement.where(patrols.c.group_id == group_id)
    return [await _patrol(tx, row) for row in (await tx.execute(statement)).all()]


async def one_patrol(tx: Transaction, patrol_id: UUID) -> PatrolModel:
    row = (await tx.execute(select(patrols).where(patrols.c.id == patrol_id, _visible(tx.actor)))).first()
    if row is None:
        raise Refused("patrol_unknown", status=404)
    return await _patrol(tx, row)


async def all_rounds(tx: Transaction, patrol_id: UUID | None, state: str | None) -> list[RoundModel]:
    conditions: list[ColumnElement[bool]] = [_walkable(tx.actor)]
    if patrol_id is not None:
        conditions.append(patrol_rounds.c.patrol_id == patrol_id)
    if state is not None:
        conditions.append(patrol_rounds.c.state == state)
    statement = select(patrol_rounds).join(patrols, patrols.c.id == patrol_rounds.c.patrol_id).where(*conditions)
    rows = await tx.execute(statement.order_by(patrol_rounds.c.starts_at.desc(), patrol_rounds.c.id).limit(PAGE))
    return [RoundModel.model_validate(dict(row._mapping)) for row in rows]


async def one_round(tx: Transaction, round_id: UUID) -> RoundModel:
    statement = select(patrol_rounds).join(patrols, patrols.c.id == patrol_rounds.c.patrol_id)
    row = (await tx.execute(statement.where(patrol_rounds.c.id == round_id, _walkable(tx.actor)))).first()
    if row is None:
        raise Refused("patrol_round_unknown", status=404)
    checks: list[Any] = [dict(check._mapping) for check in await store.checks_of(tx, round_id)]
    return RoundModel.model_validate(dict(row._mapping) | {"checks": checks})


def _walkable(actor: Actor) -> ColumnElement[bool]:
    own = patrol_rounds.c.person_ids.op("@>", is_comparison=True)(cast([actor.person_id], ARRAY(Uuid)))
    return or_(_visible(actor), own)


async def _patrol(tx: Transaction, row: Any) -> PatrolModel:
    points = await store.points_of(tx, row.id)
    known = await recurring.of_patrol(tx, row.id)
    recurrence = Recurrence.model_validate(known, from_attributes=True) if known else None
    shown = {"checkpoints": [dict(point._mapping) for point in points], "recurrence": recurrence}
    return PatrolModel.model_validate(dict(row._mapping) | shown)
