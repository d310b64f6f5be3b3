"""What counts as seen: a condition that holds now, or one that comes true before a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

DEADLINE_SECONDS = 20.0
PAUSE_SECONDS_MIN = 0.03
PAUSE_SECONDS_MAX = 0.4

T = TypeVar("T")


class NotProved(Exception):
    """A step of the story was not seen to happen."""


def holds(condition: object, expected: str, seen: object = "") -> None:
    if not condition:
        raise NotProved(f"{expected}; seen: {seen}" if seen != "" else expected)


def equals(seen: object, expected: object, what: str) -> None:
    holds(seen == expected, f"{what} should be {expected}", seen)


async def until(what: str, probe: Callable[[], Awaitable[T | None]], within_seconds: float = DEADLINE_SECONDS) -> T:
    """Ask again and again, more slowly each time, until the probe answers something true."""
    deadline = time.monotonic() + within_seconds
    pause = PAUSE_SECONDS_MIN
    while not (seen := await probe()):
        if time.monotonic() > deadline:
            raise NotProved(f"not within {within_seconds:g} s: {what}")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, PAUSE_SECONDS_MAX)
    return seen
