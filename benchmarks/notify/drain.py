"""Rows 2 and 6: many texts wait, then the sender drains them, each to its delivery report and to the letter."""

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks.notify.accept import CLIENTS
from benchmarks.notify.processor import milliseconds_each, used_seconds
from benchmarks.notify.system import WORKER, Bench
from benchmarks.tickets.load import Json, closed_loop

OPEN = frozenset({"queued", "claimed", "submitted", "unknown"})
LOOK_EVERY_SECONDS = 1.0
QUIET_SECONDS_MAX = 120.0

Beside = Callable[[asyncio.Event], Coroutine[Any, Any, Json]]


async def queue(bench: Bench, recipients: int, part: str) -> tuple[set[str], float]:
    """Taken one by one over the compatible API while the sender stands still; the seconds it took."""
    numbers: set[str] = set()

    async def one(number: int) -> None:
        numbers.add(await bench.client.send(f"{part}-{number}"))

    took = await closed_loop(one, range(recipients), CLIENTS)
    return numbers, took


async def drain(bench: Bench, recipients: int, beside: dict[str, Beside]) -> Json:
    """`beside` is what else happens meanwhile; each is told when it is over."""
    bench.signal(signal.SIGSTOP, [WORKER])
    numbers, queueing = await queue(bench, recipients, "drain")
    over = asyncio.Event()
    others = {name: asyncio.create_task(act(over)) for name, act in beside.items()}
    before = used_seconds(bench.instance)
    bench.signal(signal.SIGCONT, [WORKER])
    seconds, states = await drained(bench, "drain")
    spent = milliseconds_each(before, used_seconds(bench.instance), recipients)
    over.set()
    sink = await bench.at_the_sink(numbers)
    return {
        "recipients": recipients,
        "accepted_seconds": round(queueing, 1),
        "accepted_by": "one call each",
        "drained_seconds": round(seconds, 1),
        "per_second": round(recipients / seconds, 1),
        "states": states,
        "processor_ms_per_text": spent,
        "texts_at_the_sink": len(sink),
        "texts_identical": sum(bench.client.shown[each["number"]] == each["text"] for each in sink),
        **{name: await task for name, task in others.items()},
    }


async def drained(bench: Bench, part: str, quiet_seconds: float = QUIET_SECONDS_MAX) -> tuple[float, dict[str, int]]:
    """Until none is open, or nothing has moved for a while; counted to the last move."""
    began = moved = time.monotonic()
    states = await bench.states(part)
    while OPEN & states.keys() and time.monotonic() - moved < quiet_seconds:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        now = await bench.states(part)
        if now != states:
            states, moved = now, time.monotonic()
    return moved - began, states
