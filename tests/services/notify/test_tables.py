"""The tables the code names are the tables the migrations make, and every column says what it holds."""

from services.notify.store.tables import metadata
from tests.conftest import Fresh
from tests.services.as_migrated import differences, unclassed


async def test_the_migrations_make_the_tables_the_code_names(fresh: Fresh) -> None:
    assert await differences(await fresh("notify"), metadata) == []


def test_every_column_says_what_it_may_hold() -> None:
    assert unclassed(metadata) == []
