"""One transaction per command, opened and committed at the edge.

State, announced events and the once-mark commit together; nobody calls commit. `once_request` gives HTTP writes at
most one effect per key, as `once_event` does for events.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from sqlalchemy import CursorResult, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils import uuid7

from chassis.auth import Actor
from chassis.database import Database
from chassis.feed import Announcement, Envelope, Event, insert_events
from chassis.refused import Refused
from chassis.testing import crashpoint

if TYPE_CHECKING:
    from chassis.service import Running

_NOW = text("SELECT now() + shift FROM clock")
_SET_TIMER = text(
    "INSERT INTO timer (id, kind, key, due_at, data) VALUES (:id, :kind, :key, :due_at, CAST(:data AS jsonb))"
    " ON CONFLICT (kind, key) DO UPDATE SET id = excluded.id, due_at = excluded.due_at, data = excluded.data,"
    " attempts = 0, claimed_until = NULL, fired_at = NULL, parked_at = NULL, reason = NULL"
)
_CANCEL_TIMER = text("DELETE FROM timer WHERE kind = :kind AND key = :key AND fired_at IS NULL")


class Aggregate(Protocol):
    """What an event speaks of: something this transaction has saved, hence with the revision that only save gives."""

    @property
    def id(self) -> UUID: ...
    @property
    def revision(self) -> int: ...
    @property
    def community_id(self) -> UUID | None: ...
    @property
    def correlation(self) -> UUID: ...


@dataclass(slots=True)
class Transaction:
    """What a handler works in: the connection, the time, who acts, and what will be announced."""

    connection: AsyncConnection
    now: datetime
    actor: Actor
    service: "Running"
    cause: Envelope | None = None
    announced: list[Announcement] = field(default_factory=list)

    async def execute(self, statement: Any, parameters: Any = None) -> CursorResult[Any]:
        """Run one statement in this transaction."""
        result: CursorResult[Any] = await self.connection.execute(statement, parameters)
        return result

    def announce(self, event: Event, about: Aggregate) -> None:
        """Tell the other services, if and when this transaction commits. Kept in memory until just before it does."""
        self.announced.append(Announcement.of(event, about, actor=self.actor, cause=self.cause, time=self.now))

    async def set_timer(self, kind: str, key: str, due_at: datetime, data: Mapping[str, object] | None = None) -> None:
        """Have `kind`'s handler called at `due_at`. The same kind and key replaces what was set before."""
        values = {"id": new_id(), "kind": kind, "key": key, "due_at": due_at, "data": json.dumps(data or {})}
        await self.execute(_SET_TIMER, values)

    async def cancel_timer(self, kind: str, key: str) -> None:
        """Forget a timer that has not fired."""
        await self.execute(_CANCEL_TIMER, {"kind": kind, "key": key})

    @staticmethod
    def new_id() -> UUID:
        """A UUIDv7: sorted by time, so that indexes grow at one end."""
        return new_id()


def new_id() -> UUID:
    return UUID(int=uuid7().int)


@asynccontextmanager
async def transaction(
    database: Database, service: "Running", actor: Actor, *, label: str = "commit", read_only: bool = False
) -> AsyncIterator[Transaction]:
    """Open, yield, announce, commit. An exception rolls everything back. `label` names its crash points."""
    async with database.engine.connect() as connection:
        async with connection.begin() as begun:
            now = (await connection.execute(_NOW)).scalar_one()
            tx = Transaction(connection, now, actor, service)
            yield tx
            if read_only:
                await begun.rollback()
                return
            await insert_events(connection, tx.announced, service.settings)
            crashpoint(f"{label}.before_commit")
        crashpoint(f"{label}.after_commit")
    if tx.announced:
        crashpoint("announce.before_notify")
        service.wake_sequencer()


# Errors of the database -----------------------------------------------------------------------------------------

_RETRIED = frozenset({"40001", "40P01"})
_BUSY = frozenset({"55P03", "57014", "53300", "25P03", "57P01", "57P02", "57P03"})


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five-character code of an error, or "" where there is none."""
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or getattr(error, "sqlstate", "") or "")


def is_conflict(error: BaseException) -> bool:
    """Two transactions met (deadlock, serialization): doing it again is right."""
    return sqlstate(error) in _RETRIED


def is_passing(error: BaseException) -> bool:
    """The database is away or busy: nothing is wrong with what was asked."""
    if isinstance(error, (OSError, TimeoutError)) or is_conflict(error):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if sqlstate(error) in _BUSY or sqlstate(error).startswith("08"):
        return True
    away = isinstance(error, (OperationalError, InterfaceError)) and not sqlstate(error)
    return away or (type(error).__module__ == "sqlalchemy.exc" and type(error).__name__ == "TimeoutError")


# HTTP idempotency -----------------------------------------------------------------------------------------------

_BEGIN_ONCE = text(
    "INSERT INTO once_request (actor, route, key, body_hash) VALUES (:actor, :route, :key, :body_hash)"
    " ON CONFLICT DO NOTHING RETURNING true"
)
_SEEN_ONCE = text(
    "SELECT body_hash, status, answer FROM once_request WHERE actor = :actor AND route = :route AND key = :key"
)
_FINISH_ONCE = text(
    "UPDATE once_request SET status = :status, answer = :answer WHERE actor = :actor AND route = :route AND key = :key"
)


@dataclass(frozen=True, slots=True)
class OnceKey:
    """One `Idempotency-Key` of one actor at one route, with the hash of what was sent."""

    actor: str
    route: str
    key: str
    body_hash: bytes

    @classmethod
    def of(cls, actor: str, route: str, key: str, content_type: str, body: bytes) -> "OnceKey":
        if not (0 < len(key) <= 255 and all("!" <= c <= "~" for c in key)):
            detail = "Idempotency-Key takes 1 to 255 visible ASCII characters."
            raise Refused("idempotency_key_invalid", status=400, detail=detail)
        return cls(actor, route, key, hashlib.sha256(content_type.encode() + b"\0" + body).digest())

    @property
    def _row(self) -> dict[str, str]:
        return {"actor": self.actor, "route": self.route, "key": self.key}

    async def begin(self, tx: Transaction, unseal: Callable[[bytes], bytes]) -> tuple[int, bytes] | None:
        """None when this is the first time, else the stored answer. Waits for another request with the same key."""
        if (await tx.execute(_BEGIN_ONCE, self._row | {"body_hash": self.body_hash})).scalar() is not None:
            return None
        seen = (await tx.execute(_SEEN_ONCE, self._row)).one()
        if bytes(seen.body_hash) != self.body_hash:
            raise Refused("idempotency_key_reused", status=422, detail="This key came before with another body.")
        return int(seen.status), unseal(bytes(seen.answer))

    async def finish(self, tx: Transaction, status: int, answer: bytes) -> None:
        """Keep the (sealed) answer beside the work."""
        await tx.execute(_FINISH_ONCE, self._row | {"status": status, "answer": answer})
