"""A random walk over the feed on real databases: whatever happens between, every event takes effect once, in order."""

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from chassis.reader import Entry, Lane
from cli.embedded import Embedded
from tests.services.chassis.conftest import Pair, made_pair

SUBJECTS = [UUID(int=n) for n in range(1, 4)]


class FeedMachine(RuleBasedStateMachine):
    """Announce, sequence, push, flush, deliver anything, pull, die: in any order."""

    loop: asyncio.AbstractEventLoop
    pair: Pair

    def __init__(self) -> None:
        super().__init__()
        self.announced: list[int] = []
        self.number = 100
        self.deaths = 0
        self.run(self._empty())
        self.lane: Lane = self.run(self.pair.lane())

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(coroutine)

    async def _empty(self) -> None:
        for table in ("feed_event", "note"):
            await self.pair.producer.sql(f"DELETE FROM {table}")
        await self.pair.producer.sql("UPDATE feed_head SET position = 0")
        await self.pair.producer.sql("UPDATE feed_reader SET acked = 0")
        for table in ("feed_cursor", "once_event", "parked", "heard"):
            await self.pair.reader.sql(f"DELETE FROM {table}")
        await self.pair.pusher.redis.flushall()
        self.pair.pusher.pushed.clear()

    @rule(subject=st.sampled_from(SUBJECTS), many=st.integers(1, 3))
    def announce(self, subject: UUID, many: int) -> None:
        self.announce_(subject, many)

    def announce_(self, subject: UUID, many: int) -> None:
        numbers = list(range(self.number, self.number + many))
        self.number += many
        self.run(self.pair.keep(*numbers, note=subject))
        self.announced += numbers

    @rule()
    def sequence(self) -> None:
        self.run(self.pair.sequence())

    @rule()
    def push(self) -> None:
        self.run(self.pair.push())

    @rule(subject=st.sampled_from(SUBJECTS))
    def carry(self, subject: UUID) -> None:
        """What goes on all the time: announce, sequence, push."""
        self.announce_(subject, 1)
        self.run(self.pair.sequence())
        self.run(self.pair.push())

    @rule()
    def flush_redis(self) -> None:
        self.run(self._flush())

    async def _flush(self) -> None:
        await self.pair.pusher.redis.flushall()

    @rule()
    def the_pusher_starts_anew(self) -> None:
        self.pair.pusher.pushed.clear()
        self.run(self.pair.push())

    @rule(skip=st.integers(0, 5), many=st.integers(1, 5), backwards=st.booleans())
    def deliver(self, skip: int, many: int, backwards: bool) -> None:
        """Whatever part of the stream arrives, in whatever order."""
        entries = self.run(self._stream())[skip : skip + many]
        if entries:
            self.run(self.lane.pushed(entries[::-1] if backwards else entries))

    async def _stream(self) -> list[Entry]:
        redis: Any = self.pair.pusher.redis
        keys = await redis.keys("feed:*")
        raw = await redis.xrange(keys[0]) if keys else []
        return [Entry.of(self.lane, int(i.partition(b"-")[0]), _id(f[b"p"]), f[b"e"].decode()) for i, f in raw]

    @rule()
    def deliver_junk(self) -> None:
        self.run(self.lane.pushed([Entry.of(self.lane, self.lane.position + 1, None, '{"junk": 1}')]))

    @rule()
    def pull(self) -> None:
        self.run(self.lane.pull())

    @precondition(lambda self: self.deaths < 4)
    @rule()
    def the_reader_dies_in_an_attempt(self) -> None:
        """Fewer times than would have the event parked: then it must still take effect."""
        self.deaths += 1
        self.run(self.lane._mark())
        self.lane = self.run(self.pair.lane())

    @invariant()
    def nothing_is_doubled_skipped_or_out_of_order(self) -> None:
        heard = self.run(self.pair.heard())
        assert heard == self.announced[: len(heard)]
        assert not self.run(self.pair.reader.sql("SELECT 1 FROM parked"))

    def teardown(self) -> None:
        self.run(self.pair.sequence())
        self.run(self.lane.pull())
        assert self.run(self.pair.heard()) == self.announced


def _id(raw: bytes) -> UUID | None:
    return UUID(raw.decode()) if raw else None


@pytest.mark.parametrize("examples", [40])
def test_every_walk_ends_with_everything_in_effect_once(cluster: Embedded, examples: int) -> None:
    loop = asyncio.new_event_loop()

    async def open_pair() -> tuple[Any, Pair]:
        opened = made_pair(cluster)
        return opened, await anext(opened)

    opened, pair = loop.run_until_complete(open_pair())
    machine = type("Walk", (FeedMachine,), {"loop": loop, "pair": pair})
    walk = settings(
        max_examples=examples,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(machine, settings=walk)
    finally:
        loop.run_until_complete(opened.aclose())
        loop.close()
