"""What every HTTP app of ours has: problems, health, limits, telemetry, the feed's pull, and the operator's routes."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, MutableMapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from opentelemetry.trace import SpanKind
from starlette.exceptions import HTTPException

from chassis.edge import Declared, Edge, service_only
from chassis.feed import serve
from chassis.refused import Refused
from chassis.telemetry import log, measure, metrics_text, span, trace_id
from chassis.transaction import is_passing

if TYPE_CHECKING:
    from chassis.service import Running

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]
READERS: Final = ("members", "tickets", "funds", "notify", "console")


def create_app(running: "Running", routers: list[APIRouter]) -> FastAPI:
    """The API of one service. Raises `RuntimeError` where a route has no declared permission."""
    from chassis.operations import router as operations

    name = running.settings.service
    app = FastAPI(
        title=f"Yihu {name}",
        version=running.settings.version,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        generate_unique_id_function=_operation_id,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # `Outermost` does it, once
    )
    app.state.running = running
    for router in [health_router(running), feed_router(), operations, *routers]:
        app.include_router(router)
    _refuse_undeclared(app)
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _unprocessable)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(Outermost, running=running)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name


def declared_of(route: APIRoute) -> list[Declared]:
    """The declarations found on a route."""
    return [d.call for d in route.dependant.dependencies if isinstance(d.call, Declared)]


def routes_of(app: FastAPI) -> list[APIRoute]:
    """Every API route of an app, those of included routers too."""
    found: list[APIRoute] = []
    waiting = list(app.routes)
    while waiting:
        route = waiting.pop(0)
        if isinstance(route, APIRoute):
            found.append(route)
        waiting.extend(getattr(getattr(route, "original_router", None), "routes", []))
    return found


def _refuse_undeclared(app: FastAPI) -> None:
    for route in routes_of(app):
        if route.path not in _UNLIMITED and len(declared_of(route)) != 1:
            raise RuntimeError(f"{route.methods} {route.path} declares no permission, or more than one")


# Problems (RFC 9457) --------------------------------------------------------------------------------------------


def problem(
    status: int,
    code: str,
    *,
    detail: str = "",
    errors: list[dict[str, str]] | None = None,
    retry_after: int | None = None,
    more: dict[str, object] | None = None,
) -> Response:
    """An error as `application/problem+json`; `code` is the stable word, `errors[]` carry JSON Pointers."""
    body: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "trace_id": trace_id(),
    }
    body |= {"detail": detail} if detail else {}
    body |= {"errors": errors} if errors else {}
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(retry_after)} if retry_after else {})
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(msgspec.json.encode(body | (more or {}), enc_hook=str), status, headers, "application/problem+json")


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    retry = error.retry_after or (1 + random.randint(0, 2) if error.status in (429, 503) else None)
    return problem(
        error.status, error.code, detail=error.detail, errors=error.errors, retry_after=retry, more=error.more
    )


async def _unprocessable(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {
            "pointer": "/" + "/".join(str(p) for p in fault["loc"][1:]),
            "code": str(fault["type"]),
            "detail": str(fault["msg"]),
            "in": str(fault["loc"][0]),
        }
        for fault in error.errors()
    ]
    unreadable = any(fault["type"] == "json_invalid" for fault in error.errors())
    return problem(400 if unreadable else 422, "json_invalid" if unreadable else "invalid", errors=errors)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
    return problem(error.status_code, words.get(error.status_code, "http_error"))


def answer_to(error: Exception) -> Response:
    """503 where the database is away or busy and asking again is right; else 500, without a word of the cause."""
    from chassis.transaction import sqlstate

    if sqlstate(error) == "55P03":
        return problem(409, "in_flight", detail="Another request holds this; ask again.", retry_after=1)
    if is_passing(error):
        log.error("web.unavailable", error=error)
        return problem(503, "unavailable", retry_after=1 + random.randint(0, 2))
    log.error("web.failed", error=error)
    return problem(500, "failed")


# Limits and telemetry, outermost --------------------------------------------------------------------------------


class Outermost:
    """Bounds what one process takes on, and measures it. A refused request has done nothing."""

    def __init__(self, app: App, running: "Running") -> None:
        self.app, self.settings = app, running.settings
        self.bodies = running.definition.bodies
        self.places = asyncio.Semaphore(self.settings.requests_at_once)
        self.waiting = 0

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] in _UNLIMITED:
            return await self.app(scope, receive, send)
        parent = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1")
        began, state = time.perf_counter(), {"status": 500}

        async def noting(message: Any) -> None:
            if message["type"] == "http.response.start":
                state["status"] = message["status"]
                message["headers"] = [*message["headers"], (b"x-content-type-options", b"nosniff")]
            await send(message)

        with span(f"{scope['method']}", parent=parent, kind=SpanKind.SERVER) as current:
            await self._limited(scope, receive, noting)
            route = getattr(scope.get("route"), "path", "unmatched")
            current.update_name(f"{scope['method']} {route}")
        labels = {"method": scope["method"], "route": route, "status": str(state["status"])}
        measure.requests.record(time.perf_counter() - began, labels)

    async def _limited(self, scope: Scope, receive: Any, send: Any) -> None:
        length = dict(scope["headers"]).get(b"content-length", b"0")
        larger = (size for path, size in self.bodies.items() if fnmatchcase(scope["path"], path))
        body_max_bytes = next(larger, self.settings.body_max_bytes)
        if not length.isdigit() or int(length) > body_max_bytes:
            return await self._refuse(413, "too_large", scope, receive, send)
        if self.waiting >= self.settings.requests_waiting:
            return await self._refuse(503, "too_busy", scope, receive, send)
        self.waiting += 1
        try:
            await asyncio.wait_for(self.places.acquire(), self.settings.request_wait_seconds)
        except TimeoutError:
            return await self._refuse(503, "too_busy", scope, receive, send)
        finally:
            self.waiting -= 1
        try:
            async with asyncio.timeout(self.settings.request_seconds):
                await self.app(scope, _counted(receive, body_max_bytes), send)
        except TimeoutError:
            await self._refuse(503, "too_slow", scope, receive, send)
        except Exception as error:
            await answer_to(error)(scope, receive, send)
        finally:
            self.places.release()

    async def _refuse(self, status: int, code: str, scope: Scope, receive: Any, send: Any) -> None:
        measure.refused.add(1, {"limit": code})
        retry = 1 + random.randint(0, 2) if status == 503 else None
        await problem(status, code, retry_after=retry)(scope, receive, send)


_UNLIMITED: Final = frozenset({"/livez", "/readyz", "/metrics", "/version"})


def _counted(receive: Any, limit: int) -> Any:
    """Counts a body as it comes, whatever its header said."""
    seen = 0

    async def counted() -> Any:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise HTTPException(413)
        return message

    return counted


# Health, feed ---------------------------------------------------------------------------------------------------


def health_router(running: "Running") -> APIRouter:
    """`/livez`, `/readyz`, `/version`, `/metrics`: no token, no limit, no body."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> Response:
        why = await running.why_not_ready()
        return Response(
            msgspec.json.encode({"ready": not why, "why": why}), 503 if why else 200, media_type="application/json"
        )

    @router.get("/version")
    async def version() -> dict[str, str]:
        return {"service": running.settings.service, "version": running.settings.version}

    @router.get("/metrics")
    async def metrics() -> Response:
        measure.set("yihu_pool_in_use", running.database.engine.pool.checkedout())  # type: ignore[attr-defined]
        return Response(metrics_text(), media_type="text/plain; version=0.0.4")

    return router


def feed_router() -> APIRouter:
    """The pull: what makes the feed certain."""
    router = APIRouter(prefix="/internal", tags=["internal"])

    @router.get("/feed")
    async def pull_feed(
        edge: Annotated[Edge, service_only(*READERS)],
        reader: str,
        lane: Annotated[int, Query(ge=0)],
        epoch: str = "",
        after: Annotated[int, Query(ge=0)] = 0,
        last: UUID | None = None,
        limit: Annotated[int, Query(ge=1)] = 500,
    ) -> Response:
        if edge.actor.service != reader:
            raise Refused("reader_not_you", status=403)
        async with edge.running.database.asking_once() as connection:
            body = await serve(
                connection,
                edge.running.settings,
                reader=reader,
                lane=lane,
                epoch=epoch,
                after=after,
                last=last,
                limit=limit,
            )
        return Response(body, headers={"Cache-Control": "no-store"}, media_type="application/json")

    return router
