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

import asyncpg
from sqlalchemy import CursorResult
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

_NOW = "SELECT now() + shift FROM clock"
_SET_TIMER = (
    "INSERT INTO timer (id, kind, key, due_at, data) VALUES ($1, $2, $3, $4, $5::jsonb)"
    " ON CONFLICT (kind, key) DO UPDATE SET id = excluded.id, due_at = excluded.due_at, data = excluded.data,"
    " attempts = 0, claimed_until = NULL, fired_at = NULL, parked_at = NULL, reason = NULL"
)
_CANCEL_TIMER = "DELETE FROM timer WHERE kind = $1 AND key = $2 AND fired_at IS NULL"


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
    """What a handler works in: the connection, the time, who acts, and what will be announced.

    `driver` is the same connection as asyncpg gives it: for the chassis' own statements.
    """

    connection: AsyncConnection
    driver: asyncpg.Connection
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
        await self.driver.execute(_SET_TIMER, new_id(), kind, key, due_at, json.dumps(data or {}))

    async def cancel_timer(self, kind: str, key: str) -> None:
        """Forget a timer that has not fired."""
        await self.driver.execute(_CANCEL_TIMER, kind, key)

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
    async with database.connected() as (connection, driver):
        async with driver.transaction(readonly=read_only):
            tx = Transaction(connection, driver, await driver.fetchval(_NOW), actor, service)
            yield tx
            await insert_events(driver, tx.announced, service.settings)
            crashpoint(f"{label}.before_commit")
        crashpoint(f"{label}.after_commit")
    if tx.announced:
        crashpoint("announce.before_notify")
        service.wake_sequencer()


# Errors of the database -----------------------------------------------------------------------------------------

_RETRIED = frozenset({"40001", "40P01"})
_BUSY = frozenset({"55P03", "57014", "53300", "25P03", "57P01", "57P02", "57P03"})
# The driver calls it an error of its own (InternalClientError) when a connection breaks between two of its steps.
_CUT = (
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.InterfaceError,
    asyncpg.exceptions.InternalClientError,
)


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five-character code of an error, or "" where there is none."""
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or getattr(error, "sqlstate", "") or "")


def is_conflict(error: BaseException) -> bool:
    """Two transactions met (deadlock, serialization): doing it again is right."""
    return sqlstate(error) in _RETRIED


def is_cut(error: BaseException) -> bool:
    """The connection broke: what was asked may or may not have been done."""
    if isinstance(error, DBAPIError):
        return bool(error.connection_invalidated)
    return isinstance(error, _CUT)


def is_passing(error: BaseException) -> bool:
    """The database is away or busy: nothing is wrong with what was asked."""
    if isinstance(error, (OSError, TimeoutError)) or is_conflict(error) or is_cut(error):
        return True
    if sqlstate(error) in _BUSY or sqlstate(error).startswith("08"):
        return True
    away = isinstance(error, (OperationalError, InterfaceError)) and not sqlstate(error)
    return away or (type(error).__module__ == "sqlalchemy.exc" and type(error).__name__ == "TimeoutError")


# HTTP idempotency -----------------------------------------------------------------------------------------------

_BEGIN_ONCE = (
    "INSERT INTO once_request (actor, route, key, body_hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
    " RETURNING true"
)
_SEEN_ONCE = "SELECT body_hash, status, answer FROM once_request WHERE actor = $1 AND route = $2 AND key = $3"
_FINISH_ONCE = "UPDATE once_request SET status = $4, answer = $5 WHERE actor = $1 AND route = $2 AND key = $3"


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
    def _row(self) -> tuple[str, str, str]:
        return self.actor, self.route, self.key

    async def begin(self, tx: Transaction, unseal: Callable[[bytes], bytes]) -> tuple[int, bytes] | None:
        """None when this is the first time, else the stored answer. Waits for another request with the same key."""
        if await tx.driver.fetchval(_BEGIN_ONCE, *self._row, self.body_hash):
            return None
        seen = await tx.driver.fetchrow(_SEEN_ONCE, *self._row)
        if seen["body_hash"] != self.body_hash:
            raise Refused("idempotency_key_reused", status=422, detail="This key came before with another body.")
        return int(seen["status"]), unseal(seen["answer"])

    async def finish(self, tx: Transaction, status: int, answer: bytes) -> None:
        """Keep the (sealed) answer beside the work."""
        await tx.driver.execute(_FINISH_ONCE, *self._row, status, answer)
