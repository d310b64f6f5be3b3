"""The tables as code and the tables in the database are the same, and every column says what it holds."""

from services.tickets.store.tables import metadata
from tests.running import Served
from tests.services.as_migrated import differences, unclassed


async def test_the_migrations_make_exactly_these_tables(tickets_service: Served) -> None:
    assert await differences(tickets_service, metadata) == []


def test_every_column_names_its_class() -> None:
    assert unclassed(metadata) == []
