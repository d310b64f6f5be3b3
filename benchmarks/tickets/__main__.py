"""`./yihu bench tickets`: lifecycles, spikes, lists and searches by number of cases; a storm of limits; a peer."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from benchmarks.flow.__main__ import RESULTS, machine
from benchmarks.tickets.fill import fill
from benchmarks.tickets.lifecycle import lifecycle
from benchmarks.tickets.load import Json, by_name, closed_loop, percentiles
from benchmarks.tickets.peer import beside_the_peer
from benchmarks.tickets.reading import read_as_each
from benchmarks.tickets.report import table
from benchmarks.tickets.spike import spike
from benchmarks.tickets.storm import storm
from benchmarks.tickets.system import Bench, bench_on

CLIENTS = 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="yihu bench tickets", description=__doc__)
    parser.add_argument(
        "--cases", type=int, nargs="+", default=[0, 100_000, 1_000_000], help="present, in rising order"
    )
    parser.add_argument("--lifecycles", type=int, default=600, help="per round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--checked", type=int, default=300, help="lifecycles with a read after each write, per size")
    parser.add_argument("--reads", type=int, default=10, help="times each list and search is asked")
    parser.add_argument("--step-seconds", type=float, default=20.0, help="of each step of the spike; 0 leaves it out")
    parser.add_argument("--limits", type=int, default=10_000, help="that end at one instant; 0 leaves the storm out")
    parser.add_argument(
        "--peer-cases", type=int, default=100_000, help="the size at which the peer runs; 0 leaves it out"
    )
    parser.add_argument("--pairs", type=int, default=200, help="created and closed per round beside the peer")
    given = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"tickets-{date.today().isoformat()}.json"
    result: Json = {
        "command": "./yihu bench tickets " + " ".join(sys.argv[1:]),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_before": os.getloadavg(),
        "parameters": vars(given) | {"clients": CLIENTS},
        "sizes": {},
    }
    asyncio.run(run(given, result, partial(keep, result, path)))
    print(table(result))
    print(f"kept in {path}")


def keep(result: Json, path: Path) -> None:
    """After each part, so that a run cut short leaves what it has measured."""
    result["machine"] = machine()
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


async def run(given: argparse.Namespace, result: Json, kept: Callable[[], None]) -> None:
    """An empty system stands beside the filled one, and each round measures both."""
    with tempfile.TemporaryDirectory(prefix="yihu-bench-") as name:
        folder = Path(name)
        async with AsyncExitStack() as stack:
            empty = await stack.enter_async_context(bench_on(folder / "empty"))
            empty.freeze()
            filled = await stack.enter_async_context(bench_on(folder / "filled"))
            await closed_loop_round(filled, 20)
            for cases in given.cases:
                began = time.monotonic()
                await fill(filled, cases)
                print(f"{cases} cases present after {time.monotonic() - began:.0f} s", file=sys.stderr)
                size: Json = {}
                result["sizes"][str(cases)] = size
                size["rounds"] = await rounds(empty if cases else filled, filled, given)
                kept()
                size["checked"] = await closed_loop_round(filled, given.checked, checked=True)
                kept()
                size["reading"] = await read_as_each(filled, given.reads)
                kept()
                if cases and cases == given.peer_cases:
                    result["peer"] = await beside_the_peer(filled, folder, cases, given.pairs, given.rounds)
                    kept()
            if given.step_seconds:
                result["spike"] = await spike(filled, given.step_seconds)
                kept()
            if given.limits:
                result["storm"] = await storm(filled, given.limits)
                kept()


async def rounds(empty: Bench, filled: Bench, given: argparse.Namespace) -> list[Json]:
    found = []
    for _ in range(given.rounds):
        pair = {"filled": await alone(filled, given.lifecycles, others=[empty])}
        if empty is not filled:
            pair["empty"] = await alone(empty, given.lifecycles, others=[filled])
        found.append(pair)
        print({name: (each["per_second"], each["all_calls_ms"]) for name, each in pair.items()}, file=sys.stderr)
    if empty is not filled:
        empty.freeze()
        filled.thaw()
    return found


async def alone(bench: Bench, count: int, others: list[Bench]) -> Json:
    for other in others:
        other.freeze()
    bench.thaw()
    return await closed_loop_round(bench, count)


async def closed_loop_round(bench: Bench, count: int, *, checked: bool = False) -> Json:
    async with bench.alone() as wire:
        wire.stale, before = 0, bench.processor_seconds()
        numbers = [next(bench.lifecycles) for _ in range(count)]
        work: Callable[[int], Awaitable[None]] = partial(lifecycle, bench, checked=checked)
        seconds = await closed_loop(work, numbers, CLIENTS)
        spent = bench.processor_seconds()
        return {
            "per_second": round(count / seconds, 1),
            "calls_per_second": round(len(wire.calls) / seconds, 1),
            "calls_ms": by_name(wire.calls),
            "all_calls_ms": percentiles(wire.calls),
            "refused": sum(call.refused for call in wire.calls),
            "statuses": Counter(call.status for call in wire.calls),
            "stale_reads": wire.stale,
            "reads": sum(call.name in ("read", "search") for call in wire.calls),
            "processor_ms_per_lifecycle": {
                name: round((spent[name] - used) * 1000 / count, 1) for name, used in before.items()
            },
            "load_after": os.getloadavg(),
        }


if __name__ == "__main__":
    main()
