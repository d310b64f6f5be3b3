"""The role that checks the books reads everything but what is under seal, and writes nothing (K15)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import text

from chassis.transaction import sqlstate
from services.funds.store.tables import metadata
from services.funds.views.verify import verify
from tests.services.funds.people import Community

DENIED = "42501"
SEALED = {"application_private", "application_key", "payee_private"}
TABLES = sorted(metadata.tables)
Refusal = Callable[[str], Awaitable[Any]]


@pytest_asyncio.fixture
async def refusal(community: Community) -> AsyncIterator[Refusal]:
    """Why a statement of the auditor's role was refused; nothing when it was not."""
    connection = await asyncpg.connect(community.service.running.settings.database_url)
    await connection.execute("SET ROLE yihu_funds_auditor")

    async def refused(statement: str) -> str | None:
        try:
            await connection.execute(statement)
        except Exception as error:
            return sqlstate(error)
        return None

    yield refused
    await connection.close()


@pytest.mark.parametrize("table", [t for t in TABLES if t not in SEALED | {"document"}])
async def test_the_books_are_open_to_her(refusal: Refusal, table: str) -> None:
    assert await refusal(f"SELECT * FROM {table}") is None


@pytest.mark.parametrize("table", sorted(SEALED))
async def test_what_is_under_seal_is_not(refusal: Refusal, table: str) -> None:
    assert await refusal(f"SELECT * FROM {table}") == DENIED


async def test_of_a_document_she_sees_its_hash_and_not_its_content(refusal: Refusal) -> None:
    assert await refusal("SELECT id, sha256, size FROM document") is None
    for column in ("content", "key_wrapped"):
        assert await refusal(f"SELECT {column} FROM document") == DENIED


@pytest.mark.parametrize("table", [*TABLES, "audit", "access_log", "clock", "feed_event"])
@pytest.mark.parametrize("write", ["INSERT INTO {} DEFAULT VALUES", "DELETE FROM {}", "TRUNCATE {}"])
async def test_she_writes_nothing(refusal: Refusal, table: str, write: str) -> None:
    assert await refusal(write.format(table)) == DENIED


async def test_no_function_of_the_ledger_works_for_her(refusal: Refusal) -> None:
    for call in ("ledger_post(NULL, NULL)", "ledger_reserve(NULL, NULL, NULL)", "ledger_open_fund(NULL, NULL)"):
        assert await refusal(f"SELECT {call}") == DENIED


async def test_the_books_are_checked_under_this_role(community: Community) -> None:
    async with community.service.running.reading() as tx:
        assert await verify(tx)
        assert (await tx.execute(text("SELECT current_user"))).scalar_one() == "yihu_funds_auditor"
