"""Reading the databases of a running system: plain SQL, no code of the services."""

from typing import Any

import asyncpg

SERVICES = ("members", "tickets", "funds", "notify")
READERS = (*SERVICES, "console")


async def rows(url: str, statement: str, *arguments: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        found: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
    finally:
        await connection.close()
    return found


async def one(url: str, statement: str, *arguments: object) -> Any:
    """The single value of the single row."""
    return (await rows(url, statement, *arguments))[0][0]
