"""What the chronicle holds and how it is read. `seq` is dense in commit order, hence a safe cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.database import Database

FIELDS = (
    "seq, service, epoch, lane, position, event_id, type, subject, correlation, community, restricted, restated, time,"
    " traceparent, body"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it was heard."""

    seq: int
    service: str
    epoch: str
    lane: int
    position: int
    event_id: UUID
    type: str
    subject: UUID
    correlation: UUID
    community: UUID | None
    restricted: bool
    restated: bool
    time: datetime
    traceparent: str
    body: dict[str, Any]

    @property
    def name(self) -> str:
        """`ticket_assigned` of `tickets.ticket_assigned.v1`."""
        return self.type.partition(".")[2].rpartition(".")[0] or self.type


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chronicle stands: another epoch means it was restored."""

    epoch: str
    seq: int


_HEAD = "SELECT epoch, seq FROM chronicle_head"
_AFTER = f"SELECT {FIELDS} FROM entries WHERE seq > $1 ORDER BY seq LIMIT $2"  # noqa: S608
_LATEST = (
    f"SELECT {FIELDS} FROM entries WHERE ($1 OR community = ANY($2::uuid[])) AND NOT restated"  # noqa: S608
    " ORDER BY seq DESC LIMIT $3"
)
_JOURNEY = f"SELECT {FIELDS} FROM entries WHERE correlation = $1 AND NOT restated ORDER BY time, seq LIMIT $2"  # noqa: S608


class Chronicle:
    """The reading side, for the web role."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def head(self) -> Head:
        async with self.database.asking_once() as connection:
            return Head(*await connection.fetchrow(_HEAD))

    async def after(self, seq: int, limit: int) -> list[Entry]:
        return await self._entries(_AFTER, seq, limit)

    async def latest(self, communities: Sequence[UUID] | None, limit: int) -> list[Entry]:
        """Newest first; None means every community."""
        return await self._entries(_LATEST, communities is None, list(communities or ()), limit)

    async def journey(self, correlation: UUID, limit: int) -> list[Entry]:
        return await self._entries(_JOURNEY, correlation, limit)

    async def _entries(self, statement: str, *values: object) -> list[Entry]:
        async with self.database.asking_once() as connection:
            return [Entry(**row) for row in await connection.fetch(statement, *values)]
