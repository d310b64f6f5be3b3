"""What the chronicle holds and how it is read. `seq` is dense in commit order, hence a safe cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from chassis.database import Database

CHANNEL = "chronicle"
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


_HEAD = text("SELECT epoch, seq FROM chronicle_head")
_AFTER = text(f"SELECT {FIELDS} FROM entries WHERE seq > :seq ORDER BY seq LIMIT :limit")  # noqa: S608
_LATEST = text(
    f"SELECT {FIELDS} FROM entries WHERE (:all OR community = ANY(:communities)) AND NOT restated"  # noqa: S608
    " ORDER BY seq DESC LIMIT :limit"
)
_JOURNEY = text(
    f"SELECT {FIELDS} FROM entries WHERE correlation = :id AND NOT restated ORDER BY time, seq LIMIT :limit"  # noqa: S608
)


class Chronicle:
    """The reading side, for the web role."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def head(self) -> Head:
        async with self.database.asking_once() as connection:
            row = (await connection.execute(_HEAD)).mappings().one()
        return Head(row["epoch"], row["seq"])

    async def after(self, seq: int, limit: int) -> list[Entry]:
        return await self._entries(_AFTER, {"seq": seq, "limit": limit})

    async def latest(self, communities: Sequence[UUID] | None, limit: int) -> list[Entry]:
        """Newest first; None means every community."""
        values = {"all": communities is None, "communities": list(communities or ()), "limit": limit}
        return await self._entries(_LATEST, values)

    async def journey(self, correlation: UUID, limit: int) -> list[Entry]:
        return await self._entries(_JOURNEY, {"id": correlation, "limit": limit})

    async def _entries(self, statement: Any, values: dict[str, Any]) -> list[Entry]:
        async with self.database.asking_once() as connection:
            rows = (await connection.execute(statement, values)).mappings().all()
        return [_entry(row) for row in rows]


def _entry(row: RowMapping) -> Entry:
    return Entry(**row)
