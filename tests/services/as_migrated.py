"""What a service's tables in code are held against: the tables that its migrations make, and the classes of data."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from chassis.database import CHASSIS_TABLES, Database
from tests.running import Served

NOT_OURS = CHASSIS_TABLES | {"alembic_version"}
CLASSES = {"public", "internal", "personal", "sensitive", "secret"}


async def differences(service: Served, metadata: MetaData) -> list[Any]:
    """What stands in the database and not in code, or the other way round; as the owner, who sees every table."""

    def compared(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name not in NOT_OURS}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    database = Database(service.running.settings, url=service.owner_url)
    try:
        async with database.engine.connect() as connection:
            return await connection.run_sync(compared)
    finally:
        await database.close()


def unclassed(metadata: MetaData) -> list[str]:
    """Columns that do not say which class of data they hold."""
    columns = [(table.name, column) for table in metadata.sorted_tables for column in table.columns]
    return [f"{table}.{column.name}" for table, column in columns if column.info.get("data") not in CLASSES]
