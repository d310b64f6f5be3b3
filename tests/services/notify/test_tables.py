"""The tables the code names are the tables the migrations make, and every column says what it holds."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from chassis.database import CHASSIS_TABLES
from services.notify.store.tables import metadata
from tests.conftest import Fresh

CLASSES = {"public", "internal", "personal", "sensitive", "secret"}


async def test_the_migrations_make_the_tables_the_code_names(fresh: Fresh) -> None:
    service = await fresh("notify")

    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "include_name": lambda name, kind, _: name not in CHASSIS_TABLES}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with service.running.database.engine.connect() as connection:
        found = await connection.run_sync(differences)
    assert [d for d in found if "alembic_version" not in str(d)] == []


def test_every_column_says_what_it_may_hold() -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            assert column.info.get("data") in CLASSES, f"{table.name}.{column.name}"
