"""Load and its measure: an open loop at a fixed rate, a closed loop at saturation, percentiles of each hop."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

HOPS = ("answered", "told", "submitted", "delivered")  # since the request was sent, each
Send = Callable[[int], Awaitable[str]]  # files the n-th complaint and answers its id


@dataclass
class Journey:
    """One complaint's way: seconds since its request was sent, by hop."""

    sent_at: float
    reached: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    flows: int
    lost: int
    seconds: float
    hops: Mapping[str, Mapping[str, float]]  # milliseconds: p50, p95, p99

    @property
    def per_second(self) -> float:
        return self.flows / self.seconds if self.seconds else 0.0


async def at_rate(send: Send, per_second: float, seconds: float) -> dict[str, Journey]:
    """Requests leave on time whether or not earlier ones have been answered."""
    began, tasks = time.monotonic(), []
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
        tasks.append(asyncio.create_task(timed(send, number)))
    return dict(await asyncio.gather(*tasks))


async def saturated(send: Send, count: int, clients: int) -> dict[str, Journey]:
    """So many clients, each sending its next as soon as its last is answered."""
    numbers = iter(range(count))

    async def client() -> list[tuple[str, Journey]]:
        return [await timed(send, number) for number in numbers]

    return dict(pair for pairs in await asyncio.gather(*(client() for _ in range(clients))) for pair in pairs)


async def timed(send: Send, number: int) -> tuple[str, Journey]:
    journey = Journey(time.time())
    case = await send(number)
    journey.reached["answered"] = time.time() - journey.sent_at
    return case, journey


def measured(journeys: Iterable[Journey]) -> Measured:
    """A flow counts when its report is recorded; the clock runs from the first request to the last report."""
    known = list(journeys)
    whole = [journey for journey in known if "delivered" in journey.reached]
    ends = [journey.sent_at + journey.reached["delivered"] for journey in whole]
    seconds = max(ends, default=0.0) - min((journey.sent_at for journey in known), default=0.0)
    hops = {hop: percentiles([j.reached[hop] for j in known if hop in j.reached]) for hop in HOPS}
    return Measured(len(whole), len(known) - len(whole), seconds, hops)


def percentiles(seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return dict.fromkeys(("p50", "p95", "p99"), 0.0)
    cuts = statistics.quantiles(seconds, n=100)
    return {f"p{at}": round(cuts[at - 1] * 1000, 1) for at in (50, 95, 99)}
