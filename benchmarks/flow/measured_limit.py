"""Runs the limit script with the same load and the same measure."""

import asyncio
import time

import asyncpg
import httpx
from redis.asyncio import Redis

from benchmarks.flow.limit import IN_FLIGHT, SCHEMA, Limit, Load
from benchmarks.flow.load import Measured, measured
from benchmarks.flow.measured_common import Bench
from benchmarks.flow.provider import Provider, point_reports_at

QUIET_SECONDS = 5.0


async def measure_limit(bench: Bench, load: Load, http: httpx.AsyncClient) -> Measured:
    await fresh_tables(bench.database_url, SCHEMA.read_text(encoding="utf-8"))
    provider = Provider(bench.gateway_url, bench.key_id, bench.key_secret, http)
    async with (
        asyncpg.create_pool(bench.database_url, min_size=20, max_size=20) as pool,
        Redis.from_url(bench.redis_url) as redis,
    ):
        limit = Limit(pool, redis, provider)
        server = await asyncio.start_server(limit.take_reports, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        await point_reports_at(bench.gateway_url, f"http://127.0.0.1:{port}/reports", http)
        parts = [limit.feed(), *(limit.sender() for _ in range(IN_FLIGHT)), *(limit.recorder() for _ in range(4))]
        tasks = [asyncio.create_task(part) for part in parts]
        await load(limit.file)
        await all_delivered(limit)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        server.close()
    return measured(limit.journeys.values())


async def all_delivered(limit: Limit) -> None:
    done, since = -1, time.monotonic()
    while done < len(limit.journeys) and time.monotonic() - since < QUIET_SECONDS:
        now = sum("delivered" in journey.reached for journey in limit.journeys.values())
        if now != done:
            done, since = now, time.monotonic()
        await asyncio.sleep(0.05)


async def fresh_tables(url: str, schema: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await connection.execute(schema)
    finally:
        await connection.close()
