"""Folder = kind = speed = marker; and the real PostgreSQL and Redis that service tests run on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from chassis import database as databases
from chassis.service import Service, after_migrating, started
from cli.databases import derive_urls, execute, prepare_database
from cli.embedded import Embedded
from tests.running import Served, built, environ, environment, served

TESTS = Path(__file__).parent
KINDS = ("unit", "services", "contracts", "flows", "console", "faults")


def pytest_itemcollected(item: pytest.Item) -> None:
    kind = item.path.relative_to(TESTS).parts[0]
    if kind in KINDS:
        item.add_marker(getattr(pytest.mark, kind))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """Real PostgreSQL and Valkey on free ports, for this test run only."""
    embedded = Embedded(tmp_path_factory.mktemp("cluster"))
    embedded.start()
    yield embedded
    embedded.stop()


class Templates:
    """A migrated database per service, cloned for each test that asks."""

    def __init__(self, cluster: Embedded) -> None:
        self.cluster = cluster
        self.made: set[str] = set()

    async def clone(self, name: str, definition: Callable[[], Service]) -> tuple[dict[str, str], str]:
        template = f"template_{name}"
        url = self.cluster.database_url
        if name not in self.made:
            await asyncio.to_thread(prepare_database, url, name, template)
            with environ(self.environment(name, template)):
                made = definition()
                await asyncio.to_thread(databases.migrate, name, made.package, made.settings)
                await after_migrating(made)
            self.made.add(name)
        database = f"test_{name}_{uuid4().hex[:8]}"
        statement = f"CREATE DATABASE {database} TEMPLATE {template} OWNER yihu_{name}_owner"
        for attempt in range(20):
            try:
                await asyncio.to_thread(execute, f"{url}/postgres", [statement])
                break
            except asyncpg.ObjectInUseError:  # the server's own housekeeping looks into the template now and then
                await asyncio.sleep(0.1 * attempt)
        return self.environment(name, database), database

    def environment(self, name: str, database: str) -> dict[str, str]:
        app_url, owner_url = derive_urls(self.cluster.database_url, name, database)
        return environment(name, app_url, owner_url, self.cluster.redis_url)


@pytest.fixture(scope="session")
def templates(cluster: Embedded) -> Templates:
    return Templates(cluster)


Fresh = Callable[..., Awaitable[Served]]


@pytest_asyncio.fixture
async def fresh(templates: Templates) -> AsyncIterator[Fresh]:
    """`await fresh("tickets")`: that service in this process, on a database of its own. Extra settings by name."""
    up: list[tuple[Served, str]] = []

    async def make(name: str, **settings: Any) -> Served:
        values, database = await templates.clone(name, lambda: built(name))
        extra = {f"YIHU_{name.upper()}_{key.upper()}": str(value) for key, value in settings.items()}
        with environ(values | extra):
            service = served(built(name), values[f"YIHU_{name.upper()}_OWNER_URL"])
        await started(service.running)
        up.append((service, database))
        return service

    yield make
    for service, database in up:
        await service.close()
        drop = f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"
        await asyncio.to_thread(execute, f"{templates.cluster.database_url}/postgres", [drop])
