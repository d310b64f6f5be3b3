"""The tables as the code knows them are those that the migrations make."""

from services.members.store.tables import metadata
from tests.services.as_migrated import differences
from tests.services.members.neighbourhood import Neighbourhood


async def test_migrations_make_the_tables_the_code_knows(here: Neighbourhood) -> None:
    assert await differences(here.service, metadata) == []


async def test_every_exclusion_the_code_names_stands_in_the_database(here: Neighbourhood) -> None:
    rows = await here.service.sql("SELECT conname FROM pg_constraint WHERE contype = 'x'")
    named = {str(c.name) for t in metadata.tables.values() for c in t.constraints if "Exclude" in type(c).__name__}
    assert {row["conname"] for row in rows} == named
