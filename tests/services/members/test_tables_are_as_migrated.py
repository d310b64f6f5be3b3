"""The tables as the code knows them are those that the migrations make."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from chassis.database import CHASSIS_TABLES
from services.members.store.tables import metadata
from tests.services.members.neighbourhood import Neighbourhood


async def test_migrations_make_the_tables_the_code_knows(here: Neighbourhood) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"include_name": lambda name, kind, _: not (kind == "table" and name in CHASSIS_TABLES)}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        return [one for one in found if "alembic_version" not in str(one)]

    async with here.service.running.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_exclusion_the_code_names_stands_in_the_database(here: Neighbourhood) -> None:
    rows = await here.service.sql("SELECT conname FROM pg_constraint WHERE contype = 'x'")
    named = {str(c.name) for t in metadata.tables.values() for c in t.constraints if "Exclude" in type(c).__name__}
    assert {row["conname"] for row in rows} == named
