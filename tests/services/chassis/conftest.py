"""The sample services on databases of their own, wired to each other in this process."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio

from chassis.carrier import connect
from chassis.feed import Pusher, prepare_feed, sequence
from chassis.reader import Lane
from chassis.service import Service, asgi
from chassis.settings import Settings, load
from cli.databases import derive_urls, execute, prepare_database
from cli.embedded import Embedded
from tests.running import Served, environ, environment, served
from tests.services.chassis import sample


@dataclass
class Pair:
    """A producer and a reader, with the steps of the feed to be taken one at a time."""

    producer: Served
    reader: Served
    pusher: Pusher
    connection: asyncpg.Connection | None = None

    async def keep(self, *counts: int, note: UUID | None = None) -> None:
        for count in counts:
            async with self.producer.transaction() as tx:
                subject = note or uuid4()
                about = sample.Note(subject, count)
                tx.announce(sample.NoteKept(note_id=subject, count=count), about=about)

    async def sequence(self) -> int:
        return await sequence(await self.direct(), 1_000)

    async def push(self) -> None:
        connection = await self.direct()
        epoch = await connection.fetchval("SELECT epoch FROM feed_epoch")
        await self.pusher.push_all(connection, epoch)

    async def direct(self) -> asyncpg.Connection:
        if self.connection is None:
            self.connection = await asyncpg.connect(self.producer.running.settings.database_url)
        return self.connection

    async def lane(self, number: int = 0) -> Lane:
        lane = Lane(self.reader.running, "tickets", number)
        await lane.load()
        page = await lane.fetch() if not lane.epoch else None
        if page:
            await lane.load(page.epoch)
        return lane

    async def heard(self) -> list[int]:
        return [r["count"] for r in await self.reader.sql("SELECT count FROM heard ORDER BY at")]


def prepared(cluster: Embedded, name: str) -> tuple[dict[str, str], str]:
    database = f"sample_{name}_{uuid4().hex[:8]}"
    prepare_database(cluster.database_url, name, database)
    app_url, owner_url = derive_urls(cluster.database_url, name, database)
    from pathlib import Path

    schema = (Path(__file__).parents[3] / "chassis" / "schema.sql").read_text().replace("{app}", f"yihu_{name}_app")
    lines = "\n".join(line for line in schema.splitlines() if not line.startswith("--"))
    execute(owner_url, [s for s in lines.split(";\n") if s.strip()] + list(sample.TABLES))
    return environment(name, app_url, owner_url, cluster.redis_url), owner_url


async def made_pair(cluster: Embedded) -> AsyncIterator[Pair]:
    """Both services on fresh databases, for as long as the iterator is held."""
    made: dict[str, tuple[Service, str]] = {}
    for name, build in (("tickets", sample.producer), ("notify", sample.reader)):
        values, owner = await asyncio.to_thread(prepared, cluster, name)
        with environ(values | {"YIHU_FEED_LANES": "1"}):
            settings = load(Settings, name)
        await prepare_feed(owner, settings, ["notify"])
        made[name] = (build(settings), owner)
    producer = served(*made["tickets"])
    reader = served(*made["notify"])
    transport = httpx.ASGITransport(asgi(producer.running.definition, producer.running))
    reader.running.asking._client = httpx.AsyncClient(transport=transport)
    redis = connect(cluster.redis_url)
    await redis.flushall()
    made_here = Pair(producer, reader, Pusher(producer.running, redis))
    yield made_here
    if made_here.connection:
        await made_here.connection.close()
    await redis.aclose()
    await producer.close()
    await reader.close()


@pytest_asyncio.fixture
async def pair(cluster: Embedded) -> AsyncIterator[Pair]:
    async for made in made_pair(cluster):
        yield made


@pytest_asyncio.fixture
async def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between tries of a failing event, made short."""
    monkeypatch.setattr("chassis.reader._DELAYS", (0.01, 0.01, 0.01, 0.01))
