"""A service as a whole: what it is made of, and the roles it runs in (`api`, `worker`, `migrate`, `describe`)."""

import asyncio
import base64
import contextlib
import gc
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import APIRouter, FastAPI
from pydantic import SecretStr

from chassis import database as databases
from chassis.asking import Asking
from chassis.auth import GRANT_READS, Actor, Tokens
from chassis.database import Database
from chassis.feed import Event, prepare_feed
from chassis.operations import OPERATIONS_PERMISSIONS
from chassis.production import unsafe_database, unsafe_settings
from chassis.reader import Entry, Inbox, Read
from chassis.sealing import Sealing
from chassis.settings import Settings
from chassis.telemetry import start_telemetry
from chassis.timers import Timer
from chassis.transaction import Transaction, transaction

ROOT = Path(__file__).parent.parent
READS_FILE = ROOT / "contracts" / "who-reads-what.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything a service is made of, wired in its `app.py`."""

    name: str
    settings: Settings
    routers: Sequence[APIRouter] = ()
    events: Sequence[type[Event]] = ()
    reads: Sequence[Read] = ()
    reads_all: Callable[[list[Entry], Transaction], Awaitable[None]] | None = None
    producers: Sequence[str] = ()
    doorbell: bool = False
    discard_by_two: bool = False  # a parked event is given up only when two people agree
    timers: Sequence[Timer] = ()
    loops: Sequence[Callable[["Running"], Awaitable[None]]] = ()
    permissions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    aal2: frozenset[str] = frozenset()
    sensitive: frozenset[str] = frozenset()
    ready_checks: Sequence[Callable[["Running"], Awaitable[str | None]]] = ()
    after_migrate: Callable[["Running"], Awaitable[None]] | None = None
    bodies: Mapping[str, int] = field(default_factory=dict)  # paths (`*`: an id) with larger bodies, in bytes
    started: Callable[["Running"], Awaitable[None]] | None = None
    web: Callable[["Running"], Any] | None = None
    states: Mapping[str, str] = field(default_factory=dict)

    @property
    def package(self) -> Path:
        """Where its code and migrations lie."""
        return ROOT / ("console" if self.name == "console" else f"services/{self.name}")

    @property
    def all_permissions(self) -> Mapping[str, frozenset[str]]:
        """Its own table and the operator's."""
        return {**OPERATIONS_PERMISSIONS, **self.permissions}

    @property
    def all_reads(self) -> tuple[Read, ...]:
        """What it reads, with the grants that every service but members itself keeps a copy of."""
        if self.reads_all or self.name == "members":
            return tuple(self.reads)
        declared = {read.model.of for read in self.reads}
        return (*self.reads, *(r for r in GRANT_READS if r.model.of not in declared))

    @property
    def all_producers(self) -> tuple[str, ...]:
        """Whose feeds it reads."""
        named = {read.model.of.partition(".")[0] for read in self.all_reads} | set(self.producers)
        return tuple(sorted(named))


class Running:
    """One process of a service: its pool, keys, clients and wake-ups. `state` is for what app.py adds."""

    def __init__(
        self, definition: Service, *, worker: bool = False, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.definition, self.settings = definition, definition.settings
        self.database = Database(self.settings, worker=worker)
        self.sealing = Sealing(self.settings)
        client = httpx.AsyncClient(base_url=self.settings.members_url, timeout=2, transport=transport)
        self.tokens = Tokens(self.settings, client)
        self.asking = Asking(self.settings, self.tokens, transport)
        self.inbox = Inbox(definition.all_reads, definition.reads_all)
        self.sequencer_woken, self.pusher_woken = asyncio.Event(), asyncio.Event()
        self.worker = worker
        self.state: dict[str, Any] = {}
        self._notifying: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def transaction(self, actor: Actor | None = None, *, label: str = "commit") -> AsyncIterator[Transaction]:
        """A transaction of the system itself, or of `actor`."""
        acting = actor or Actor.of_system(self.settings.service)
        async with transaction(self.database, self, acting, label=label) as tx:
            yield tx

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        acting = Actor.of_system(self.settings.service)
        async with transaction(self.database, self, acting, read_only=True) as tx:
            yield tx

    def wake_sequencer(self) -> None:
        """Tell the sequencer that there is something: in this process at once, elsewhere by a debounced NOTIFY."""
        self.sequencer_woken.set()
        if not self.worker and (self._notifying is None or self._notifying.done()):
            self._notifying = asyncio.get_running_loop().create_task(self._notify())

    async def _notify(self) -> None:
        await asyncio.sleep(self.settings.feed_notify_every_ms / 1000)
        with contextlib.suppress(Exception):
            async with self.database.asking_once() as connection:
                await connection.execute(f"NOTIFY feed_{self.settings.service}")

    async def why_not_ready(self) -> list[str]:
        """Why this process must not be given work now; empty when it may."""
        try:
            async with asyncio.timeout(2), self.database.asking_once() as connection:
                await connection.execute("SELECT 1 FROM clock")
        except Exception:
            return ["the database does not answer"]
        answers = [await check(self) for check in self.definition.ready_checks]
        return [why for why in answers if why]

    async def close(self) -> None:
        if self._notifying is not None:
            self._notifying.cancel()
        await self.asking.close()
        await self.tokens.close()
        await self.database.close()


# Roles ----------------------------------------------------------------------------------------------------------


def main(build: Callable[[], Service]) -> None:
    """`python -m services.<name> api | worker | migrate | describe`."""
    roles = {"api": _api, "web": _api, "worker": _worker, "migrate": _migrate, "describe": _describe}
    role = sys.argv[1] if len(sys.argv) > 1 else ""
    if role not in roles:
        sys.exit(f"usage: python -m … {' | '.join(roles)}")
    definition = build()
    gc.freeze()  # what is loaded now stays: the collector need not look at it again, and looks seldom at the rest
    gc.set_threshold(50_000, 20, 50)
    roles[role](definition)


async def started(running: Running) -> None:
    """Refuse what production must not run with, then let the service prepare itself."""
    settings = running.settings
    if settings.environment == "prod" and (why := unsafe_settings(settings) + await unsafe_database(running)):
        sys.exit(" ".join(["Not in production:", *why]))
    if running.definition.started:
        await running.definition.started(running)


def asgi(definition: Service, running: Running | None = None) -> Any:
    """The ASGI app; with `running` given (tests) its life is the caller's."""
    from chassis.web import create_app

    known = running or Running(definition)
    if definition.web:
        return definition.web(known)
    return create_app(known, list(definition.routers))


def _api(definition: Service) -> None:
    settings = definition.settings
    start_telemetry(settings, "api")

    async def run() -> None:
        running = Running(definition)
        await started(running)
        config = uvicorn.Config(
            asgi(definition, running),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=int(settings.shutdown_seconds),
            timeout_keep_alive=30,
            backlog=512,
        )
        await uvicorn.Server(config).serve()
        await running.close()

    _run(run())


def _run(coroutine: Any) -> None:
    import uvloop

    uvloop.run(coroutine)


def _worker(definition: Service) -> None:
    from chassis.worker import work

    start_telemetry(definition.settings, "worker")
    _run(work(definition))


def _migrate(definition: Service) -> None:
    databases.migrate(definition.name, definition.package, definition.settings)
    _run(after_migrating(definition))


async def after_migrating(definition: Service) -> None:
    """The feed's rows and the service's seeds: what stands is left alone."""
    readers = json.loads(READS_FILE.read_text(encoding="utf-8")).get(definition.name, {}) if READS_FILE.exists() else {}
    names = sorted({reader for of in readers.values() for reader in of} | {"console"})
    await prepare_feed(definition.settings.owner_url, definition.settings, names)
    if definition.after_migrate:
        running = Running(definition)
        try:
            await definition.after_migrate(running)
        finally:
            await running.close()


def _describe(definition: Service) -> None:
    """Print what the contracts are generated from; needs no database, no Redis and no keys."""
    nothing = SecretStr(base64.b64encode(bytes(32)).decode())
    keys = {"signing_key": nothing, "sealing_key": nothing, "index_key": nothing}
    nowhere = {"database_url": "postgresql://nobody@localhost/nothing"}
    app = asgi(replace(definition, settings=definition.settings.model_copy(update=keys | nowhere)))
    document = {
        "service": definition.name,
        "events": {e.type: _described(e) for e in definition.events},
        "reads": [_reading(read) for read in definition.all_reads],
        "reads_all": sorted(definition.producers) if definition.reads_all else [],
        "openapi": app.openapi() if isinstance(app, FastAPI) else {},
        "routes": _routes(app) if isinstance(app, FastAPI) else [],
        "permissions": {name: sorted(roles) for name, roles in sorted(definition.all_permissions.items())},
        "states": dict(definition.states),
    }
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, default=str))


def _described(event: type[Event]) -> dict[str, Any]:
    return {
        "schema": event.model_json_schema(by_alias=True),
        "meaning": (event.__doc__ or "").strip(),
        "restricted": event.restricted,
        "example": event.example().model_dump(mode="json", by_alias=True),
    }


def _reading(read: Read) -> dict[str, Any]:
    fields = read.model.model_fields.items()
    names = [{"name": f.alias or n, "required": f.is_required()} for n, f in fields]
    return {
        "type": read.model.of,
        "copy": read.copy,
        "fields": names,
        "schema": read.model.model_json_schema(by_alias=True),
    }


def _routes(app: FastAPI) -> list[dict[str, Any]]:
    from chassis.web import declared_of, routes_of

    return [
        {
            "method": min(route.methods or {"GET"}),
            "path": route.path,
            "guard": declared.guard,
            "permission": declared.permission,
            "services": sorted(declared.services),
        }
        for route in routes_of(app)
        for declared in declared_of(route)
    ]
