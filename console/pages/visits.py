"""Visits to the place of a case: planned, and what was found."""

from collections.abc import Awaitable, Callable
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import visits
from console.ask.client import Answer
from console.pages import ticket
from console.pages.moves import moment_of
from console.posted import Posted, PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen
from console.views import Trouble

router = APIRouter()


@router.post("/tickets/{ticket_id}/visits")
async def plan(screen: OperatorScreen, ticket_id: UUID, form: PostedForm) -> Response:
    at = moment_of(form.text("planned_at"), ZoneInfo(screen.parts.settings.zone))
    return await _done(
        screen, ticket_id, form, "planned_at", lambda: visits.plan(screen.asks, ticket_id, at, key=form.key)
    )


@router.post("/tickets/{ticket_id}/visits/{visit_id}/done")
async def made(screen: OperatorScreen, ticket_id: UUID, visit_id: UUID, form: PostedForm) -> Response:
    words = form.text("result")
    return await _done(
        screen, ticket_id, form, "result", lambda: visits.done(screen.asks, ticket_id, visit_id, words, key=form.key)
    )


async def _done(
    screen: Screen, ticket_id: UUID, form: Posted, needed: str, send: Callable[[], Awaitable[Answer]]
) -> Response:
    """Back to the case; what is missing or refused is told there, with the words kept."""
    address = form.values.get("_list")
    if form.text(needed):
        done = await tried(screen, form, send)
    else:
        done = refused_here(form, 422, (f"visit-{needed}", screen.language.word("problem", "required")))
    if isinstance(done, Trouble):
        return await ticket.page(screen, ticket_id, move="visit", key=form.key, trouble=done, address=address)
    return screen.to(ticket.ticket_path(ticket_id, address), f"done_visit_{needed}")
