"""One PostgreSQL database per service: the engine, the migrations, and what each column may hold."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
from sqlalchemy import Connection, MetaData, pool
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from chassis.settings import Settings, load

PUBLIC: Final = {"data": "public"}
INTERNAL: Final = {"data": "internal"}
PERSONAL: Final = {"data": "personal"}
SENSITIVE: Final = {"data": "sensitive"}
SECRET: Final = {"data": "secret"}

CHASSIS_TABLES: Final = frozenset(
    {
        "clock",
        "feed_epoch",
        "feed_head",
        "feed_event",
        "feed_reader",
        "feed_cursor",
        "once_event",
        "parked",
        "once_request",
        "timer",
        "grants",
        "ended_session",
        "audit",
        "access_log",
    }
)


class Database:
    """The pool of one process, with a limit on everything that can wait."""

    def __init__(self, settings: Settings, *, worker: bool = False, url: str | None = None) -> None:
        self.url = url or settings.database_url
        self.lock_seconds = settings.lock_seconds
        statement_seconds = settings.worker_statement_seconds if worker else settings.statement_seconds
        self._server_settings = {
            "application_name": f"yihu-{settings.service}",
            "statement_timeout": _ms(statement_seconds),
            "lock_timeout": _ms(settings.lock_seconds),
            "idle_in_transaction_session_timeout": _ms(settings.idle_in_transaction_seconds),
            "client_connection_check_interval": "2000",
            "tcp_user_timeout": "10000",
            "timezone": "UTC",
            "jit": "off",
        }
        self.engine: AsyncEngine = create_async_engine(
            async_url(self.url),
            pool_size=settings.pool_size,
            max_overflow=0,
            pool_timeout=settings.pool_wait_seconds,
            pool_reset_on_return=None,  # whoever says BEGIN says COMMIT or ROLLBACK
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"server_settings": self._server_settings, "timeout": 5},
        )

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[tuple[AsyncConnection, asyncpg.Connection]]:
        """A connection of the pool, twice: for SQLAlchemy, and as the driver gives it.

        The chassis' own statements go to the driver: SQLAlchemy takes 0.1 ms of processor time for each.
        No transaction is open yet. One that broke, is left inside a transaction, or was used when its user was
        cancelled (a BEGIN may still be under way) does not go back to the pool.
        """
        async with self.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            clean = False
            try:
                yield connection, driver
                clean = True
            except Exception:
                clean = True
                raise
            finally:
                if not clean or driver.is_closed() or driver.is_in_transaction():
                    await connection.invalidate()

    @asynccontextmanager
    async def asking_once(self) -> AsyncIterator[asyncpg.Connection]:
        """One statement without a transaction around it: the cheapest question there is."""
        async with self.connected() as (_, driver):
            yield driver

    async def direct(self) -> asyncpg.Connection:
        """A connection outside the pool, for LISTEN and for locks that belong to a session."""
        connection: asyncpg.Connection = await asyncpg.connect(
            self.url, server_settings=self._server_settings, timeout=5
        )
        return connection

    async def close(self) -> None:
        await self.engine.dispose()


def async_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def _ms(seconds: float) -> str:
    return str(int(seconds * 1000))


# Migrations -----------------------------------------------------------------------------------------------------


def chassis_schema(version: int) -> list[str]:
    """The statements that make the chassis' tables of one version; a service's first migration executes them."""
    name = "schema.sql" if version == 1 else f"schema_{version}.sql"
    text = (Path(__file__).parent / name).read_text(encoding="utf-8").replace("{app}", app_role())
    lines = (line for line in text.splitlines() if not line.startswith("--"))
    return [statement.strip() for statement in "\n".join(lines).split(";\n") if statement.strip().rstrip(";")]


def app_role() -> str:
    """The role that the service being migrated runs as: migrations take rights from it by this name."""
    from alembic import context

    return str(context.config.attributes["app_role"])


def migrate(service: str, package: Path, settings: Settings) -> None:
    """Bring a service's database to the newest migration, as its owner. Run it before the new code starts."""
    from alembic import command  # only migrations pay for loading Alembic
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(package / "migrations"))
    config.attributes["app_role"] = urlsplit(settings.database_url).username
    config.attributes["owner_url"] = settings.owner_url
    command.upgrade(config, "head")


def run_alembic(service: str, metadata: MetaData) -> None:
    """Alembic's `env.py` in one call."""
    from alembic import context

    attributes = context.config.attributes
    if "owner_url" not in attributes:
        settings = load(Settings, service)
        attributes["owner_url"] = settings.owner_url
        attributes["app_role"] = urlsplit(settings.database_url).username

    def upgrade(connection: Connection) -> None:
        context.configure(connection=connection, target_metadata=metadata, include_name=_own_tables, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()

    async def connected() -> None:
        engine = create_async_engine(async_url(str(attributes["owner_url"])), poolclass=pool.NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(upgrade)
        await engine.dispose()

    asyncio.run(connected())


def _own_tables(name: str | None, kind: str, parents: Any) -> bool:
    return not (kind == "table" and name in CHASSIS_TABLES)
