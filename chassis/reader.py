"""Reading other services' feeds: push for speed, pull for certainty, one transaction for effect, mark and cursor.

A `Lane` is one lane of one producer as this service reads it. Only position cursor + 1 is ever applied. What fails
is rolled back and tried again one by one; what keeps failing is parked, later events of its subject queue behind
it, and everything else goes on. A handler calls nobody: no HTTP, no provider, no Redis.
"""

import asyncio
import contextlib
import random
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

import msgspec
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import text

from chassis.telemetry import log, measure, span
from chassis.testing import crashpoint

if TYPE_CHECKING:
    import asyncpg

    from chassis.feed import Envelope, Pulled
    from chassis.service import Running
    from chassis.transaction import Transaction


class Reader(BaseModel):
    """What a consumer relies on in another service's event, and only that. `of` names the type."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)
    of: ClassVar[str] = ""

    def __init_subclass__(cls, of: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.of = of or cls.of


@dataclass(frozen=True, slots=True)
class Read:
    """A row of an inbox: this event leads to that. `copy` marks readers that feed a copy and may hear it restated."""

    model: type[Reader]
    handler: Callable[[Any, "Transaction"], Awaitable[None]]
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at one position of a lane. `envelope` is None where the body is not a readable envelope."""

    producer: str
    epoch: str
    lane: int
    position: int
    previous: UUID | None
    body: str
    envelope: "Envelope | None"

    @classmethod
    def of(cls, lane: "Lane", position: int, previous: UUID | None, body: str) -> "Entry":
        from chassis.feed import decode

        envelope = None
        with contextlib.suppress(msgspec.MsgspecError, UnicodeError, RecursionError):
            envelope = decode(body)
        return cls(lane.producer, lane.epoch, lane.number, position, previous, body, envelope)

    @property
    def event_id(self) -> UUID:
        if self.envelope:
            return self.envelope.id
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{self.producer}/{self.epoch}/{self.lane}/{self.position}")

    @property
    def subject(self) -> UUID:
        return self.envelope.subject if self.envelope else UUID(int=0)


class Unreadable(Exception):
    """Not an event, or not in a shape or version this reader knows."""


class Gap(Exception):
    """What came is not what follows the cursor; the truth must be pulled."""


# The cursor of one lane: $1 producer, $2 lane.
_NEED_NOT_OUTLIVE_THE_MACHINE = " FROM (SELECT set_config('synchronous_commit', 'off', true)) AS off"
_ATTEMPT = "UPDATE feed_cursor SET attempts = attempts + 1"
_MARK = _ATTEMPT + _NEED_NOT_OUTLIVE_THE_MACHINE + " WHERE producer = $1 AND lane = $2 RETURNING attempts"
_UNMARK = "UPDATE feed_cursor SET attempts = greatest(attempts - 1, 0) WHERE producer = $1 AND lane = $2"
_SINGLE = "UPDATE feed_cursor SET attempts = 0, single_until = $3 WHERE producer = $1 AND lane = $2"
_MOVED = "UPDATE feed_cursor SET position = $5, last_event = $6, attempts = 0, moved_at = now()"
_FROM_WHERE_IT_STOOD = " WHERE producer = $1 AND lane = $2 AND epoch = $3 AND position = $4 RETURNING true"
_MOVE = _MOVED + _FROM_WHERE_IT_STOOD
_PASS_OVER = _MOVED + _NEED_NOT_OUTLIVE_THE_MACHINE + _FROM_WHERE_IT_STOOD
_CONFIRM = "UPDATE feed_cursor SET confirmed_at = now() WHERE producer = $1 AND lane = $2"
_STOP = "UPDATE feed_cursor SET stopped = $3 WHERE producer = $1 AND lane = $2"
_ENSURE = "INSERT INTO feed_cursor (producer, lane, epoch) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
_LOAD = "SELECT epoch, position, last_event, attempts, single_until FROM feed_cursor WHERE producer = $1 AND lane = $2"
_ONCE = (
    "INSERT INTO once_event (producer, event_id, lane, epoch, position)"
    " SELECT $1, id, $2, $3, position FROM unnest($4::uuid[], $5::bigint[]) AS seen(id, position)"
    " ON CONFLICT DO NOTHING RETURNING event_id"
)
_BLOCKED = (
    "SELECT DISTINCT subject FROM parked WHERE producer = $1 AND state IN ('parked', 'behind')"
    " AND subject = ANY($2::uuid[])"
)
PARK: Final = text(
    "INSERT INTO parked (event_id, producer, lane, position, subject, event, reason_class, reason, attempts, state)"
    " VALUES (:event_id, :producer, :lane, :position, :subject, :event, :reason_class, :reason, :attempts, :state)"
    " ON CONFLICT (event_id) DO UPDATE SET state = excluded.state, reason = excluded.reason,"
    " reason_class = excluded.reason_class, last_at = now()"
)
_DELAYS: Final = (0.2, 1.0, 3.0, 10.0)


class Inbox:
    """What this service does with an event of each type it declares; all others are passed over."""

    def __init__(
        self,
        reads: Sequence[Read],
        reads_all: "Callable[[list[Entry], Transaction], Awaitable[None]] | None" = None,
    ) -> None:
        self.by_type: Mapping[str, Read] = {read.model.of: read for read in reads}
        self.reads_all = reads_all
        self._names = {of.rpartition(".v")[0] for of in self.by_type}

    def wants(self, entry: Entry) -> bool:
        if entry.envelope is None or self.reads_all:
            return True
        read = self.by_type.get(entry.envelope.type)
        if read is not None:
            return read.copy or not entry.envelope.restated
        return entry.envelope.type.rpartition(".v")[0] in self._names

    async def effect(self, entry: Entry, tx: "Transaction") -> None:
        """Let the event take effect in `tx`."""
        envelope = entry.envelope
        if envelope is None:
            raise Unreadable("not_an_envelope")
        crashpoint("apply.effect", envelope.subject)
        read = self.by_type.get(envelope.type)
        if read is None:
            raise Unreadable("version_unknown")
        try:
            event = read.model.model_validate_json(bytes(envelope.data))
        except ValidationError as error:
            raise Unreadable("wrong_shape") from error
        tx.cause = envelope
        with span(f"apply {envelope.type}", parent=envelope.traceparent, subject=str(envelope.subject)):
            await read.handler(event, tx)
        tx.cause = None


class Lane:
    """One lane of one producer: its cursor, and the only code that moves it."""

    def __init__(self, running: "Running", producer: str, number: int) -> None:
        self.running, self.producer, self.number = running, producer, number
        self.settings = running.settings
        self.epoch, self.position = "", 0
        self.last: UUID | None = None
        self.attempts = self.single_until = 0
        self.stopped = ""
        self.guard = asyncio.Lock()
        self.read_at = 0.0

    @property
    def _key(self) -> tuple[str, int]:
        return self.producer, self.number

    async def load(self, epoch: str = "") -> None:
        """Read the committed cursor. A mark left standing means that a process died in an attempt."""
        async with self.running.database.asking_once() as connection:
            if epoch:
                await connection.execute(_ENSURE, *self._key, epoch)
            row = await connection.fetchrow(_LOAD, *self._key)
        if row is not None:
            self.epoch, self.position, self.last, self.attempts, self.single_until = row
        if self.attempts and self.single_until <= self.position:
            await self._one_by_one(self.settings.feed_apply_batch)

    async def pushed(self, entries: list[Entry]) -> None:
        """Apply what Redis brought, if it is what follows; whatever is wrong with it, the truth is pulled instead."""
        if self.stopped or (entries and entries[-1].position <= self.position):
            return None
        if junk := [entry.position for entry in entries if entry.envelope is None]:
            log.error("feed.push_unreadable", producer=self.producer, lane=self.number, position=junk[0])
        if junk or self.running.definition.doorbell or self.single_until > self.position:
            return await self.pull()
        try:
            async with self.guard:
                await self._attempt(entries)
        except Exception as error:
            if not isinstance(error, Gap):
                log.error("feed.push_failed", error=error, producer=self.producer, lane=self.number)
                await self._unmark()
            await self.load()
            await self.pull()

    async def pull(self) -> None:
        """Fetch and apply until the head is reached. Passing trouble at the producer ends the attempt quietly."""
        from chassis.asking import Unanswered

        async with self.guard:
            while not self.stopped:
                try:
                    page = await self.fetch()
                except Unanswered as error:
                    if error.status in (409, 410, 416):
                        await self.stop(error.code)
                    return
                crashpoint("pull.after_fetch")
                entries = [Entry.of(self, e.position, e.previous, e.event) for e in page.events]
                await self._take(entries)
                self._measure(page)
                if not entries or self.position >= page.head:
                    async with self.running.database.asking_once() as connection:
                        await connection.execute(_CONFIRM, *self._key)
                    return

    async def fetch(self) -> "Pulled":
        """Ask the producer what stands after the committed cursor, which the question acknowledges."""
        from chassis.feed import Pulled

        params = {
            "reader": self.settings.service,
            "lane": self.number,
            "epoch": self.epoch,
            "after": self.position,
            "limit": self.settings.feed_pull_limit,
        }
        if self.last:
            params["last"] = str(self.last)
        answer = await self.running.asking.raw("GET", self.producer, "/internal/feed", params=params)
        return msgspec.json.decode(answer, type=Pulled)

    def _measure(self, page: "Pulled") -> None:
        lag = max(page.head - self.position, 0)
        measure.set("yihu_feed_lag_events", lag, producer=self.producer, lane=str(self.number))

    async def _take(self, entries: list[Entry]) -> None:
        """Apply pulled entries: in batches while all goes well, else each on its own until it passes or is parked."""
        waiting = list(entries)
        while waiting:
            single = self.single_until > self.position
            batch = waiting[: 1 if single else self.settings.feed_apply_batch]
            try:
                if single:
                    await self._insist(batch[0])
                else:
                    await self._attempt(batch)
            except Gap:
                await self.load()
                return
            except Exception as error:
                log.error("feed.batch_failed", error=error, producer=self.producer, lane=self.number)
                await self._one_by_one(len(batch))
                continue
            waiting = [e for e in waiting if e.position > self.position]

    async def _one_by_one(self, many: int) -> None:
        self.attempts, self.single_until = 0, self.position + many
        async with self.running.database.asking_once() as connection:
            await connection.execute(_SINGLE, *self._key, self.single_until)

    async def _insist(self, entry: Entry) -> None:
        """Apply one event; after `feed_attempts` failures, deaths of the process among them, park it."""
        from chassis.transaction import is_passing

        began, why = asyncio.get_running_loop().time(), "process_died"
        while self.attempts < self.settings.feed_attempts:
            try:
                return await self._attempt([entry])
            except Gap:
                raise
            except Unreadable as error:
                return await self._park(entry, "unreadable", str(error))
            except Exception as error:
                why = getattr(error, "code", "") or type(error).__name__
                log.error("feed.event_failed", error=error, producer=self.producer, event_id=str(entry.event_id))
                lasted = asyncio.get_running_loop().time() - began
                if is_passing(error) and lasted < self.settings.feed_passing_minutes * 60:
                    await self._unmark()
                    await asyncio.sleep(min(0.1 * 2 ** min(int(lasted), 6), 5))
                elif self.attempts < self.settings.feed_attempts:
                    await asyncio.sleep(_DELAYS[min(self.attempts, len(_DELAYS)) - 1])
        await self._park(entry, "died" if why == "process_died" else "lasting", str(why))

    async def _mark(self) -> None:
        async with self.running.database.asking_once() as driver:
            self.attempts = await driver.fetchval(_MARK, *self._key)

    async def _unmark(self) -> None:
        with contextlib.suppress(Exception):
            async with self.running.database.asking_once() as connection:
                await connection.execute(_UNMARK, *self._key)
            self.attempts -= 1

    async def _attempt(self, entries: list[Entry]) -> None:
        """Effect, marks and cursor in one transaction; what nobody wants only moves the cursor."""
        fresh = self._what_follows(entries)
        if not fresh:
            return
        if not self.attempts and not any(self.running.inbox.wants(entry) for entry in fresh):
            async with self.running.database.asking_once() as driver:
                await self._move(driver, fresh, _PASS_OVER)
            self._moved(fresh)
            return
        await self._mark()
        crashpoint("apply.after_mark")
        try:
            async with self.running.transaction(label="apply") as tx:
                await self._move(tx.driver, fresh)
                await self._effects(tx, fresh)
        except Gap:
            await self._unmark()  # nobody died of it
            raise
        self._moved(fresh)
        if oldest := fresh[0].envelope:
            delay = max((tx.now - oldest.time).total_seconds(), 0)
            measure.feed_delay.record(delay, {"producer": self.producer})

    def _what_follows(self, entries: Sequence[Entry]) -> list[Entry]:
        """Drop what is behind the cursor; refuse a hole or a fork."""
        position, last, fresh = self.position, self.last, []
        for entry in entries:
            if entry.position <= position:
                continue
            forked = entry.previous is not None and last is not None and entry.previous != last
            if entry.position > position + 1 or forked:
                raise Gap
            position, last = entry.position, (entry.envelope.id if entry.envelope else None)
            fresh.append(entry)
        return fresh

    async def _move(self, driver: "asyncpg.Connection", fresh: Sequence[Entry], how: str = _MOVE) -> None:
        """Take the cursor from where it is believed to stand, and hold its row until the commit.

        Another worker that moved it meanwhile makes this a `Gap`: then it is loaded anew and the truth is pulled.
        """
        last = fresh[-1].envelope.id if fresh[-1].envelope else None
        if not await driver.fetchval(how, *self._key, self.epoch, self.position, fresh[-1].position, last):
            raise Gap

    async def _effects(self, tx: "Transaction", fresh: list[Entry]) -> None:
        inbox = self.running.inbox
        wanted = [e for e in fresh if inbox.wants(e)]
        if not wanted:
            return None
        marks = [e.event_id for e in wanted], [e.position for e in wanted]
        new = {row["event_id"] for row in await tx.driver.fetch(_ONCE, *self._key, self.epoch, *marks)}
        subjects = list({e.subject for e in wanted})
        blocked = {row["subject"] for row in await tx.driver.fetch(_BLOCKED, self.producer, subjects)}
        if inbox.reads_all:
            if any(e.envelope is None for e in wanted):
                raise Unreadable("not_an_envelope")
            return await inbox.reads_all([e for e in wanted if e.event_id in new], tx)
        for entry in wanted:
            if entry.event_id not in new:
                continue
            if entry.subject in blocked:
                await tx.execute(PARK, self._parked(entry, "behind", "behind", 0, "behind"))
            else:
                await inbox.effect(entry, tx)

    def _moved(self, fresh: Sequence[Entry]) -> None:
        self.attempts = 0
        if fresh:
            self.position = fresh[-1].position
            self.last = fresh[-1].envelope.id if fresh[-1].envelope else None
            measure.applied.add(len(fresh), {"producer": self.producer})

    def _parked(self, entry: Entry, reason_class: str, reason: str, attempts: int, state: str) -> dict[str, Any]:
        return {
            "event_id": entry.event_id,
            "producer": self.producer,
            "lane": self.number,
            "position": entry.position,
            "subject": entry.subject,
            "event": entry.body.replace("\0", ""),
            "reason_class": reason_class,
            "reason": reason,
            "attempts": attempts,
            "state": state,
        }

    async def _park(self, entry: Entry, reason_class: str, reason: str) -> None:
        """Set the event aside with its reason and go on. Only a pulled event ever gets here."""
        fresh = self._what_follows([entry])
        async with self.running.transaction(label="park") as tx:
            for one in fresh:
                await self._move(tx.driver, [one])
                await tx.execute(PARK, self._parked(one, reason_class, reason, self.attempts, "parked"))
        self._moved(fresh)
        measure.parked.add(1, {"producer": self.producer, "reason_class": reason_class})
        log.error("feed.parked", producer=self.producer, lane=self.number, position=entry.position, reason=reason)

    async def stop(self, why: str) -> None:
        """Epoch, fork or forgotten rows: going on could skip or repeat. An operator looks."""
        self.stopped = why
        measure.set("yihu_lane_stopped", 1, producer=self.producer, lane=str(self.number))
        log.error("feed.lane_stopped", producer=self.producer, lane=self.number, reason=why)
        async with self.running.database.asking_once() as connection:
            await connection.execute(_STOP, *self._key, why)


async def pulling(lane: Lane) -> None:
    """Pull at the start, then every few seconds; oftener while push does not answer."""
    settings = lane.settings
    while True:
        try:
            await lane.pull()
        except Exception as error:
            log.error("feed.pull_failed", error=error, producer=lane.producer, lane=lane.number)
            with contextlib.suppress(Exception):
                await lane.load()
        unwell = asyncio.get_running_loop().time() - lane.read_at > settings.feed_unwell_after_seconds
        measure.set("yihu_push_unwell", float(unwell), producer=lane.producer, lane=str(lane.number))
        every = settings.feed_pull_unwell_seconds if unwell else settings.feed_pull_every_seconds
        await asyncio.sleep(every * random.uniform(0.8, 1.2))
