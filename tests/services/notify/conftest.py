"""notify in this process with a stand-in provider; one database for all its tests, emptied before each."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from cli.databases import execute
from tests.conftest import Templates
from tests.running import Served, built, environ, served
from tests.services.notify.phones import SECRET, Phones

KEPT = (
    "alembic_version",
    "clock",
    "feed_epoch",
    "feed_head",
    "feed_reader",
    "rules",
    "templates",
    "template_versions",
    "provider_templates",
    "catalogue_stamp",
    "senders",
    "providers",
    "routes",
)


@pytest_asyncio.fixture(scope="session")
async def notify(templates: Templates) -> AsyncIterator[Served]:
    values, database = await templates.clone("notify", lambda: built("notify"))
    with environ(values | {"YIHU_NOTIFY_PUSH_SECRET": SECRET, "YIHU_NOTIFY_SPACING_SECONDS": "0"}):
        service = served(built("notify"), values["YIHU_NOTIFY_OWNER_URL"])
    yield service
    await service.close()
    drop = f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"
    await asyncio.to_thread(execute, f"{templates.cluster.database_url}/postgres", [drop])


OWN_WORDS = (
    "DELETE FROM provider_templates AS p USING template_versions AS v"
    " WHERE (v.name, v.version) = (p.template, p.version) AND v.author IS NOT NULL;",
    "DELETE FROM template_versions WHERE author IS NOT NULL;",
    "DELETE FROM templates WHERE created_by IS NOT NULL;",
    "DELETE FROM provider_templates WHERE version > 1 OR provider <> 'aliyun';",
    "DELETE FROM template_versions WHERE version > 1;",
    "UPDATE template_versions SET state = 'live' WHERE state = 'superseded';",
    "UPDATE provider_templates AS p SET state = 'approved' FROM template_versions AS v"
    " WHERE (v.name, v.version) = (p.template, p.version) AND v.state = 'live' AND p.state = 'revoked';",
    "DELETE FROM rules WHERE author IS NOT NULL;",
    "UPDATE rules SET enabled = true, switched_by = NULL;",
)


async def empty(service: Served) -> None:
    """Delete every row but what the migration seeded, and set the clock right."""
    tables = await service.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    deletes = [f'DELETE FROM "{row["tablename"]}";' for row in tables if row["tablename"] not in KEPT]
    resets = [
        "UPDATE clock SET shift = interval '0';",
        "DELETE FROM routes WHERE message_class <> '' OR prefix <> '';",
        "DELETE FROM providers WHERE id NOT IN ('aliyun', 'smtp');",
        "UPDATE providers SET left_out_until = NULL, state = 'active';",
    ]
    await service.sql(f"DO $$ BEGIN {' '.join([*deletes, *resets, *OWN_WORDS])} END $$")
    service.others.answers.clear()
    service.others.asked.clear()
    service.running.state.pop("sender_woken", None)
    service.running.state.pop("catalogue", None)
    service.running.state.pop("providers", None)


@pytest_asyncio.fixture
async def phones(notify: Served) -> AsyncIterator[Phones]:
    await empty(notify)
    yield await Phones.of(notify)
    for client in notify.clients:
        await client.aclose()
    notify.clients.clear()
