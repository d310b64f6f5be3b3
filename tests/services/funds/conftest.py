"""A community that the tests of a file share: for those that try what is refused and leave nothing behind."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from cli.databases import execute
from tests.conftest import Templates
from tests.running import built, environ, served
from tests.services.funds.people import Community, a_community, proceeds


@pytest_asyncio.fixture(scope="module")
async def community(templates: Templates) -> AsyncIterator[Community]:
    values, database = await templates.clone("funds", lambda: built("funds"))
    with environ(values):
        service = served(built("funds"), values["YIHU_FUNDS_OWNER_URL"])
    made = await a_community(service)
    assert (await proceeds(made, 5_000_000)).status_code == 201
    yield made
    await service.close()
    drop = f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"
    await asyncio.to_thread(execute, f"{templates.cluster.database_url}/postgres", [drop])
