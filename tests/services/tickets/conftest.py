"""What the service tests of tickets share: one service on one database, emptied before each test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from services.tickets.store.tables import metadata
from tests.conftest import Templates
from tests.running import Served, built, environ, served
from tests.services.tickets.community import Community

SEEDED = ("categories", "calendar_days", "routing_rules")
OF_THE_CHASSIS = ("feed_event", "once_request", "once_event", "timer", "grants", "parked", "audit", "access_log")


@pytest_asyncio.fixture(scope="session")
async def tickets_service(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    values, _ = await templates.clone("tickets", lambda: built("tickets"))
    with environ(values | {"YIHU_TICKETS_BLOBS_DIR": str(tmp_path_factory.mktemp("blobs"))}):
        service = served(built("tickets"), values["YIHU_TICKETS_OWNER_URL"])
    yield service
    await service.close()


@pytest_asyncio.fixture
async def here(tickets_service: Served) -> Community:
    """A community of its own for one test."""
    await empty(tickets_service)
    return await Community(tickets_service).settle()


async def empty(service: Served) -> None:
    """Everything but the seeds goes, in one statement; the walls around confidential cases are opened for it."""
    own = [table.name for table in reversed(metadata.sorted_tables) if table.name not in SEEDED]
    deletes = "".join(f"DELETE FROM {name}; " for name in (*own, *OF_THE_CHASSIS))
    reset = "UPDATE clock SET shift = interval '0'; "
    opened = "PERFORM set_config('yihu.actor', 'system', true); "
    await service.sql(f"DO $$ BEGIN {opened}{deletes}{reset}END $$")
    service.others.answers.clear()
    for client in service.clients:
        await client.aclose()
    service.clients.clear()
