"""Wiring only: middleware, routes, clients, loops, with plain calls."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp
from starlette_compress import CompressMiddleware, remove_compress_type

from chassis.service import Running, Service
from chassis.settings import load
from chassis.web import health_router
from console import errors, gallery, live_route, static_route
from console.ask import client as clients
from console.ask.operations import Health
from console.ask.simulator import Simulator
from console.assets import Assets
from console.chronicle.forget import forgetting
from console.chronicle.reader import record
from console.chronicle.store import Chronicle
from console.live import Hub, Update
from console.pages import (
    at_hand,
    attachments,
    bulk,
    call_tasks,
    consents,
    figures,
    files,
    hot_spots,
    intake,
    journey,
    mediation,
    messages,
    patrol_round,
    patrols,
    places,
    preferences,
    problems,
    queue,
    reveal,
    ribbon,
    search,
    sign_in,
    stage,
    templates,
    ticket,
    today,
    tray,
    visits,
)
from console.parts import Parts
from console.rendering import Rendering
from console.residents import building, rate, reading, report, track
from console.security import Seals, SecurityHeaders
from console.session import Cookie, Sessions
from console.settings import ConsoleSettings

SERVICES = ("members", "tickets", "funds", "notify")
PAGES = (
    sign_in, preferences, today, queue, ticket, attachments, visits, reveal, journey, intake, places, ribbon, problems,
    search, bulk, call_tasks, at_hand, mediation, figures, files, hot_spots, patrols, patrol_round, messages, tray,
    templates, consents,
)  # fmt: skip
RESIDENTS = (building, report, track, rate, reading)
COMPRESS_FROM_BYTES = 800


def build() -> Service:
    """The console as the chassis runs it: a web app, a reader of every feed, and the chronicle's database."""
    settings = load(ConsoleSettings, "console")
    return Service(
        name="console", settings=settings, reads_all=record, producers=SERVICES, web=make_web, loops=[forgetting]
    )


def make_web(running: Running) -> ASGIApp:
    """The web role. Nothing of a request is kept in it, so any number of copies may run."""
    settings = cast(ConsoleSettings, running.settings)
    parts = make_parts(running, settings)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=_lifespan(parts))
    app.state.parts = parts
    for router in routers(running, settings, parts):
        app.include_router(router)
    errors.install(app)
    remove_compress_type("text/event-stream")
    return SecurityHeaders(CompressMiddleware(app, minimum_size=COMPRESS_FROM_BYTES), secure=settings.secure_cookies)


def routers(running: Running, settings: ConsoleSettings, parts: Parts) -> list[APIRouter]:
    all_routers = [health_router(running), static_route.router, live_route.router]
    all_routers += [module.router for module in (*PAGES, *RESIDENTS)]
    if parts.simulator is not None:
        all_routers.append(stage.router)
    if settings.environment != "prod":
        all_routers.append(gallery.router)
    return all_routers


def make_parts(running: Running, settings: ConsoleSettings) -> Parts:
    services = {name: _service(name, settings) for name in SERVICES}
    sessions = Sessions(
        services["members"], most=settings.session_tokens_max, renew_seconds=settings.token_renew_seconds
    )

    async def own_token(audience: str) -> str | None:
        return running.asking.token(audience)

    chronicle = Chronicle(running.database)
    return Parts(
        settings=settings,
        rendering=Rendering(Assets(), zone=settings.zone, own_url=settings.console_url),
        seals=Seals(settings.signing_keys()),
        cookie=Cookie(settings.secure_cookies),
        services=services,
        sessions=sessions,
        health=Health(services, settings.health_every_seconds, own_token),
        chronicle=chronicle,
        hub=Hub(chronicle, settings.live_queue, settings.live_streams, settings.live_backlog, sessions.forget_person),
        simulator=_simulator(settings),
    )


def _service(name: str, settings: ConsoleSettings) -> clients.Service:
    http = httpx.AsyncClient(
        base_url=settings.url_of(name),
        timeout=httpx.Timeout(settings.command_ms / 1000, connect=clients.CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=settings.asks_at_once + 4),
        follow_redirects=False,
    )
    return clients.Service(
        name,
        http,
        at_once=settings.asks_at_once,
        waiting=settings.asks_waiting,
        probe_seconds=settings.probe_every_seconds,
    )


def _simulator(settings: ConsoleSettings) -> Simulator | None:
    if not settings.gateway_url:
        return None
    return Simulator(httpx.AsyncClient(base_url=settings.gateway_url), seconds=settings.panel_main_ms / 1000)


def _lifespan(parts: Parts) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        """The health poll and the hub run for as long as the process."""
        loops = [asyncio.create_task(one) for one in (parts.health.run(), parts.hub.run(), _tell_health(parts))]
        try:
            yield
        finally:
            parts.hub.tell(Update(closing=True))
            for loop in loops:
                loop.cancel()
            for loop in loops:
                with contextlib.suppress(asyncio.CancelledError):
                    await loop
            for service in parts.services.values():
                await service.http.aclose()

    return lifespan


async def _tell_health(parts: Parts) -> None:
    while True:
        await parts.health.changed.wait()
        parts.health.changed.clear()
        parts.hub.tell(Update(health=True))
