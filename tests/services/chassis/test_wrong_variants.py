"""Five tempting ways to build the feed, on the real parts: ours passes where each of them is seen to fail."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from chassis.feed import Pusher
from chassis.reader import Entry, Lane
from chassis.transaction import Transaction
from tests.services.chassis.conftest import Pair


class Died(BaseException):
    """The process ended here."""


class EffectApartFromCursor(Lane):
    """The effect commits in one transaction, the cursor in the next."""

    async def _attempt(self, entries: list[Entry]) -> None:
        fresh = self._what_follows(entries)
        async with self.running.transaction(label="apply") as tx:
            for entry in fresh:
                await self.running.inbox.effect(entry, tx)
        async with self.running.transaction(label="apply") as tx:
            await self._move(tx.driver, fresh)
        self._moved(fresh)


class NoContiguityCheck(Lane):
    """Whatever lies beyond the cursor is applied, holes or not."""

    def _what_follows(self, entries: Any) -> list[Entry]:
        return [entry for entry in entries if entry.position > self.position]


class NoPull(Lane):
    """What Redis brings is all there is."""

    async def pull(self) -> None:
        return None


class PublishedFlag(Pusher):
    """The usual outbox: what was handed to Redis once is never handed over again."""

    flagged = 0

    async def high_water_mark(self, connection: asyncpg.Connection, key: str, lane: int, head: int) -> int:
        return self.flagged

    async def send(self, key: str, rows: list[asyncpg.Record]) -> None:
        await super().send(key, rows)
        self.flagged = rows[-1]["position"]


async def lane_of(kind: type[Lane], pair: Pair) -> Lane:
    epoch = (await pair.lane()).epoch
    lane = kind(pair.reader.running, "tickets", 0)
    await lane.load(epoch)
    return lane


async def brought_by_redis(pair: Pair, lane: Lane) -> None:
    """Everything the stream holds, then whatever the lane does on its timer."""
    redis: Any = pair.pusher.redis
    for key in await redis.keys("feed:*"):
        found = await redis.xrange(key)
        entries = [Entry.of(lane, int(i.partition(b"-")[0]), None, f[b"e"].decode()) for i, f in found]
        if entries:
            await lane.pushed(entries)
    await lane.pull()


@pytest.mark.parametrize(("kind", "heard"), [(Lane, [1]), (EffectApartFromCursor, [1, 1])])
async def test_an_effect_apart_from_its_cursor_comes_twice(
    pair: Pair, kind: type[Lane], heard: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    await pair.reader.sql("ALTER TABLE heard DROP CONSTRAINT heard_pkey")
    await pair.keep(1)
    await pair.sequence()

    effect = pair.reader.running.inbox.effect

    async def died_after_the_effect(entry: Entry, tx: Transaction) -> None:
        await effect(entry, tx)
        raise Died

    async def died(*_: object) -> None:
        raise Died

    lane = await lane_of(kind, pair)
    with monkeypatch.context() as dying:
        if kind is Lane:
            dying.setattr(pair.reader.running.inbox, "effect", died_after_the_effect)
        else:
            dying.setattr(lane, "_move", died)
        with pytest.raises(Died):
            await lane.pull()
    await (await lane_of(kind, pair)).pull()
    assert await pair.heard() == heard


@pytest.mark.parametrize(("kind", "heard"), [(Lane, [1, 2, 3]), (NoContiguityCheck, [3])])
async def test_without_a_contiguity_check_events_are_skipped(pair: Pair, kind: type[Lane], heard: list[int]) -> None:
    lane = await lane_of(kind, pair)
    await pair.keep(1, 2, 3)
    await pair.sequence()
    body = (await pair.producer.sql("SELECT body FROM feed_event WHERE position = 3"))[0]["body"]
    await lane.pushed([Entry.of(lane, 3, None, body)])
    await lane.pull()
    assert await pair.heard() == heard


@pytest.mark.parametrize(("on_serial", "heard"), [(False, [7, 2, 3, 1]), (True, [7, 2, 3])])
async def test_a_cursor_on_the_serial_loses_what_commits_late(pair: Pair, on_serial: bool, heard: list[int]) -> None:
    """A serial has holes for ever where transactions were rolled back, so a reader must pass over holes."""
    lane = await lane_of(NoContiguityCheck if on_serial else Lane, pair)
    await pair.keep(7)
    await sequenced(pair, on_serial)
    await lane.pull()
    connection = await asyncpg.connect(pair.producer.running.settings.database_url)
    late = connection.transaction()
    await late.start()
    ordinal = await connection.fetchval("SELECT nextval(pg_get_serial_sequence('feed_event', 'ordinal'))")
    await pair.keep(2, 3)
    await sequenced(pair, on_serial)
    await lane.pull()
    body = (await pair.producer.sql("SELECT body FROM feed_event ORDER BY ordinal LIMIT 1"))[0]["body"]
    await commit_late(connection, ordinal, body)
    await late.commit()
    await connection.close()
    await sequenced(pair, on_serial)
    await lane.pull()
    assert await pair.heard() == heard


async def commit_late(connection: asyncpg.Connection, ordinal: int, like: str) -> None:
    event = uuid4()
    first = like.partition('"id":"')[2].partition('"')[0]
    body = like.replace(first, str(event), 1).replace('"count":7', '"count":1')
    await connection.execute(
        "INSERT INTO feed_event (ordinal, lane, event_id, type, subject, revision, body)"
        " OVERRIDING SYSTEM VALUE VALUES ($1, 0, $2, 'tickets.note_kept.v1', $2, 1, $3)",
        ordinal, event, body,
    )  # fmt: skip


async def sequenced(pair: Pair, on_serial: bool) -> None:
    if not on_serial:
        await pair.sequence()
        return
    await pair.producer.sql("UPDATE feed_event SET position = ordinal WHERE position IS NULL")
    await pair.producer.sql("UPDATE feed_head SET position = (SELECT max(position) FROM feed_event)")


@pytest.mark.parametrize(("kind", "heard"), [(Lane, [1, 2, 3]), (NoPull, [])])
async def test_without_a_pull_a_trimmed_stream_is_stuck(pair: Pair, kind: type[Lane], heard: list[int]) -> None:
    lane = await lane_of(kind, pair)
    await pair.keep(1, 2, 3)
    await pair.sequence()
    await pair.push()
    for key in await pair.pusher.redis.keys("feed:*"):
        await pair.pusher.redis.xtrim(key, maxlen=0, approximate=False)
    pair.pusher.pushed.clear()
    await pair.push()
    await brought_by_redis(pair, lane)
    assert await pair.heard() == heard


@pytest.mark.parametrize(("kind", "heard"), [(Pusher, [1, 2, 3]), (PublishedFlag, [])])
async def test_a_published_flag_without_a_pull_loses_what_redis_forgets(
    pair: Pair, kind: type[Pusher], heard: list[int]
) -> None:
    """Even without a pull, ours pushes again what Redis does not have; the flag says it was done."""
    pair.pusher = kind(pair.producer.running, pair.pusher.redis)
    lane = await lane_of(NoPull, pair)
    await pair.keep(1, 2, 3)
    await pair.sequence()
    await pair.push()
    await pair.pusher.redis.flushall()
    pair.pusher.pushed.clear()
    await pair.push()
    await brought_by_redis(pair, lane)
    assert await pair.heard() == heard
