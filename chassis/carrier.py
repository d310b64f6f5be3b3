"""Redis Streams as the fast, forgetful carrier, read through FastStream without consumer groups.

Each lane is read from its own committed cursor, so there is no group to lose, to claim or to recreate. A subscriber
is never started twice: FastStream's old loop can survive a stop on CPython 3.11 and would read everything again.
"""

import asyncio
import contextlib
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

os.environ.setdefault("FASTSTREAM_SUPERVISOR_DISABLED", "1")

from faststream.redis import RedisBroker, StreamSub
from faststream.redis.annotations import RedisBatchStreamMessage as Batch
from faststream.redis.message import FAKE_CONSUMER, RedisBatchStreamMessage
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff

from chassis.feed import stream_key
from chassis.reader import Entry, Lane
from chassis.telemetry import log


def connect(url: str) -> Redis:
    """A client for the pusher: bounded time-outs and retries."""
    retry = Retry(ExponentialWithJitterBackoff(base=0.05, cap=1), 3)
    return Redis.from_url(
        url, retry=retry, socket_timeout=5, socket_connect_timeout=2, socket_keepalive=True, health_check_interval=15
    )


def broker(url: str) -> RedisBroker:
    """The broker that all lanes of one worker read through."""
    retry = Retry(ExponentialWithJitterBackoff(base=0.05, cap=1), 5)
    quiet = logging.getLogger("yihu.carrier")
    quiet.setLevel(logging.WARNING)
    return RedisBroker(url, retry=retry, health_check_interval=15, socket_keepalive=True, logger=quiet)


async def listening(lane: Lane, redis_broker: RedisBroker) -> None:
    """Keep one lane fed from Redis, with a back-off while Redis refuses or is away; pull bridges the gaps."""
    wait = 0.5
    while True:
        began = asyncio.get_running_loop().time()
        subscriber, failed = _subscriber(lane, redis_broker), None
        try:
            await asyncio.wait_for(subscriber.start(), 5)
            lane.read_at = asyncio.get_running_loop().time()
            await asyncio.wait(subscriber.tasks)
            failed = _error_of(subscriber.tasks)
        except Exception as error:
            failed = error
        finally:
            tasks = list(subscriber.tasks)
            for task in tasks:
                task.cancel()
            with contextlib.suppress(Exception):
                await subscriber.stop()
            await asyncio.gather(*tasks, return_exceptions=True)
        log.error("feed.push_unwell", error=failed, producer=lane.producer, lane=lane.number)
        wait = 0.5 if asyncio.get_running_loop().time() - began > 10 else min(wait * 2, 30)
        await asyncio.sleep(wait)
        lane.read_at = -1e9
        with contextlib.suppress(Exception):
            await lane.pull()


def _error_of(tasks: Any) -> BaseException | None:
    done = [t for t in tasks if t.done() and not t.cancelled()]
    return next((t.exception() for t in done if t.exception()), None)


def _subscriber(lane: Lane, redis_broker: RedisBroker) -> Any:
    """A new subscriber from the committed cursor on. Its `last_id` is put back to the cursor after every batch:
    FastStream moves it on before the handler has run.
    """
    stream = StreamSub(
        stream_key(lane.producer, lane.number, lane.epoch),
        last_id=f"{lane.position}-0",
        batch=True,
        max_records=lane.settings.feed_apply_batch,
        polling_interval=2000,
    )
    subscriber = redis_broker.subscriber(stream=stream, parser=_as_is, decoder=_undecoded, persistent=False)

    @subscriber
    async def pushed(message: Batch) -> None:
        entries = _entries(lane, message.raw_message)
        try:
            await lane.pushed(entries)
        finally:
            subscriber.last_id = f"{lane.position}-0"
        if entries[-1].position > lane.position:  # what cannot be applied yet would be read again at once
            await asyncio.sleep(lane.settings.feed_pull_unwell_seconds)

    _note_reads(subscriber, lane)
    return subscriber


def _note_reads(subscriber: Any, lane: Lane) -> None:
    """Push is well as long as XREAD returns, be it with nothing: so each return is noted."""
    read: Callable[..., Awaitable[Any]] = subscriber._get_msgs

    async def noted(*args: Any, **kwargs: Any) -> Any:
        answer = await read(*args, **kwargs)
        lane.read_at = asyncio.get_running_loop().time()
        return answer

    subscriber._get_msgs = noted


def _entries(lane: Lane, raw: Any) -> list[Entry]:
    """Read what Redis brought. Junk among it becomes an entry without envelope, which makes the lane pull."""
    entries = []
    for message_id, fields in zip(raw["message_ids"], raw["data"], strict=True):
        position = int(bytes(message_id).partition(b"-")[0])
        previous = bytes(fields.get(b"p", b"")).decode(errors="replace")
        body = bytes(fields.get(b"e", b"")).decode(errors="replace")
        try:
            entries.append(Entry.of(lane, position, UUID(previous) if previous else None, body))
        except ValueError:
            entries.append(Entry.of(lane, position, None, ""))
    return entries


async def _as_is(message: Any) -> RedisBatchStreamMessage:
    return RedisBatchStreamMessage(raw_message=message, body=b"", consumer=FAKE_CONSUMER, group=None)


async def _undecoded(message: Any) -> None:
    return None
