"""What the console asks of tickets, and the parts of its answers it relies on."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped

SERVICE = "tickets"
WORKLISTS = ("unassigned", "mine", "due_today", "breached", "waiting", "to_call_back", "following_up")


class Count(Shape):
    value: int
    relation: str = "exact"


class Row(Shape):
    """A ticket in a list: names of places, groups and categories stand in it, people stand as ids."""

    id: UUID
    number: str
    kind: str
    category: str
    category_label: str | None = None
    title: str | None = None
    state: str
    state_type: str
    round: int = 1
    origin: str | None = None
    channel: str | None = None
    place: str | None = None
    building_id: UUID | None = None
    group_id: UUID | None = None
    group_name: str | None = None
    handler_id: UUID | None = None
    reporter_id: UUID | None = None
    filed_at: datetime
    due_at: datetime | None = None
    due_clock: str | None = None
    revision: int


class Rows(Shape):
    """One page of a list."""

    items: tuple[Row, ...]
    next: str | None = None
    count: Count | None = None
    as_of: datetime


class Worklists(Shape):
    counts: Mapping[str, int]
    as_of: datetime


class Action(Shape):
    """A move as its owner offers it to this reader."""

    name: str
    allowed: bool
    why_not: str | None = None


class Place(Shape):
    building_id: UUID | None = None
    building: str | None = None
    unit: str | None = None
    floor: str | None = None
    room: str | None = None


class Ticket(Row):
    """One ticket, whole."""

    description: str = ""
    community_id: UUID | None = None
    community: str | None = None
    where: Place | None = None
    result: str | None = None
    sentence: str | None = None
    outcome: str | None = None
    satisfaction: str | None = None
    correlation: UUID | None = None
    waiting_until: datetime | None = None
    merged_into: UUID | None = None
    me_too: int = 0
    watchers: tuple[UUID, ...] = ()
    tags: tuple[str, ...] = ()
    answers: Mapping[str, Any] = {}
    actions: tuple[Action, ...] = ()

    @property
    def case_id(self) -> UUID:
        return self.correlation or self.id


class Event(Shape):
    """One line of a ticket's history."""

    seq: int | None = None
    type: str
    move: str | None = None
    state_to: str | None = None
    actor_id: UUID | None = None
    round: int | None = None
    at: datetime
    reason: str | None = None
    details: Mapping[str, Any] | None = None
    text: str | None = None


class Timeline(Shape):
    items: tuple[Event, ...]
    as_of: datetime


class Span(Shape):
    """A stretch of time a clock ran through: working time, a holiday, a pause."""

    start: datetime = Field(alias="from")
    end: datetime | None = Field(default=None, alias="to")
    kind: str
    minutes: int = 0


class Clock(Shape):
    """One of a ticket's clocks."""

    name: str
    unit: str = "working"
    start: datetime | None = None
    spans: tuple[Span, ...] = ()
    due: datetime | None = None
    met_at: datetime | None = None
    state: str
    used_percent: float | None = None
    why_due: str | None = None


class Clocks(Shape):
    as_of: datetime
    clocks: tuple[Clock, ...]
    why_due: str | None = None


class Assignment(Shape):
    """Why this group has the ticket."""

    round: int | None = None
    group_name: str | None = None
    rule_id: str | None = None
    explanation: str | None = None
    inputs: Mapping[str, Any] = {}
    at: datetime | None = None


class Assignments(Shape):
    items: tuple[Assignment, ...]


class Filed(Shape):
    """The answer to a filing: where it went and the code to follow it by."""

    id: UUID
    number: str
    state: str
    tracking_code: str | None = None
    assignment: Mapping[str, Any] | None = None
    dues: Mapping[str, datetime | None] | None = None


async def worklist(asks: Asks, name: str, *, limit: int = 50, cursor: str | None = None) -> Rows:
    answer = await asks.read(SERVICE, f"/v1/worklists/{name}", limit=limit, cursor=cursor)
    return shaped(Rows, answer, SERVICE)


async def worklists(asks: Asks) -> Worklists:
    return shaped(Worklists, await asks.read(SERVICE, "/v1/worklists"), SERVICE)


async def found(asks: Asks, filters: Mapping[str, str], *, limit: int = 50, cursor: str | None = None) -> Rows:
    answer = await asks.read(SERVICE, "/v1/tickets", **filters, limit=limit, cursor=cursor)
    return shaped(Rows, answer, SERVICE)


async def rows_of(asks: Asks, ids: tuple[str, ...]) -> tuple[Row, ...]:
    """The visible rows that changed, each under the reader's own rights."""
    return tuple(one for one, _ in await asyncio.gather(*(ticket(asks, UUID(one)) for one in ids)))


async def ticket(asks: Asks, ticket_id: UUID) -> tuple[Ticket, str | None]:
    """The ticket and the etag of what is shown."""
    answer = await asks.read(SERVICE, f"/v1/tickets/{ticket_id}")
    return shaped(Ticket, answer, SERVICE), answer.etag


async def timeline(asks: Asks, ticket_id: UUID) -> Timeline:
    return shaped(Timeline, await asks.read(SERVICE, f"/v1/tickets/{ticket_id}/timeline"), SERVICE)


async def clocks(asks: Asks, ticket_id: UUID) -> Clocks:
    return shaped(Clocks, await asks.read(SERVICE, f"/v1/tickets/{ticket_id}/clock"), SERVICE)


async def assignments(asks: Asks, ticket_id: UUID) -> Assignments:
    return shaped(Assignments, await asks.read(SERVICE, f"/v1/tickets/{ticket_id}/assignments"), SERVICE)


async def move(
    asks: Asks, ticket_id: UUID, name: str, body: Mapping[str, Any], *, key: str, etag: str | None
) -> Answer:
    """One of the moves tickets offered, under the etag of what was shown."""
    path = f"/v1/tickets/{ticket_id}/notes" if name == "note" else f"/v1/tickets/{ticket_id}:{name.replace('_', '-')}"
    return await asks.command(SERVICE, path, body, key=key, etag=etag)


async def file(asks: Asks, body: Mapping[str, Any], *, key: str) -> Filed:
    """File for somebody, signed in."""
    return shaped(Filed, await asks.command(SERVICE, "/v1/tickets", body, key=key), SERVICE)
