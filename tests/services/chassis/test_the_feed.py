"""Every committed event takes effect once, in order, or stands visibly parked (promises P2, P3, P4)."""

import re
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
import pytest
from redis.exceptions import ResponseError

from chassis.reader import Entry, Gap, Inbox
from chassis.transaction import Transaction
from tests.services.chassis import sample
from tests.services.chassis.conftest import Pair


async def test_what_commits_is_pulled_in_order_and_once(pair: Pair) -> None:
    await pair.keep(1, 2, 3)
    assert await pair.sequence() == 3
    lane = await pair.lane()
    await lane.pull()
    await lane.pull()
    assert await pair.heard() == [1, 2, 3]
    assert lane.position == 3


async def test_what_does_not_commit_is_never_announced(pair: Pair) -> None:
    async def fail() -> None:
        async with pair.producer.transaction() as tx:
            tx.announce(sample.NoteKept(note_id=uuid4(), count=1), about=sample.Note(uuid4(), 1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await pair.sequence() == 0


async def test_a_late_commit_is_not_skipped(pair: Pair) -> None:
    """Its ordinal is lower than that of events already read; a cursor on the ordinal would have passed it."""
    slow = await asyncpg.connect(pair.producer.running.settings.database_url)
    late = slow.transaction()
    await late.start()
    await pair.keep(1)
    body = (await pair.producer.sql("SELECT body FROM feed_event"))[0]["body"]
    event = uuid4()
    await slow.execute(
        "INSERT INTO feed_event (lane, event_id, type, subject, revision, body)"
        " VALUES (0, $1, 'tickets.note_kept.v1', $1, 1, $2)",
        event,
        re.sub(r'"id":"[^"]+"', f'"id":"{event}"', body, count=1).replace('"count":1', '"count":9'),
    )
    await pair.keep(2)
    await pair.sequence()
    lane = await pair.lane()
    await lane.pull()
    assert await pair.heard() == [1, 2]
    await late.commit()
    await slow.close()
    await pair.sequence()
    await lane.pull()
    assert await pair.heard() == [1, 2, 9]


async def test_push_brings_it_without_a_pull_and_a_flush_loses_nothing(pair: Pair) -> None:
    lane = await pair.lane()
    await pair.keep(1, 2)
    await pair.sequence()
    await pair.push()
    redis: Any = pair.pusher.redis
    (key,) = await redis.keys("feed:*")
    raw = await redis.xrange(key)
    entries = [Entry.of(lane, int(i.partition(b"-")[0]), None, f[b"e"].decode()) for i, f in raw]
    await lane.pushed(entries)
    assert await pair.heard() == [1, 2]
    await pair.pusher.redis.flushall()
    await pair.keep(3)
    await pair.sequence()
    await lane.pull()
    await lane.pushed(entries)
    assert await pair.heard() == [1, 2, 3]


async def test_a_gap_in_what_was_pushed_is_filled_by_pulling(pair: Pair) -> None:
    lane = await pair.lane()
    await pair.keep(1, 2, 3)
    await pair.sequence()
    body = (await pair.producer.sql("SELECT body FROM feed_event WHERE position = 3"))[0]["body"]
    await lane.pushed([Entry.of(lane, 3, None, body)])
    assert await pair.heard() == [1, 2, 3]
    assert lane.single_until == 0, "a gap is nobody's death: push goes on in batches"


async def test_a_worker_that_is_behind_another_moves_no_cursor_back(pair: Pair) -> None:
    """Two hold the same lane for sure; the one that still believes in an older cursor changes nothing by it."""
    stale, other = await pair.lane(), await pair.lane()
    await pair.keep(1, 2, 3)
    await pair.sequence()
    await other.pull()
    first = (await pair.producer.sql("SELECT body FROM feed_event WHERE position = 1"))[0]["body"]
    with pytest.raises(Gap):
        await stale._attempt([Entry.of(stale, 1, None, first)])
    (cursor,) = await pair.reader.sql("SELECT position, attempts FROM feed_cursor")
    assert (cursor["position"], cursor["attempts"]) == (3, 0)
    assert await pair.heard() == [1, 2, 3]


async def test_what_nobody_wants_is_passed_over_and_leaves_no_mark(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair.reader.running, "inbox", Inbox([]))
    lane = await pair.lane()
    await pair.keep(1, 2)
    await pair.sequence()
    await lane.pull()
    (cursor,) = await pair.reader.sql("SELECT position, attempts FROM feed_cursor")
    assert (cursor["position"], cursor["attempts"]) == (2, 0)
    assert (await pair.lane()).last == lane.last
    assert await pair.reader.sql("SELECT 1 FROM once_event") == []


async def test_junk_in_redis_is_not_parked_in_place_of_the_truth(pair: Pair) -> None:
    lane = await pair.lane()
    await pair.keep(1)
    await pair.sequence()
    await lane.pushed([Entry.of(lane, 1, None, "junk")])
    assert await pair.heard() == [1]
    assert await pair.reader.sql("SELECT 1 FROM parked") == []


def reading_all(pair: Pair) -> list[int]:
    """The reader takes every event there is, as the chronicle does; the answer fills with their positions."""
    taken: list[int] = []

    async def take(entries: list[Entry], tx: Transaction) -> None:
        taken.extend(entry.position for entry in entries)

    pair.reader.running.inbox = Inbox((), take)
    return taken


async def test_who_reads_everything_does_not_take_junk_for_the_truth_either(pair: Pair) -> None:
    taken = reading_all(pair)
    lane = await pair.lane()
    await lane.pushed([Entry.of(lane, 1, None, "junk")])
    assert lane.position == 0, "the cursor moved over what nobody announced"
    await pair.keep(1)
    await pair.sequence()
    await lane.pushed([Entry.of(lane, 1, None, "junk")])
    assert (lane.position, taken) == (1, [1])


async def test_who_reads_everything_parks_what_it_cannot_read(pair: Pair) -> None:
    taken = reading_all(pair)
    await pair.keep(1, 2)
    await pair.sequence()
    await pair.producer.sql("UPDATE feed_event SET body = '{\"broken' WHERE position = 1")
    lane = await pair.lane()
    await lane.pull()
    assert (lane.position, taken) == (2, [2])
    assert [r["reason"] for r in await pair.reader.sql("SELECT reason FROM parked")] == ["not_an_envelope"]


async def test_poison_is_parked_with_its_reason_and_only_its_subject_waits(pair: Pair, quick: None) -> None:
    poisoned, other = uuid4(), uuid4()
    await pair.keep(1, 13, 14, note=poisoned)
    await pair.keep(5, note=other)
    await pair.sequence()
    lane = await pair.lane()
    await lane.pull()
    assert await pair.heard() == [1, 5]
    rows = await pair.reader.sql("SELECT state, reason, attempts FROM parked ORDER BY position")
    assert [(r["state"], r["reason"]) for r in rows] == [("parked", "ValueError"), ("behind", "behind")]
    assert rows[0]["attempts"] == 5


async def test_an_event_of_an_unknown_version_is_parked_at_once(pair: Pair) -> None:
    await pair.keep(1)
    await pair.sequence()
    await pair.producer.sql("UPDATE feed_event SET body = replace(body, 'note_kept.v1', 'note_kept.v2')")
    lane = await pair.lane()
    await lane.pull()
    rows = await pair.reader.sql("SELECT reason_class, reason FROM parked")
    assert [tuple(r) for r in rows] == [("unreadable", "version_unknown")]
    assert lane.position == 1


async def test_a_row_that_is_no_event_is_parked_and_the_lane_goes_on(pair: Pair) -> None:
    await pair.keep(1, 2)
    await pair.sequence()
    await pair.producer.sql("UPDATE feed_event SET body = '{\"broken' WHERE position = 1")
    lane = await pair.lane()
    await lane.pull()
    assert await pair.heard() == [2]
    assert [r["reason"] for r in await pair.reader.sql("SELECT reason FROM parked")] == ["not_an_envelope"]


async def test_a_mark_left_by_dead_processes_parks_the_event_that_kills(pair: Pair) -> None:
    await pair.keep(1, 2)
    await pair.sequence()
    lane = await pair.lane()
    await pair.reader.sql("UPDATE feed_cursor SET attempts = 5, single_until = 1")
    await lane.load()
    await lane.pull()
    assert await pair.heard() == [2]
    rows = await pair.reader.sql("SELECT reason_class FROM parked")
    assert [r["reason_class"] for r in rows] == ["died"]


async def test_a_fork_stops_the_lane_visibly(pair: Pair) -> None:
    await pair.keep(1)
    await pair.sequence()
    lane = await pair.lane()
    await lane.pull()
    await pair.producer.sql("UPDATE feed_event SET event_id = gen_random_uuid()")
    await pair.keep(2)
    await pair.sequence()
    await lane.pull()
    assert lane.stopped == "forked"
    assert (await pair.reader.sql("SELECT stopped FROM feed_cursor"))[0]["stopped"] == "forked"


async def test_replaying_applies_a_subject_whole_and_in_order(pair: Pair, quick: None) -> None:
    note = uuid4()
    await pair.keep(13, 14, note=note)
    await pair.sequence()
    lane = await pair.lane()
    await lane.pull()
    await pair.reader.sql("UPDATE parked SET event = replace(event, '\"count\":13', '\"count\":12')")
    keeper = await pair.reader.person(grants=[("keeper", "area", uuid4())])
    answer = await keeper.post("/operations/parked:replay", json={"subject": str(note)})
    assert answer.json() == {"settled": 2}, answer.text
    assert await pair.heard() == [12, 14]
    assert len(await pair.reader.sql("SELECT 1 FROM audit WHERE action = 'operations.replay'")) == 2


async def test_discarding_takes_one_person_with_a_reason_and_is_on_record(pair: Pair, quick: None) -> None:
    await pair.keep(13)
    await pair.sequence()
    await (await pair.lane()).pull()
    keeper = await pair.reader.person(grants=[("keeper", "area", uuid4())])
    event = str((await keeper.get("/operations/parked")).json()["items"][0]["event_id"])
    assert (await keeper.post("/operations/parked:discard", json={"event_id": event})).status_code == 422
    answer = await keeper.post("/operations/parked:discard", json={"event_id": event, "why": "a test"})
    assert answer.json() == {"settled": 1, "asked": 0}
    rows = await pair.reader.sql("SELECT subject::text, reason FROM audit WHERE action = 'operations.discard'")
    assert [tuple(row) for row in rows] == [(event, "a test")]


async def test_only_the_named_reader_may_pull(pair: Pair) -> None:
    await pair.keep(1)
    await pair.sequence()
    as_funds = pair.producer.as_service("funds")
    asked = await as_funds.get("/internal/feed", params={"reader": "notify", "lane": 0})
    assert asked.status_code == 403
    unknown = await as_funds.get("/internal/feed", params={"reader": "funds", "lane": 0})
    assert (unknown.status_code, unknown.json()["code"]) == (403, "reader_unknown")
    person = await pair.producer.person()
    assert (await person.get("/internal/feed", params={"reader": "notify", "lane": 0})).status_code == 403


async def test_the_pull_acknowledges_the_committed_cursor(pair: Pair) -> None:
    await pair.keep(1, 2)
    await pair.sequence()
    lane = await pair.lane()
    await lane.pull()
    await lane.pull()
    rows = await pair.producer.sql("SELECT acked FROM feed_reader WHERE reader = 'notify'")
    assert rows[0]["acked"] == 2


async def test_an_envelope_carries_no_more_than_it_says(pair: Pair) -> None:
    await pair.keep(1)
    (envelope,) = await pair.producer.events()
    assert envelope.specversion == "1.0"
    assert envelope.actor == "system:tickets"
    assert msgspec.json.decode(envelope.data)["count"] == 1


async def test_a_pusher_that_forgot_goes_on_after_what_redis_already_has(pair: Pair) -> None:
    await pair.keep(1, 2)
    await pair.sequence()
    await pair.push()
    pair.pusher.pushed.clear()
    await pair.keep(3)
    await pair.sequence()
    await pair.push()
    redis: Any = pair.pusher.redis
    (key,) = await redis.keys("feed:*")
    assert [i for i, _ in await redis.xrange(key)] == [b"1-0", b"2-0", b"3-0"]


async def test_a_stream_ahead_of_its_feed_is_made_anew(pair: Pair) -> None:
    await pair.keep(1)
    await pair.sequence()
    await pair.push()
    redis: Any = pair.pusher.redis
    (key,) = await redis.keys("feed:*")
    await redis.xadd(key, {"e": "junk", "p": ""}, id="99-0")
    pair.pusher.pushed.clear()
    await pair.push()
    assert [i for i, _ in await redis.xrange(key)] == [b"1-0"]


async def test_what_is_no_stream_makes_way_for_one(pair: Pair) -> None:
    await pair.keep(1)
    await pair.sequence()
    await pair.push()
    redis = pair.pusher.redis
    (key,) = await redis.keys("feed:*")
    await redis.delete(key)
    await redis.set(key, "not a stream")
    await pair.keep(2)
    await pair.sequence()
    with pytest.raises(ResponseError):
        await pair.push()
    await pair.push()
    assert await redis.xlen(key) == 2
