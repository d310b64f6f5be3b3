"""The worker role: sequence and push our own feed, read the others', fire timers, run the service's loops.

A lane is claimed by a session lock, which only saves work; safety is the cursor row. When a part fails it is begun
again after a pause; a worker whose database is away waits for it.
"""

import asyncio
import contextlib
import random
import signal
from collections.abc import Awaitable, Callable

import asyncpg
from faststream.redis import RedisBroker
from prometheus_client import start_http_server

from chassis import carrier
from chassis.asking import Unanswered
from chassis.feed import Pusher, forget, sequencer
from chassis.reader import Lane, pulling
from chassis.service import Running, Service, started
from chassis.telemetry import log, measure
from chassis.timers import timer_loop

_FORGET_EVERY_SECONDS = 3_600
_MEASURE_EVERY_SECONDS = 5
_FORGET_MARKS = "DELETE FROM once_event WHERE at < now() - make_interval(days => $1)"
_FORGET_REQUESTS = "DELETE FROM once_request WHERE at < now() - make_interval(days => $1)"
_FORGET_TIMERS = "DELETE FROM timer WHERE fired_at < now() - interval '7 days'"
_STATE = (
    "SELECT (SELECT count(*) FROM feed_event WHERE position IS NULL) AS unsequenced,"
    " (SELECT count(*) FROM parked WHERE state IN ('parked', 'behind')) AS parked"
)
_SEEN = "SELECT reader, coalesce(extract(epoch FROM now() - min(seen_at)), 0) AS age FROM feed_reader GROUP BY reader"


async def work(definition: Service) -> None:
    """Run until SIGTERM, then stop within `shutdown_seconds`."""
    running = Running(definition, worker=True)
    await started(running)
    if definition.settings.worker_port:
        start_http_server(definition.settings.worker_port, definition.settings.host)
    parts = [_kept(name, part, running) for name, part in _parts(running).items()]
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    tasks = [asyncio.ensure_future(part) for part in parts]
    await stopped.wait()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=definition.settings.shutdown_seconds)
    await running.close()


def _parts(running: Running) -> dict[str, Callable[[Running], Awaitable[None]]]:
    definition = running.definition
    parts: dict[str, Callable[[Running], Awaitable[None]]] = {"housekeeping": _housekeeping, "measuring": _measuring}
    if definition.events:
        parts["sequencer"] = sequencer
        if definition.settings.redis_url:
            parts["pusher"] = _push
    if definition.all_producers:
        parts["reading"] = _read
    parts["timers"] = lambda r: timer_loop(r, definition.timers)
    return parts | {f"loop_{n}": loop for n, loop in enumerate(definition.loops)}


async def _kept(name: str, part: Callable[[Running], Awaitable[None]], running: Running) -> None:
    """Begin a part again whenever it ends, with a growing pause while it keeps failing."""
    wait = 0.1
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await part(running)
        except Exception as error:
            log.error("worker.part_failed", error=error, part=name)
        wait = 0.1 if asyncio.get_running_loop().time() - began > 10 else min(wait * 2, 5)
        await asyncio.sleep(wait * random.uniform(0.8, 1.2))


async def _push(running: Running) -> None:
    redis = carrier.connect(str(running.settings.redis_url))
    try:
        await Pusher(running, redis).run()
    finally:
        await redis.aclose()


# Reading --------------------------------------------------------------------------------------------------------


async def _read(running: Running) -> None:
    """Claim free lanes of every producer and keep each fed, until the connection that holds the claims is lost."""
    url = running.settings.redis_url
    redis_broker = carrier.broker(url) if url else None
    claims = await running.database.direct()
    mine: dict[tuple[str, int], asyncio.Task[None]] = {}
    lanes: dict[str, int | None] = {}
    try:
        if redis_broker:
            await redis_broker.connect()
        while not claims.is_closed():
            for producer in running.definition.all_producers:
                if sum(of == producer and not task.done() for (of, _), task in mine.items()) != lanes.get(producer):
                    lanes[producer] = await _claim(running, claims, producer, mine, redis_broker)
            await claims.fetchval("SELECT 1")
            await asyncio.sleep(1)
    finally:
        for task in mine.values():
            task.cancel()
        await asyncio.gather(*mine.values(), return_exceptions=True)
        if redis_broker:
            with contextlib.suppress(Exception):
                await redis_broker.stop()
        with contextlib.suppress(Exception):
            await claims.close(timeout=1)


async def _claim(
    running: Running,
    claims: asyncpg.Connection,
    producer: str,
    mine: dict[tuple[str, int], asyncio.Task[None]],
    redis_broker: RedisBroker | None,
) -> int | None:
    """Take what is free of a producer's lanes, begin again what has ended; how many lanes it has, where it says so."""
    first = Lane(running, producer, 0)
    await first.load()
    try:
        page = await first.fetch()
    except Unanswered as error:
        if error.status in (409, 410, 416):
            await first.stop(error.code)
        return None
    for number in range(page.lanes):
        key = (producer, number)
        if key in mine and not mine[key].done():
            continue
        if await claims.fetchval("SELECT pg_try_advisory_lock(hashtext($1), $2)", f"feed:{producer}", number):
            lane = Lane(running, producer, number)
            await lane.load(page.epoch)
            mine[key] = asyncio.ensure_future(_keep_lane(lane, redis_broker))
    return page.lanes


async def _keep_lane(lane: Lane, redis_broker: RedisBroker | None) -> None:
    parts = [pulling(lane)]
    if redis_broker:
        parts.append(carrier.listening(lane, redis_broker))
    async with asyncio.TaskGroup() as group:
        for part in parts:
            group.create_task(part)


# Housekeeping ---------------------------------------------------------------------------------------------------


async def _housekeeping(running: Running) -> None:
    """Forget what nobody needs: acknowledged rows, old marks, old answers, fired timers."""
    settings = running.settings
    connection = await running.database.direct()
    try:
        while True:
            await forget(connection, settings.feed_keep_rows_days)
            await connection.execute(_FORGET_MARKS, settings.feed_keep_marks_days)
            await connection.execute(_FORGET_REQUESTS, settings.once_keep_days)
            await connection.execute(_FORGET_TIMERS)
            await asyncio.sleep(_FORGET_EVERY_SECONDS)
    finally:
        with contextlib.suppress(Exception):
            await connection.close(timeout=1)


async def _measuring(running: Running) -> None:
    """The gauges that are this worker's."""
    while True:
        async with running.database.asking_once() as connection:
            state = await connection.fetchrow(_STATE)
            seen = await connection.fetch(_SEEN)
        measure.set("yihu_feed_unsequenced", state["unsequenced"])
        measure.set("yihu_parked", state["parked"])
        for row in seen:
            measure.set("yihu_reader_seen_age_seconds", float(row["age"]), reader=row["reader"])
        await asyncio.sleep(_MEASURE_EVERY_SECONDS)
