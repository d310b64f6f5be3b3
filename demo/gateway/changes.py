"""The stream of changes that a screen follows (server-sent events)."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

CHANGES_KEPT = 1_000
QUEUE_MAX = 256
COMMENT_EVERY_SECONDS = 15.0


class Changes:
    """Numbered changes: the last 1,000 are kept for those who reconnect, older gaps mean `reload`."""

    def __init__(self) -> None:
        self._kept: deque[tuple[int, str, Any]] = deque(maxlen=CHANGES_KEPT)
        self._last = 0
        self._followers: set[asyncio.Queue[bytes]] = set()

    def tell(self, event: str, data: Any) -> None:
        self._last += 1
        self._kept.append((self._last, event, data))
        if self._followers:
            change = _written(self._last, event, data)
            for follower in self._followers:
                _offer(follower, change)

    async def follow(self, last_seen: int | None) -> AsyncIterator[bytes]:
        """What was missed, then what comes, with a comment now and then so that dead connections are noticed."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUE_MAX)
        missed = self._since(last_seen)
        self._followers.add(queue)
        try:
            yield b"retry: 1000\n\n"
            for change in missed:
                yield change
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), COMMENT_EVERY_SECONDS)
                except TimeoutError:
                    yield b":\n\n"
        finally:
            self._followers.discard(queue)

    def _since(self, last_seen: int | None) -> list[bytes]:
        if last_seen is None or last_seen == self._last:
            return []
        oldest = self._kept[0][0] if self._kept else self._last + 1
        if last_seen > self._last or last_seen < oldest - 1:
            return [_written(self._last, "reload", {})]
        return [_written(number, event, data) for number, event, data in self._kept if number > last_seen]


def _written(number: int, event: str, data: Any) -> bytes:
    return f"id: {number}\nevent: {event}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def _offer(follower: asyncio.Queue[bytes], change: bytes) -> None:
    """A follower too slow to keep up loses its queue and is told to look at everything again."""
    if follower.full():
        while not follower.empty():
            follower.get_nowait()
        follower.put_nowait(b"event: reload\ndata: {}\n\n")
    else:
        follower.put_nowait(change)
