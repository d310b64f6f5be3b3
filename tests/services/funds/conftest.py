"""A community that the tests of a file share, and the auditor's checks after every test."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from cli.databases import execute
from tests.conftest import Fresh, Templates
from tests.running import Served, built, environ, served
from tests.services.funds.people import Community, a_community, proceeds
from tests.services.funds.verified import assert_clean


@pytest_asyncio.fixture
async def fresh(fresh: Fresh) -> AsyncIterator[Fresh]:
    """As everywhere; and whatever a test has done with its service, the ledger is clean after it."""
    made: list[Served] = []

    async def make(name: str, **settings: Any) -> Served:
        made.append(await fresh(name, **settings))
        return made[-1]

    yield make
    for service in made:
        await assert_clean(service)


@pytest_asyncio.fixture(scope="module")
async def community(templates: Templates) -> AsyncIterator[Community]:
    """For tests of what is refused, or of what can be done beside other things."""
    values, database = await templates.clone("funds", lambda: built("funds"))
    with environ(values):
        service = served(built("funds"), values["YIHU_FUNDS_OWNER_URL"])
    made = await a_community(service)
    assert (await proceeds(made, 5_000_000)).status_code == 201
    yield made
    await assert_clean(service)
    await service.close()
    drop = f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"
    await asyncio.to_thread(execute, f"{templates.cluster.database_url}/postgres", [drop])
