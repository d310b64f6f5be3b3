"""Lifecycles that begin on time while their rate jumps up and down; a step does not wait for the one before."""

import asyncio
import time
from functools import partial
from typing import Any

from benchmarks.tickets.lifecycle import lifecycle
from benchmarks.tickets.load import percentiles, step
from benchmarks.tickets.system import Bench

RATES = (1, 15, 1, 25, 2, 35, 10)  # lifecycles a second
SETTLED_SECONDS = 10.0  # after a step has begun


async def spike(bench: Bench, seconds: float) -> list[dict[str, Any]]:
    """Per step: p95 of the calls begun in it, and of those begun ten seconds after it; what did not come to its end."""
    steps: list[tuple[float, list[asyncio.Task[None]], int]] = []
    async with bench.alone() as wire:
        for rate in RATES:
            began = time.monotonic()
            tasks = await step(partial(lifecycle, bench), bench.lifecycles, rate, seconds)
            steps.append((began, tasks, sum(not task.done() for task in tasks)))
        failures = [
            [each for each in await asyncio.gather(*tasks, return_exceptions=True) if each] for _, tasks, _ in steps
        ]
        ends = [began for began, _, _ in steps[1:]] + [float("inf")]
        found = []
        for at, (began, tasks, under_way) in enumerate(steps):
            calls = [call for call in wire.calls if began <= call.began < ends[at]]
            settled = [call for call in calls if call.began >= began + SETTLED_SECONDS]
            found.append({
                "rate": RATES[at], "lifecycles": len(tasks), "under_way_at_its_end": under_way,
                "errors": len(failures[at]), "why": sorted({repr(each)[:200] for each in failures[at]})[:3],
                "refused": sum(call.refused for call in calls),
                "calls_ms": percentiles(calls), "settled_ms": percentiles(settled),
            })  # fmt: skip
        return found
