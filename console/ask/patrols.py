"""Patrols, when they come round, and the rounds that are walked."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.tickets import SERVICE


class Checkpoint(Shape):
    id: UUID
    label: str


class Recurrence(Shape):
    rule: str
    first_day: date
    starts_at: time
    minutes: int
    person_ids: tuple[UUID, ...] = ()


class Patrol(Shape):
    id: UUID
    name: str
    group_id: UUID
    minimum_people: int = 1
    checkpoints: tuple[Checkpoint, ...]
    recurrence: Recurrence | None = None


class Patrols(Shape):
    items: tuple[Patrol, ...]
    as_of: datetime


class Check(Shape):
    checkpoint_id: UUID
    result: str
    reason: str = ""
    ticket_id: UUID | None = None
    by: UUID | None = None
    at: datetime


class Round(Shape):
    id: UUID
    patrol_id: UUID
    starts_at: datetime
    ends_at: datetime
    person_ids: tuple[UUID, ...]
    state: str
    started_at: datetime | None = None
    finished_at: datetime | None = None
    checks: tuple[Check, ...] = ()
    revision: int

    @property
    def etag(self) -> str:
        return f'"{self.revision}"'

    def check_of(self, checkpoint_id: UUID) -> Check | None:
        return next((one for one in self.checks if one.checkpoint_id == checkpoint_id), None)


class Rounds(Shape):
    items: tuple[Round, ...]
    as_of: datetime


async def patrols(asks: Asks) -> Patrols:
    return shaped(Patrols, await asks.read(SERVICE, "/v1/patrols"), SERVICE)


async def patrol(asks: Asks, patrol_id: UUID) -> Patrol:
    return shaped(Patrol, await asks.read(SERVICE, f"/v1/patrols/{patrol_id}"), SERVICE)


async def rounds(asks: Asks, patrol_id: UUID | None = None) -> Rounds:
    return shaped(Rounds, await asks.read(SERVICE, "/v1/patrol-rounds", patrol_id=patrol_id), SERVICE)


async def round_(asks: Asks, round_id: UUID) -> Round:
    return shaped(Round, await asks.read(SERVICE, f"/v1/patrol-rounds/{round_id}"), SERVICE)


class Made(Shape):
    id: UUID


async def plan(asks: Asks, body: Mapping[str, Any], *, key: str) -> Made:
    return shaped(Made, await asks.command(SERVICE, "/v1/patrols", body, key=key), SERVICE)


async def plan_round(asks: Asks, body: Mapping[str, Any], *, key: str) -> Answer:
    return await asks.command(SERVICE, "/v1/patrol-rounds", body, key=key)


async def recur(asks: Asks, patrol_id: UUID, body: Mapping[str, Any] | None, *, key: str) -> Answer:
    """How it comes round; without a body it comes round no more."""
    verb = "recur" if body is not None else "end-recurrence"
    return await asks.command(SERVICE, f"/v1/patrols/{patrol_id}:{verb}", body or {}, key=key)


async def act(asks: Asks, round_id: UUID, verb: str, body: Mapping[str, Any], *, key: str, etag: str | None) -> Answer:
    """Start, check, finish or cancel, under the etag of what was shown."""
    return await asks.command(SERVICE, f"/v1/patrol-rounds/{round_id}:{verb}", body, key=key, etag=etag)
