"""Calls to be made: what this person may ring about, claimed for half an hour and recorded."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.tickets import SERVICE


class CallTask(Shape):
    id: UUID
    ticket_id: UUID
    number: str
    category: str
    round: int
    purpose: str
    state: str
    opened_at: datetime
    not_before: datetime
    claimed_by: UUID | None = None
    claimed_until: datetime | None = None
    calls: int = 0
    revision: int

    @property
    def etag(self) -> str:
        return f'"{self.revision}"'


class CallTasks(Shape):
    items: tuple[CallTask, ...]
    next: str | None = None
    as_of: datetime


async def waiting(asks: Asks, cursor: str | None = None) -> CallTasks:
    return shaped(CallTasks, await asks.read(SERVICE, "/v1/call-tasks", limit=50, cursor=cursor), SERVICE)


async def act(asks: Asks, task_id: UUID, verb: str, body: Mapping[str, str], *, key: str, etag: str | None) -> Answer:
    """Claim or record, under the etag of what was shown."""
    return await asks.command(SERVICE, f"/v1/call-tasks/{task_id}:{verb}", body, key=key, etag=etag)
