"""The neighbourhood that tests of members act in: laid out once, copied for each test."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest_asyncio

from cli.databases import execute
from tests.conftest import Templates
from tests.running import Served, built, environ, served
from tests.services.members.neighbourhood import Layout, Neighbourhood, laid_out

LAID_OUT = "template_members_laid_out"


@pytest_asyncio.fixture(scope="session")
async def layout(templates: Templates) -> Layout:
    """Made through the API in a database of its own, which is then the template of all others."""
    _, database = await templates.clone("members", lambda: built("members"))
    service = opened(templates, database)
    made = await laid_out(service)
    await service.close()
    await asyncio.to_thread(run, templates, f"ALTER DATABASE {database} RENAME TO {LAID_OUT}")
    # Not even the server's own housekeeping may look into a template while it is copied.
    await asyncio.to_thread(run, templates, f"ALTER DATABASE {LAID_OUT} ALLOW_CONNECTIONS false")
    return made


@pytest_asyncio.fixture
async def here(templates: Templates, layout: Layout) -> AsyncIterator[Neighbourhood]:
    database = f"test_members_{uuid4().hex[:8]}"
    create = f"CREATE DATABASE {database} TEMPLATE {LAID_OUT} OWNER yihu_members_owner"
    await asyncio.to_thread(run, templates, create)
    service = opened(templates, database)
    yield layout.entered(service)
    await service.close()
    await asyncio.to_thread(run, templates, f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def opened(templates: Templates, database: str) -> Served:
    values = templates.environment("members", database)
    with environ(values):
        return served(built("members"), values["YIHU_MEMBERS_OWNER_URL"])


def run(templates: Templates, statement: str) -> None:
    execute(f"{templates.cluster.database_url}/postgres", [statement])
