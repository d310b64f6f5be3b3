"""Row 1: how fast `POST /v2/notifications/sms` takes texts, each committed before it is answered."""

import signal
from itertools import count

from benchmarks.notify.system import WORKER, Bench
from benchmarks.tickets.load import Json, closed_loop, percentiles, step

CLIENTS = 32


async def accept(bench: Bench, texts: int, per_second: float, seconds: float) -> Json:
    """As fast as it goes, then on time at a rate; with the sender at work, and with its process standing still."""
    found: Json = {}
    for way in ("sending", "still"):
        bench.signal(signal.SIGSTOP if way == "still" else signal.SIGCONT, [WORKER])
        found[way] = {
            "as_fast_as_it_goes": await as_fast_as_it_goes(bench, texts, way),
            "at_rate": await at_rate(bench, per_second, seconds, way),
        }
    bench.signal(signal.SIGCONT, [WORKER])
    return found


async def as_fast_as_it_goes(bench: Bench, texts: int, way: str) -> Json:
    client = bench.client
    client.calls.clear()

    async def one(number: int) -> None:
        await client.send(f"accept-{way}-{number}")

    took = await closed_loop(one, range(texts), CLIENTS)
    return {"clients": CLIENTS, "texts": texts, "per_second": round(texts / took, 1), **_calls(bench)}


async def at_rate(bench: Bench, per_second: float, seconds: float, way: str) -> Json:
    client = bench.client
    client.calls.clear()

    async def one(number: int) -> None:
        await client.send(f"rate-{way}-{number}")

    for task in await step(one, count(), per_second, seconds):
        await task
    return {"rate": per_second, "texts": len(client.calls), **_calls(bench)}


def _calls(bench: Bench) -> Json:
    calls = bench.client.calls
    return {"refused": sum(call.refused for call in calls), "ms": percentiles(calls)}
