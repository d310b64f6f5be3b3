"""Roles and databases of the services: an owner who migrates, an application role that reads and writes rows."""

import asyncio
import hashlib
import hmac
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import asyncpg

SERVICES = ("members", "tickets", "funds", "notify", "console")
EXTENSIONS = ("btree_gist", "pg_trgm")
AUDITED = "funds"  # its books are checked under a role of their own, which the application may take


def derive_urls(admin_url: str, service: str, database: str | None = None) -> tuple[str, str]:
    """The application's and the owner's address of a service's database, from the shorthand."""
    app, owner = (_url(admin_url, f"yihu_{service}_{role}", database or f"yihu_{service}") for role in ("app", "owner"))
    return app, owner


def prepare_database(admin_url: str, service: str, database: str | None = None) -> None:
    """Create what is missing; a second call changes nothing."""
    name = database or f"yihu_{service}"
    owner, app = f"yihu_{service}_owner", f"yihu_{service}_app"
    maintenance = f"{admin_url.rstrip('/')}/postgres" if not urlsplit(admin_url).path.strip("/") else admin_url
    if query(maintenance, "SELECT 1 FROM pg_database WHERE datname = $1", name):
        return
    for role in (owner, app):
        _make_role(maintenance, role, f"LOGIN PASSWORD '{role_password(admin_url, role)}'")
    if service == AUDITED:
        _make_role(maintenance, f"yihu_{service}_auditor", f"NOLOGIN ROLE {app}")
    # template0: nobody can be connected to it, so several databases may be made at once
    execute(maintenance, [f"CREATE DATABASE {name} OWNER {owner} TEMPLATE template0"])
    execute(_inside(admin_url, name), [*_extensions(_inside(admin_url, name)), *_privileges(name, owner, app)])


def _make_role(url: str, role: str, what: str) -> None:
    if not query(url, "SELECT 1 FROM pg_roles WHERE rolname = $1", role):
        execute(url, [f"CREATE ROLE {role} {what}"])


def role_password(admin_url: str, role: str) -> str:
    """Passwords of the service roles follow from the administrator's: one secret to keep."""
    secret = unquote(urlsplit(admin_url).password or "")
    return hmac.new(secret.encode(), role.encode(), hashlib.sha256).hexdigest()


def query(url: str, statement: str, *arguments: object) -> list[Any]:
    rows: list[Any] = _in_own_thread(_fetch(url, statement, *arguments))
    return rows


def execute(url: str, statements: Sequence[str]) -> None:
    _in_own_thread(_execute(url, statements))


def _privileges(database: str, owner: str, app: str) -> list[str]:
    by_default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT"
    return [
        f"REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {app}",
        f"{by_default} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        f"{by_default} USAGE ON SEQUENCES TO {app}",
    ]


def _extensions(url: str) -> list[str]:
    available = {row["name"] for row in query(url, "SELECT name FROM pg_available_extensions")}
    return [f"CREATE EXTENSION IF NOT EXISTS {name}" for name in EXTENSIONS if name in available]


def _inside(admin_url: str, database: str) -> str:
    parts = urlsplit(admin_url)
    return parts._replace(path=f"/{database}").geturl()


def _url(admin_url: str, role: str, database: str) -> str:
    parts = urlsplit(admin_url)
    place = f"{parts.hostname}:{parts.port or 5432}"
    login = f"{quote(role)}:{role_password(admin_url, role)}"
    return parts._replace(netloc=f"{login}@{place}", path=f"/{database}").geturl()


async def _fetch(url: str, statement: str, *arguments: object) -> list[Any]:
    connection = await asyncpg.connect(url)
    try:
        rows: list[Any] = await connection.fetch(statement, *arguments)
    finally:
        await connection.close()
    return rows


async def _execute(url: str, statements: Sequence[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def _in_own_thread(work: Any) -> Any:
    """Callers may stand in a running event loop (tests do), where a second one cannot run in the same thread."""
    outcome: list[Any] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(asyncio.run(work))
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]
