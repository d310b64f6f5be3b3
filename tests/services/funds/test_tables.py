"""The tables as code and the tables in the database are the same, and every column says what it holds."""

from sqlalchemy import LargeBinary

from services.funds.domain.chart_2026 import CHART_2026
from services.funds.store.tables import metadata
from tests.conftest import Fresh
from tests.services.as_migrated import differences, unclassed
from tests.services.funds.people import a_community, proceeds


async def test_the_migrations_make_exactly_these_tables(fresh: Fresh) -> None:
    assert await differences(await fresh("funds"), metadata) == []


def test_every_column_names_its_class_and_what_is_sensitive_or_secret_is_sealed() -> None:
    assert unclassed(metadata) == []
    for table in metadata.tables.values():
        for column in table.columns:
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
