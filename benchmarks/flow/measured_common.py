"""Runs the common chain as three processes and measures it with the same load."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
from redis.asyncio import Redis

from benchmarks.flow.load import Journey, Measured, measured
from benchmarks.flow.provider import point_reports_at
from benchmarks.flow.usual_chain import GROUPS
from cli.children import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS_MAX = 15.0
Load = Callable[[Callable[[int], Awaitable[str]]], Awaitable[dict[str, Journey]]]


@dataclass(frozen=True, slots=True)
class Bench:
    """What all three ways share: one PostgreSQL, one Redis, one gateway."""

    database_url: str  # of an empty database, owner's rights
    redis_url: str
    gateway_url: str
    key_id: str
    key_secret: str

    def environment(self, port: int) -> dict[str, str]:
        return os.environ | {
            "BENCH_DATABASE_URL": self.database_url.replace("postgresql://", "postgresql+asyncpg://"),
            "BENCH_REDIS_URL": self.redis_url,
            "BENCH_GATEWAY_URL": self.gateway_url,
            "BENCH_KEY_ID": self.key_id,
            "BENCH_KEY_SECRET": self.key_secret,
            "BENCH_PORT": str(port),
        }


async def measure_common(bench: Bench, load: Load, http: httpx.AsyncClient) -> Measured:
    async with Redis.from_url(bench.redis_url) as redis:
        await redis.delete("bench.filed", "bench.assigned")
    async with running(bench) as url:
        await point_reports_at(bench.gateway_url, f"{url}/reports", http)

        async def send(number: int) -> str:
            body = {"category": f"c{number % GROUPS}", "description": f"complaint {number}"}
            answer = await http.post(f"{url}/tickets", json=body)
            return str(answer.raise_for_status().json()["id"])

        journeys = await load(send)
        await all_delivered(bench, len(journeys))
        await note_hops(bench, journeys)
    return measured(journeys.values())


@asynccontextmanager
async def running(bench: Bench) -> AsyncIterator[str]:
    port = free_port()
    children = await asyncio.to_thread(processes, bench.environment(port))
    try:
        await answering(f"http://127.0.0.1:{port}/openapi.json")
        yield f"http://127.0.0.1:{port}"
    finally:
        for child in children:
            child.kill()
            child.wait()


def processes(environment: dict[str, str]) -> list[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "benchmarks.flow.usual_chain"]
    subprocess.run([*command, "prepare"], env=environment, cwd=ROOT, check=True)
    roles = ("api", "assigner", "notifier")
    return [subprocess.Popen([*command, role], env=environment, cwd=ROOT) for role in roles]


async def answering(url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    async with httpx.AsyncClient() as http:
        while time.monotonic() < deadline:
            try:
                await http.get(url)
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
            else:
                await asyncio.sleep(1.0)  # its consumers join their groups
                return
    raise TimeoutError(url)


async def all_delivered(bench: Bench, wanted: int, quiet_seconds: float = 5.0) -> None:
    """Until all are there, or nothing has come for a while: what is lost then is lost."""
    connection = await asyncpg.connect(bench.database_url)
    try:
        done, since = -1, time.monotonic()
        while done < wanted and time.monotonic() - since < quiet_seconds:
            now = await connection.fetchval("SELECT count(*) FROM messages WHERE delivered_at IS NOT NULL")
            if now != done:
                done, since = now, time.monotonic()
            await asyncio.sleep(0.1)
    finally:
        await connection.close()


async def note_hops(bench: Bench, journeys: dict[str, Journey]) -> None:
    connection = await asyncpg.connect(bench.database_url)
    try:
        rows = await connection.fetch("SELECT ticket_id, created_at, submitted_at, delivered_at FROM messages")
    finally:
        await connection.close()
    for row in rows:
        journey = journeys[str(row["ticket_id"])]
        for hop, column in (("told", "created_at"), ("submitted", "submitted_at"), ("delivered", "delivered_at")):
            if row[column] is not None:
                journey.reached[hop] = row[column].timestamp() - journey.sent_at
