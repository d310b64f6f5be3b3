"""The feed of one service: announce, sequence, push, serve.

PostgreSQL is the only truth; Redis is a fast, forgetful carrier. `announce` happens in the transaction that changes
state, `sequence` gives committed rows dense positions per lane, `push` copies them to Redis, and `serve` answers
the same rows to any reader that asks (pull). The reading side is `chassis/reader.py`.
"""

import asyncio
import contextlib
import json
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

import asyncpg
import msgspec
from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from uuid_utils import uuid7

from chassis.refused import Refused
from chassis.telemetry import log, measure, traceparent
from chassis.testing import crashpoint

if TYPE_CHECKING:
    from chassis.auth import Actor
    from chassis.service import Running
    from chassis.settings import Settings
    from chassis.transaction import Aggregate


class Event(BaseModel):
    """What a service announces: a published, versioned contract of ids, states, codes, counts and times.

    A subclass names its type (`type="tickets.ticket_assigned.v1"`) and, when nobody but the named may know more than
    that it happened, `restricted=True`. `example()` is the committed example that every reader must understand.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    type: ClassVar[str] = ""
    restricted: ClassVar[bool] = False

    def __init_subclass__(cls, type: str = "", restricted: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.type, cls.restricted = type or cls.type, restricted or cls.restricted

    @classmethod
    def example(cls) -> Self:
        raise NotImplementedError(f"{cls.__name__} has no example")


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A CloudEvents 1.0 envelope with our attributes. `data` stays undecoded until a reader wants it."""

    id: UUID
    source: str
    type: str
    subject: UUID
    time: datetime
    revision: int
    correlation: UUID
    data: msgspec.Raw
    specversion: str = ""
    traceparent: str = ""
    community: UUID | None = None
    actor: str | None = None
    restricted: bool = False
    restated: bool = False


_decode = msgspec.json.Decoder(Envelope).decode
_encode = msgspec.json.Encoder().encode


def decode(body: str | bytes) -> Envelope:
    """Read an envelope; raises `msgspec.DecodeError` or `ValidationError` where it is none."""
    return _decode(body)


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event with its envelope, waiting for the end of its transaction."""

    envelope: Envelope

    @classmethod
    def of(
        cls, event: Event, about: "Aggregate", *, actor: "Actor", cause: Envelope | None, time: datetime
    ) -> "Announcement":
        service = event.type.partition(".")[0]
        envelope = Envelope(
            id=UUID(int=uuid7().int),
            source=f"/{service}",
            specversion="1.0",
            type=event.type,
            subject=about.id,
            time=time,
            revision=about.revision,
            correlation=about.correlation,
            community=about.community_id,
            actor=None if event.restricted else actor.name,
            restricted=event.restricted,
            traceparent=traceparent(cause.traceparent if cause else ""),
            data=msgspec.Raw(event.model_dump_json(by_alias=True).encode()),
        )
        return cls(envelope)


_INSERT = (
    "INSERT INTO feed_event (lane, event_id, type, subject, revision, body)"
    " SELECT * FROM unnest($1::int[], $2::uuid[], $3::text[], $4::uuid[], $5::bigint[], $6::text[])"
)


async def insert_events(connection: asyncpg.Connection, announced: list[Announcement], settings: "Settings") -> None:
    """Write all announced events in one statement, after every other write of the transaction."""
    if not announced:
        return
    envelopes = [a.envelope for a in announced]
    bodies = [_encode(e).decode() for e in envelopes]
    for envelope, body in zip(envelopes, bodies, strict=True):
        if len(body) > settings.feed_event_max_bytes:
            raise ValueError(f"{envelope.type} has {len(body)} bytes, more than feed_event_max_bytes")
    await connection.execute(
        _INSERT,
        [lane_of(e.subject, settings.feed_lanes) for e in envelopes],
        [e.id for e in envelopes],
        [e.type for e in envelopes],
        [e.subject for e in envelopes],
        [e.revision for e in envelopes],
        bodies,
    )
    measure.announced.add(len(bodies))


def lane_of(subject: UUID, lanes: int) -> int:
    """The lane of an aggregate; never Python's `hash()`, which differs from process to process."""
    return zlib.crc32(subject.bytes) % lanes


def stream_key(service: str, lane: int, epoch: str) -> str:
    return f"feed:{service}:{lane}:{epoch}"


# Prepared once by `migrate` -------------------------------------------------------------------------------------


async def prepare_feed(url: str, settings: "Settings", readers: list[str]) -> None:
    """Make the first epoch, a head per lane and a row per registered reader; nothing that stands is changed."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            database_id = await connection.fetchval("SELECT system_identifier::text FROM pg_control_system()")
            if not await connection.fetchval("SELECT count(*) FROM feed_epoch"):
                base = json.dumps({str(lane): 0 for lane in range(settings.feed_lanes)})
                await connection.execute(
                    "INSERT INTO feed_epoch VALUES (1, $1, $2, 'first', $3)",
                    f"1-{secrets.token_hex(4)}",
                    base,
                    database_id,
                )
                lanes = [(lane,) for lane in range(settings.feed_lanes)]
                await connection.executemany("INSERT INTO feed_head (lane) VALUES ($1)", lanes)
            heads = [r["lane"] for r in await connection.fetch("SELECT lane FROM feed_head")]
            rows = [(reader, lane) for reader in readers for lane in heads]
            await connection.executemany(
                "INSERT INTO feed_reader (reader, lane) VALUES ($1, $2) ON CONFLICT DO NOTHING", rows
            )
    finally:
        await connection.close()


async def current_epoch(connection: asyncpg.Connection) -> str:
    return str(await connection.fetchval("SELECT epoch FROM feed_epoch ORDER BY number DESC LIMIT 1"))


# Sequence -------------------------------------------------------------------------------------------------------


async def sequence(connection: asyncpg.Connection, limit: int) -> int:
    """Give committed rows their positions; returns how many. Any number of sequencers may run: the row lock decides.

    READ COMMITTED matters: the waiting rows are read by a statement that begins after the lock is held, so what it
    sees includes every commit that came before any position given so far.
    """
    async with connection.transaction(isolation="read_committed"):
        heads = {
            r["lane"]: r["position"]
            for r in await connection.fetch("SELECT lane, position FROM feed_head ORDER BY lane FOR UPDATE")
        }
        rows = await connection.fetch(
            "SELECT ordinal, lane FROM feed_event WHERE position IS NULL ORDER BY ordinal LIMIT $1", limit
        )
        if not rows:
            return 0
        positions = []
        for row in rows:
            heads[row["lane"]] += 1
            positions.append(heads[row["lane"]])
        await connection.execute(
            "UPDATE feed_event e SET position = v.position FROM unnest($1::bigint[], $2::bigint[])"
            " AS v(ordinal, position) WHERE e.ordinal = v.ordinal",
            [r["ordinal"] for r in rows],
            positions,
        )
        await connection.execute(
            "UPDATE feed_head h SET position = v.position FROM unnest($1::int[], $2::bigint[])"
            " AS v(lane, position) WHERE h.lane = v.lane",
            list(heads),
            list(heads.values()),
        )
        crashpoint("sequence.before_commit")
    crashpoint("sequence.after_commit")
    return len(rows)


async def sequencer(running: "Running") -> None:
    """The loop of one service: sequence at once when woken, at the latest every `feed_sequence_every_ms`."""
    settings, woken = running.settings, running.sequencer_woken
    while True:
        connection = await running.database.direct()
        try:
            await connection.add_listener(f"feed_{settings.service}", lambda *_: woken.set())
            while True:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), settings.feed_sequence_every_ms / 1000)
                woken.clear()
                if not await connection.fetchval("SELECT 1 FROM feed_event WHERE position IS NULL LIMIT 1"):
                    continue
                given = await sequence(connection, settings.feed_sequence_batch)
                measure.sequenced.add(given)
                running.pusher_woken.set()
                if given == settings.feed_sequence_batch:
                    woken.set()
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)


# Push -----------------------------------------------------------------------------------------------------------

_THERE = "equal or smaller than the target stream top item"


class Pusher:
    """Copies sequenced rows to Redis. May be skipped, repeated or killed at will: pull makes it certain."""

    def __init__(self, running: "Running", redis: "Redis") -> None:
        self.running, self.redis = running, redis
        self.service, self.settings = running.settings.service, running.settings
        self.pushed: dict[int, int] = {}
        self.checked_at = 0.0

    async def run(self) -> None:
        connection = await self.running.database.direct()
        try:
            epoch = await current_epoch(connection)
            while True:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.running.pusher_woken.wait(), self.settings.feed_push_check_seconds)
                self.running.pusher_woken.clear()
                await self.push_all(connection, epoch)
        finally:
            with contextlib.suppress(Exception):
                await connection.close(timeout=1)

    async def push_all(self, connection: asyncpg.Connection, epoch: str) -> None:
        heads = await connection.fetch("SELECT lane, position FROM feed_head ORDER BY lane")
        now = asyncio.get_running_loop().time()
        if now - self.checked_at >= self.settings.feed_push_check_seconds:
            self.pushed.clear()
            self.checked_at = now
        for head in heads:
            try:
                await self.push_lane(connection, epoch, head["lane"], head["position"])
            except (RedisError, OSError, TimeoutError):
                self.pushed.pop(head["lane"], None)
                raise

    async def push_lane(self, connection: asyncpg.Connection, epoch: str, lane: int, head: int) -> None:
        key = stream_key(self.service, lane, epoch)
        if lane not in self.pushed:
            self.pushed[lane] = await self.high_water_mark(connection, key, lane, head)
        while self.pushed[lane] < head:
            rows = await connection.fetch(
                "SELECT position, event_id, body, lag(event_id) OVER (ORDER BY position) AS previous FROM feed_event"
                " WHERE lane = $1 AND position >= $2 ORDER BY position LIMIT 101",
                lane,
                self.pushed[lane],
            )
            fresh = [r for r in rows if r["position"] > self.pushed[lane]]
            if not fresh:
                return
            await self.send(key, fresh)
            self.pushed[lane] = fresh[-1]["position"]

    async def high_water_mark(self, connection: asyncpg.Connection, key: str, lane: int, head: int) -> int:
        """Where to push from: after what Redis has, after what all have acknowledged, and no more than it keeps."""
        there = await self.top(key, lane)
        if there > head:
            log.error("feed.redis_ahead", lane=lane, redis=there, head=head)
            await self.redis.delete(key)
            there = 0
        acked = await connection.fetchval("SELECT coalesce(min(acked), 0) FROM feed_reader WHERE lane = $1", lane)
        return max(there, int(acked), head - self.settings.feed_push_maxlen)

    async def top(self, key: str, lane: int) -> int:
        """The last position that Redis has been given. What is no stream makes way for one."""
        try:
            top = (await self.redis.xinfo_stream(key))["last-generated-id"]  # bytes, or text from a decoding client
        except ResponseError as error:
            if "no such key" not in str(error):
                if "WRONGTYPE" not in str(error):
                    raise
                log.error("feed.not_a_stream", lane=lane)
                await self.redis.delete(key)
            return 0
        return int((top.decode() if isinstance(top, bytes) else str(top)).partition("-")[0])

    async def send(self, key: str, rows: list["asyncpg.Record"]) -> None:
        crashpoint("push.before")
        pipe = self.redis.pipeline(transaction=False)
        for row in rows:
            fields: dict[Any, Any] = {"e": row["body"], "p": str(row["previous"] or "")}
            pipe.xadd(key, fields, id=f"{row['position']}-0", maxlen=self.settings.feed_push_maxlen, approximate=True)
        pipe.expire(key, 7 * 86_400)
        for answer in await pipe.execute(raise_on_error=False):
            crashpoint("push.after_one")
            if isinstance(answer, Exception) and _THERE not in str(answer):
                raise answer
        measure.pushed.add(len(rows))
        crashpoint("push.after_all")


# Serve (pull) ---------------------------------------------------------------------------------------------------

_SERVE_STATE = (
    "SELECT (SELECT epoch FROM feed_epoch ORDER BY number DESC LIMIT 1) AS epoch,"
    " (SELECT count(*) FROM feed_head) AS lanes, h.position AS head,"
    " coalesce((SELECT min(position) FROM feed_event WHERE lane = h.lane), h.position + 1) AS oldest,"
    " (SELECT event_id FROM feed_event WHERE lane = h.lane AND position = $2) AS at_after"
    " FROM feed_head h WHERE h.lane = $1"
)
_ACKNOWLEDGE = (
    "UPDATE feed_reader SET acked = greatest(acked, $3), seen_at = now() WHERE reader = $1 AND lane = $2 RETURNING true"
)
_SERVE = "SELECT position, event_id, body FROM feed_event WHERE lane = $1 AND position >= $2 ORDER BY position LIMIT $3"
_EPOCHS = "SELECT epoch, base FROM feed_epoch ORDER BY number DESC LIMIT 10"


class Pulled(msgspec.Struct, frozen=True):
    """The answer of a pull, on both sides."""

    epoch: str
    lane: int
    lanes: int
    head: int
    oldest: int
    events: list["PulledEvent"]


class PulledEvent(msgspec.Struct, frozen=True):
    """An event at its position, as the text that stands there, with the id of the one before it in its lane."""

    position: int
    previous: UUID | None
    event: str


async def serve(
    connection: asyncpg.Connection,
    settings: "Settings",
    *,
    reader: str,
    lane: int,
    epoch: str,
    after: int,
    last: UUID | None,
    limit: int,
) -> bytes:
    """Answer what stands after a reader's committed cursor, and take the cursor as its acknowledgement."""
    state = await connection.fetchrow(_SERVE_STATE, lane, after)
    if state is None:
        raise Refused("lane_unknown", status=404)
    if epoch and epoch != state["epoch"]:
        epochs = [{"epoch": r["epoch"], "base": r["base"]} for r in await connection.fetch(_EPOCHS)]
        raise Refused("epoch_changed", status=409, epochs=epochs)
    if after > state["head"] or (last and state["at_after"] and last != state["at_after"]):
        raise Refused("forked", status=416, head=state["head"])
    if after < state["oldest"] - 1:
        raise Refused("forgotten", status=410, oldest=state["oldest"])
    if not await connection.fetchval(_ACKNOWLEDGE, reader, lane, after):
        raise Refused("reader_unknown", status=403)
    bound = min(limit, settings.feed_pull_limit) + 1
    events, size, previous = [], 0, None
    for row in await connection.fetch(_SERVE, lane, after, bound):
        if row["position"] > after and size < settings.feed_pull_bytes:
            events.append(PulledEvent(row["position"], previous, row["body"]))
            size += len(row["body"])
        previous = row["event_id"]
    return _encode(Pulled(state["epoch"], lane, state["lanes"], state["head"], state["oldest"], events))


# Forget ---------------------------------------------------------------------------------------------------------

_FORGET = (
    "DELETE FROM feed_event WHERE lane = $1 AND position IN (SELECT position FROM feed_event WHERE lane = $1"
    " AND position <= (SELECT min(acked) FROM feed_reader WHERE lane = $1)"
    " AND announced_at < now() - make_interval(days => $2) ORDER BY position LIMIT 1000)"
)


async def forget(connection: asyncpg.Connection, keep_days: int) -> int:
    """Delete rows from the low end of each lane that everybody has acknowledged and that are old enough."""
    gone = 0
    for lane in [r["lane"] for r in await connection.fetch("SELECT lane FROM feed_head")]:
        answer = await connection.execute(_FORGET, lane, keep_days)
        gone += int(answer.rpartition(" ")[2])
        crashpoint("forget.mid")
    return gone
