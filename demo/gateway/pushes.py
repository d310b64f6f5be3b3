"""What a vendor tells its customer by HTTP: delivery reports and residents' texts, in the vendor's own shape.

A push that the vendor does not believe was taken comes again after 1, 5 and 10 minutes.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from demo.gateway.settings import Settings
from demo.gateway.vendors import Vendor

RETRY_AFTER_SECONDS = (60.0, 300.0, 600.0)
TIMEOUT = httpx.Timeout(10.0).as_dict()
PUSHES_SHOWN = 1_000

Settled = Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class Item:
    """`settled` hears once: True when the push was taken, False when it was given up.

    Without a `url` of its own it goes to the address filed at the desk.
    """

    body: Any
    url: str | None = None
    settled: Settled = lambda taken: None


@dataclass(frozen=True, slots=True)
class Push:
    items: tuple[Item, ...]
    attempt: int = 1
    forged: bool = False


class Pushes:
    """One kind of push of one vendor, with a bound on how many are under way and how much one carries."""

    def __init__(self, kind: str, vendor: Vendor, settings: Settings, *, at_once: int, items_max: int) -> None:
        self._kind = kind
        self._vendor = vendor
        self._settings = settings
        self._items_max = items_max
        self._slots = asyncio.Semaphore(at_once)
        self._due: deque[Item] = deque()
        self._arrived = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._retries: set[asyncio.TimerHandle] = set()
        self._client = httpx.AsyncClient(trust_env=False)
        self.shown: deque[dict[str, Any]] = deque(maxlen=PUSHES_SHOWN)

    @property
    def waiting(self) -> int:
        return len(self._due) + len(self._running) + len(self._retries)

    def put(self, *items: Item) -> None:
        """Items given together travel in one push, if there is room."""
        self._due.extend(items)
        self._arrived.set()

    async def now(self, *items: Item) -> None:
        """Push and wait for the answer; a push that is not taken goes on in the usual rhythm."""
        await self._attempt(Push(tuple(items)))

    def forge(self, item: Item) -> None:
        """Somebody who does not know the secret of the address."""
        self._start(Push((item,), forged=True))

    async def run(self) -> None:
        while True:
            await self._arrived.wait()
            await self._slots.acquire()
            batch = [self._due.popleft() for _ in range(min(len(self._due), self._items_max))]
            if not self._due:
                self._arrived.clear()
            if batch:
                self._start(Push(tuple(batch))).add_done_callback(lambda _: self._slots.release())
            else:
                self._slots.release()

    async def stop(self) -> None:
        self.clear()
        await self._client.aclose()

    def clear(self) -> None:
        for retry in self._retries:
            retry.cancel()
        for task in self._running:
            task.cancel()
        self._retries.clear()
        self._due.clear()
        self.shown.clear()

    def _start(self, push: Push) -> asyncio.Task[None]:
        task = asyncio.create_task(self._attempt(push))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _attempt(self, push: Push) -> None:
        status, error = await self._post(push)
        self.shown.append(
            {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "kind": self._kind,
                "provider": self._vendor.name,
                "attempt": push.attempt,
                "items": len(push.items),
                "status": status,
                "error": error,
                "forged": push.forged,
            }
        )
        if error is None or push.attempt > len(RETRY_AFTER_SECONDS):
            _settle(push.items, taken=error is None)
        elif not push.forged:
            self._again(push)

    def _again(self, push: Push) -> None:
        wait = RETRY_AFTER_SECONDS[push.attempt - 1] * self._settings.time_scale
        later = Push(push.items, push.attempt + 1)

        def start() -> None:
            self._retries.discard(retry)
            self._start(later)

        retry = asyncio.get_running_loop().call_later(wait, start)
        self._retries.add(retry)

    async def _post(self, push: Push) -> tuple[int | None, str | None]:
        url = push.items[0].url or self._settings.address(self._vendor.name, self._kind)
        if url is None:
            return None, "no_address"
        bodies = [item.body for item in push.items]
        try:
            request = self._vendor.request(self._kind, url, bodies, forged=push.forged)
            request.extensions["timeout"] = TIMEOUT
            answer = await self._client.send(request)
        except (httpx.HTTPError, httpx.InvalidURL) as failure:
            return None, type(failure).__name__
        return answer.status_code, None if self._vendor.taken(answer) else "not_taken"


def _settle(items: Sequence[Item], *, taken: bool) -> None:
    for item in items:
        item.settled(taken)
