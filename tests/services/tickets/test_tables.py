"""The tables as code and the tables in the database are the same, and every column says what it holds."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from chassis.database import CHASSIS_TABLES, Database
from services.tickets.store.tables import metadata
from tests.running import Served

CLASSES = {"public", "internal", "personal", "sensitive", "secret"}


async def test_the_migrations_make_exactly_these_tables(tickets_service: Served) -> None:
    database = Database(tickets_service.running.settings, url=tickets_service.owner_url)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _ours})
        return list(compare_metadata(context, metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


def _ours(name: str | None, kind: str, _: Any) -> bool:
    return not (kind == "table" and name in CHASSIS_TABLES | {"alembic_version"})


def test_every_column_names_its_class() -> None:
    for table in metadata.tables.values():
        for column in table.columns:
            assert column.info.get("data") in CLASSES, f"{table.name}.{column.name}"
