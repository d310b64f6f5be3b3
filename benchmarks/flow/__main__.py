"""`./yihu bench flow`: our chain, the common one and the limit, interleaved in one run; medians of the rounds."""

import argparse
import asyncio
import json
import os
import platform
import signal
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from benchmarks.flow.load import HOPS, Journey, Measured, at_rate, saturated
from benchmarks.flow.measured_common import Bench, measure_common
from benchmarks.flow.measured_limit import measure_limit
from benchmarks.flow.measured_ours import measure_ours
from benchmarks.flow.provider import file_template
from cli.databases import execute
from cli.embedded import Embedded
from cli.instance import Instance
from demo.on_instance import system_on
from demo.runner import set_the_clock
from demo.seed import seed
from demo.stage import stage_for

RESULTS = Path(__file__).resolve().parent.parent / "results"
ENVIRONMENT = {
    "notify": {
        "YIHU_NOTIFY_CAP_NOTICE_DAY": "100000",
        "YIHU_NOTIFY_CAP_ALL_DAY": "100000",
        "YIHU_NOTIFY_SPACING_SECONDS": "0",
        "YIHU_NOTIFY_SENDER_EXT_WIDTH": "4",
    }
}
SERVICES = ("members", "tickets", "funds", "notify", "console")
HOUSEHOLDS = 300
CLIENTS = 64
Send = Callable[[int], Awaitable[str]]
Load = Callable[[Send], Awaitable[dict[str, Journey]]]
Way = Callable[[Load], Awaitable[Measured]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="yihu bench flow", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=float, default=50.0, help="flows per second of the open loop")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long the open loop lasts")
    parser.add_argument("--flows", type=int, default=1_500, help="flows at saturation")
    given = parser.parse_args()
    result = asyncio.run(run(given))
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"flow-{date.today().isoformat()}.json"
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(table(result))
    print(f"kept in {path}")


async def run(given: argparse.Namespace) -> dict[str, Any]:
    loads: dict[str, Load] = {
        "at_rate": lambda send: at_rate(send, given.rate, given.seconds),
        "saturated": lambda send: saturated(send, given.flows, CLIENTS),
    }
    rounds: dict[str, dict[str, list[Measured]]] = {}
    async with ways() as all_ways:
        for number in range(given.rounds):
            for load_name, load in loads.items():
                for way_name, way in all_ways.items():
                    seen = await way(load)
                    rounds.setdefault(load_name, {}).setdefault(way_name, []).append(seen)
                    print(
                        f"round {number + 1} {load_name} {way_name}: {seen.per_second:.0f}/s, lost {seen.lost}",
                        file=sys.stderr,
                    )
    return {
        "machine": machine(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": "./yihu bench flow " + " ".join(sys.argv[1:]),
        "parameters": vars(given) | {"clients": CLIENTS},
        "loads": {load: {way: summary(seen) for way, seen in by_way.items()} for load, by_way in rounds.items()},
    }


def summary(rounds: list[Measured]) -> dict[str, Any]:
    """Medians over the rounds, with every round beside them."""
    hops = {
        hop: {p: statistics.median(seen.hops[hop][p] for seen in rounds) for p in ("p50", "p95", "p99")} for hop in HOPS
    }
    return {
        "flows_per_second": round(statistics.median(seen.per_second for seen in rounds), 1),
        "lost": sum(seen.lost for seen in rounds),
        "hops_ms": hops,
        "rounds": [asdict(seen) | {"flows_per_second": round(seen.per_second, 1)} for seen in rounds],
    }


def machine() -> dict[str, Any]:
    names = Path("/proc/cpuinfo")
    lines = names.read_text().splitlines() if names.exists() else []
    processor = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return {
        "processor": processor or platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_after": os.getloadavg(),
    }


@asynccontextmanager
async def ways() -> AsyncIterator[dict[str, Way]]:
    """Everything stands before the first measurement; while a peer is measured our processes are frozen."""
    with tempfile.TemporaryDirectory(prefix="yihu-bench-") as folder:
        instance, peers = Instance(Path(folder) / "ours"), Embedded(Path(folder) / "peers")
        await asyncio.to_thread(instance.up, 0, ENVIRONMENT)
        await asyncio.to_thread(peers.start)
        try:
            await asyncio.to_thread(execute, f"{peers.database_url}/postgres", ["CREATE DATABASE bench"])
            async with prepared(instance, peers) as prepared_ways:
                yield prepared_ways
        finally:
            thaw(instance)
            await asyncio.to_thread(instance.down)
            await asyncio.to_thread(peers.stop)


@asynccontextmanager
async def prepared(instance: Instance, peers: Embedded) -> AsyncIterator[dict[str, Way]]:
    keys = json.loads((instance.directory / "keys.json").read_text())
    bench = Bench(
        f"{peers.database_url}/bench", peers.redis_url, instance.run()["urls"]["gateway"],
        keys["gateway_id"], keys["gateway_secret"],
    )  # fmt: skip
    async with stage_for(system_on(instance)) as stage, fresh_client() as http:
        reports = (await http.get(f"{bench.gateway_url}/sim/settings")).json()["report_url"]
        await file_template(bench.gateway_url, http)
        await set_the_clock(stage, None)
        await seed(stage, HOUSEHOLDS)

        async def ours(load: Load) -> Measured:
            thaw(instance)
            await asyncio.sleep(5)
            return await measure_ours(stage, load, http, reports)

        async def common(load: Load) -> Measured:
            freeze(instance)
            async with fresh_client() as own:  # its server gets a port that an earlier one may have had
                return await measure_common(bench, load, own)

        async def limit(load: Load) -> Measured:
            freeze(instance)
            async with fresh_client() as own:
                return await measure_limit(bench, load, own)

        yield {"ours": ours, "common": common, "limit": limit}


def fresh_client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=200), trust_env=False)


def freeze(instance: Instance) -> None:
    signal_all(instance, signal.SIGSTOP)


def thaw(instance: Instance) -> None:
    signal_all(instance, signal.SIGCONT)


def signal_all(instance: Instance, number: signal.Signals) -> None:
    for service in SERVICES:
        for pid in instance.pids(service).values():
            os.kill(pid, number)


def table(result: dict[str, Any]) -> str:
    """The figures as the README shows them."""
    lines = ["| load | way | flows/s | lost | " + " | ".join(f"{hop} p50 / p95 / p99 ms" for hop in HOPS) + " |"]
    lines.append("|---" * (4 + len(HOPS)) + "|")
    for load, by_way in result["loads"].items():
        for way, seen in by_way.items():
            hops = " | ".join(
                " / ".join(f"{seen['hops_ms'][hop][p]:.0f}" for p in ("p50", "p95", "p99")) for hop in HOPS
            )
            lines.append(f"| {load} | {way} | {seen['flows_per_second']:.0f} | {seen['lost']} | {hops} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
