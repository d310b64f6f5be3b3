"""Requests over real HTTP, each with its name, seconds and answer; clients in a closed loop, steps of a spike."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp

Json = dict[str, Any]
Work = Callable[[int], Awaitable[None]]
TRIES_MAX = 50
TRY_AGAIN_SECONDS = 0.5
REQUEST_SECONDS_MAX = 300.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request as its client saw it; the waits after a refusal for overload are in its seconds."""

    name: str
    began: float
    seconds: float
    status: int
    refused: int = 0  # times it was told to come again


@dataclass
class Wire:
    """A keep-alive client that writes down every call."""

    http: aiohttp.ClientSession
    base: str
    calls: list[Call] = field(default_factory=list)
    stale: int = 0

    async def ask(
        self, name: str, method: str, path: str, headers: Mapping[str, str], body: Json | None = None, **query: Any
    ) -> Json:
        """The answer's body. Told to come again it does, with the same key; any other refusal ends the work."""
        sent = {"Idempotency-Key": str(uuid4())} | dict(headers) if method == "POST" else dict(headers)
        began, refused = time.monotonic(), 0
        while True:
            async with self.http.request(method, self.base + path, headers=sent, json=body, params=query) as answer:
                found = await answer.json(content_type=None)
                if answer.status not in (429, 503) or refused == TRIES_MAX:
                    break
            refused += 1
            await asyncio.sleep(TRY_AGAIN_SECONDS)
        self.calls.append(Call(name, began, time.monotonic() - began, answer.status, refused))
        if answer.status >= 400:
            raise NotDone(f"{method} {path}: {answer.status} {found}")
        return dict(found) if isinstance(found, dict) else {"items": found}


class NotDone(Exception):
    """The system refused what the load wanted."""


@asynccontextmanager
async def wire(base: str) -> AsyncIterator[Wire]:
    limit = aiohttp.ClientTimeout(total=REQUEST_SECONDS_MAX)
    async with aiohttp.ClientSession(timeout=limit, connector=aiohttp.TCPConnector(limit=200)) as http:
        yield Wire(http, base)


async def closed_loop(work: Work, numbers: Iterable[int], clients: int) -> float:
    """So many clients, each beginning its next as soon as its last is done; the seconds it took."""
    left, began = iter(numbers), time.monotonic()

    async def client() -> None:
        for number in left:
            await work(number)

    await asyncio.gather(*(client() for _ in range(clients)))
    return time.monotonic() - began


async def step(work: Work, numbers: Iterable[int], per_second: float, seconds: float) -> list[asyncio.Task[None]]:
    """Works begin on time whether or not earlier ones are done; what is still under way comes back."""
    began, tasks = time.monotonic(), []
    left = iter(numbers)
    for count in range(round(per_second * seconds)):
        await asyncio.sleep(max(0.0, began + count / per_second - time.monotonic()))
        tasks.append(asyncio.create_task(_one(work, next(left))))
    await asyncio.sleep(max(0.0, began + seconds - time.monotonic()))
    return tasks


async def _one(work: Work, number: int) -> None:
    await work(number)


def percentiles(calls: Sequence[Call]) -> dict[str, float]:
    """Milliseconds."""
    seconds = [call.seconds for call in calls]
    if len(seconds) < 2:
        return dict.fromkeys(("p50", "p95", "p99"), 0.0)
    cuts = statistics.quantiles(seconds, n=100)
    return {f"p{at}": round(cuts[at - 1] * 1000, 1) for at in (50, 95, 99)}


def by_name(calls: Sequence[Call]) -> dict[str, dict[str, float]]:
    names = list(dict.fromkeys(call.name for call in calls))
    return {name: percentiles([call for call in calls if call.name == name]) for name in names}
