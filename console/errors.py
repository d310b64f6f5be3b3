"""What goes wrong before a page can be shown: calm words, a request number, no cause."""

import contextlib
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chassis.telemetry import log, trace_id
from console.ask.client import Problem, Unheard
from console.posted import Forged, TooMuch
from console.screen import NeedsSignIn, any_screen, sign_in_path
from console.session import SignedOut


def install(app: FastAPI) -> None:
    """One handler per kind of failure."""
    app.add_exception_handler(NeedsSignIn, _sign_in)
    app.add_exception_handler(SignedOut, _sign_in)
    app.add_exception_handler(Forged, _shown(403, "forged"))
    app.add_exception_handler(TooMuch, _shown(413, "too_much"))
    app.add_exception_handler(RequestValidationError, _shown(404, "not_found"))
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(Unheard, _shown(503, "away"))
    app.add_exception_handler(Exception, _failed)


async def _sign_in(request: Request, _: Exception) -> Response:
    """A page leads to the sign-in; a fragment or a stream is only told."""
    screen = await any_screen(request)
    if request.headers.get("hx-request-type") == "partial" or request.url.path == "/live":
        return Response(status_code=401)
    here = request.url.path if request.method == "GET" else "/today"
    query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
    response = screen.to(sign_in_path(here + query))
    screen.parts.cookie.take(response)
    return response


def _shown(status: int, kind: str) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handler(request: Request, _: Exception) -> Response:
        return await page(request, status, kind)

    return handler


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    kinds = {403: "forged", 404: "not_found", 405: "not_found", 413: "too_much", 503: "away"}
    return await page(request, status, kinds.get(status, "failed"))


async def _problem(request: Request, error: Exception) -> Response:
    """Never which: what is not there and what is not hers look the same."""
    if not isinstance(error, Problem):
        return await page(request, 500, "failed")
    if error.status == 404:
        return await page(request, 404, "not_found")
    if error.status in (401, 403):
        return await page(request, 403, "forbidden")
    return await page(request, 503 if error.status in (429, 503) else 502, "away", error.trace_id)


async def _failed(request: Request, error: Exception) -> Response:
    log.error("console.page_failed", error=error, route=request.scope.get("route") and request.scope["route"].path)
    return await page(request, 500, "failed")


async def page(request: Request, status: int, kind: str, trace: str = "") -> Response:
    screen = await any_screen(request)
    if screen.secret:
        with contextlib.suppress(Exception):  # who she is only furnishes this page
            screen.who = await screen.parts.sessions.person(screen.secret)
    response = await screen.show("errors/page.html", kind=kind, trace=trace or trace_id(), status=status)
    if status == 503:
        response.headers["retry-after"] = "5"
    return response
