"""The tables as code and the tables in the database are the same, and every column says what it holds."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, LargeBinary

from chassis.database import CHASSIS_TABLES, Database
from services.funds.domain.chart_2026 import CHART_2026
from services.funds.store.tables import metadata
from tests.conftest import Fresh
from tests.services.funds.people import a_community, proceeds

CLASSES = {"public", "internal", "personal", "sensitive", "secret"}


async def test_the_migrations_make_exactly_these_tables(fresh: Fresh) -> None:
    service = await fresh("funds")
    database = Database(service.running.settings, url=service.owner_url)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _ours})
        return list(compare_metadata(context, metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


def _ours(name: str | None, kind: str, _: Any) -> bool:
    return not (kind == "table" and name in CHASSIS_TABLES | {"alembic_version"})


def test_every_column_names_its_class_and_what_is_sensitive_or_secret_is_sealed() -> None:
    for table in metadata.tables.values():
        for column in table.columns:
            assert column.info.get("data") in CLASSES, f"{table.name}.{column.name}"
            if column.info["data"] in ("personal", "sensitive", "secret"):
                assert isinstance(column.type, LargeBinary), f"{table.name}.{column.name}"


async def test_the_chart_in_the_database_is_the_one_in_the_code_and_marked_unverified(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    rows = await community.service.sql("SELECT code, name, element, cash, postable FROM account")
    known = {(a.code, a.name, str(a.element), str(a.cash), a.postable) for a in CHART_2026.accounts}
    assert {tuple(row) for row in rows} == known
    await proceeds(community, 100)
    trial = (await community["accountant"].get("/v1/trial-balance")).json()
    assert (trial["chart"], trial["chart_verified"], trial["notice"]) == ("2026", False, "科目表待核对")
    assert [(row["account"], row["debit_fen"], row["credit_fen"]) for row in trial["rows"]] == [
        ("1002-01", 100, 0),
        ("410101", 0, 100),
    ]
    assert (await community["accountant"].get("/v1/trial-balance?period=199901")).status_code == 404
