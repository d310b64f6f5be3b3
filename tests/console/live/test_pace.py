"""Twenty marks a second are shown one by one; more are counted."""

import asyncio
from dataclasses import replace
from uuid import uuid4

from console.live import Stream, Update
from console.pace import MARKS_PER_SECOND_MAX, Pace, gathered
from tests.console.chronicle.test_waits import an_entry as entry


class Clock:
    at = 100.0

    def __call__(self) -> float:
        return self.at


def counts(pace: Pace, *types: str) -> list[tuple[str, int]]:
    return [(mark.type, count) for mark, count in pace.marks(entry(one, 0) for one in types)]


def test_twenty_are_twenty_marks_and_the_next_makes_one_per_type() -> None:
    pace = Pace(Clock())
    assert counts(pace, *["tickets.ticket_filed.v1"] * MARKS_PER_SECOND_MAX) == [("tickets.ticket_filed.v1", 1)] * 20
    crowd = ["tickets.ticket_filed.v1", "notify.message_submitted.v1", "tickets.ticket_filed.v1"]
    assert counts(pace, *crowd) == [("notify.message_submitted.v1", 1), ("tickets.ticket_filed.v1", 2)]


def test_the_next_second_begins_anew() -> None:
    clock = Clock()
    pace = Pace(clock)
    counts(pace, *["tickets.ticket_filed.v1"] * 30)
    clock.at += 1.0
    assert counts(pace, *["tickets.ticket_filed.v1"] * 2) == [("tickets.ticket_filed.v1", 1)] * 2


def test_restricted_events_are_counted_together_and_never_by_type() -> None:
    pace = Pace(Clock(), given=MARKS_PER_SECOND_MAX, began=100.0)
    hidden = [replace(entry(one, 0), restricted=True) for one in ("tickets.a.v1", "tickets.b.v1")]
    assert [count for _, count in pace.marks(hidden)] == [2]


async def test_a_full_second_is_waited_out_and_what_came_meanwhile_goes_together() -> None:
    pace = Pace(given=MARKS_PER_SECOND_MAX)
    pace.began = pace.now() - 0.9
    stream = Stream(frozenset(), uuid4(), asyncio.Queue())
    first, second = entry("tickets.ticket_filed.v1", 0), entry("tickets.ticket_closed.v1", 1)
    stream.offer(Update(entries=(second,)))
    stream.offer(Update(health=True))
    whole = await gathered(stream, Update(entries=(first,)), pace)
    assert whole == Update(entries=(first, second), health=True)


async def test_below_the_limit_nothing_waits() -> None:
    stream = Stream(frozenset(), uuid4(), asyncio.Queue())
    stream.offer(Update(health=True))
    first = Update(entries=(entry("tickets.ticket_filed.v1", 0),))
    assert await gathered(stream, first, Pace()) is first
