"""The system under load: one embedded instance with its people, a key of the compatible API, the gateway as sink."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import httpx

from benchmarks.notify.client import Client
from benchmarks.tickets.load import Json
from cli.instance import Instance
from demo.on_instance import system_on
from demo.runner import set_the_clock
from demo.seed import seed
from demo.stage import Stage, stage_for

COMMUNITY = "中一路社区"
TEMPLATE = "case-accepted"
HOUSEHOLDS = 300
WORKER = "notify-worker"
ENVIRONMENT = {
    "YIHU_NOTIFY_CAP_NOTICE_DAY": "100000",
    "YIHU_NOTIFY_CAP_ALL_DAY": "100000",
    "YIHU_NOTIFY_SPACING_SECONDS": "0",
    "YIHU_NOTIFY_SENDER_EXT_WIDTH": "4",
}
"""Leaders get more texts in these minutes than they would in a week."""
PAGE = 10_000


@dataclass
class Bench:
    instance: Instance
    stage: Stage
    client: Client
    database: asyncpg.Pool  # of notify, as its owner
    tickets: asyncpg.Pool

    async def states(self, references: str) -> dict[str, int]:
        """How many texts with such references are in which state."""
        statement = "SELECT state, count(*) AS n FROM messages WHERE reference LIKE $1 GROUP BY state"
        return {row["state"]: row["n"] for row in await self.database.fetch(statement, references + "-%")}

    async def at_the_sink(self, numbers: set[str]) -> list[Json]:
        """What the gateway accepted for these numbers."""
        found: list[Json] = []
        after = "0"
        async with httpx.AsyncClient(base_url=self.stage.phones.url, trust_env=False, timeout=60) as http:
            while after is not None:
                page = (await http.get("/sim/submissions", params={"limit": PAGE, "after": after})).json()
                found += [each for each in page["items"] if each["number"] in numbers and each["code"] == "OK"]
                after = page["next"]
        return found

    def signal(self, number: signal.Signals, names: Sequence[str]) -> None:
        for name in names:
            for pid in self.instance.pids(name).values():
                with suppress(ProcessLookupError):
                    os.kill(pid, number)


@asynccontextmanager
async def bench_on(directory: Path, window: int) -> AsyncIterator[Bench]:
    """`window`: how many calls the provider takes at once."""
    instance = Instance(directory)
    environment = {"notify": ENVIRONMENT | {"YIHU_NOTIFY_IN_FLIGHT": str(window)}}
    await asyncio.to_thread(instance.up, 0, environment)
    owners = {name: str(urls["owner"]) for name, urls in instance.run()["databases"].items()}
    try:
        async with (
            stage_for(system_on(instance)) as stage,
            asyncpg.create_pool(owners["notify"], min_size=1, max_size=2) as database,
            asyncpg.create_pool(owners["tickets"], min_size=1, max_size=2) as tickets,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=200)) as http,
        ):
            await set_the_clock(stage, None)
            await seed(stage, HOUSEHOLDS)
            yield Bench(instance, stage, await a_client(stage, http), database, tickets)
    finally:
        for pid in instance.pids(WORKER).values():
            os.kill(pid, signal.SIGCONT)
        await asyncio.to_thread(instance.down)


async def a_client(stage: Stage, http: aiohttp.ClientSession) -> Client:
    body = {"community_id": stage.areas[COMMUNITY], "name": "bench", "type": "normal"}
    made = await stage.act("keeper").post("notify", "/v1/api-keys", body)
    client = Client(http, stage.system.urls["notify"], made["key"], {})
    client.template = await the_template(client)
    return client


async def the_template(client: Client) -> dict[str, Any]:
    async with client.http.get(f"{client.url}/v2/templates?type=sms", headers=client.bearer()) as answer:
        answer.raise_for_status()
        known: list[Json] = (await answer.json())["templates"]
    return next(template for template in known if template["name"] == TEMPLATE)
