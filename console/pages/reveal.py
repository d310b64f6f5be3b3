"""The reporter's number, shown for a reason: members writes who asked and why, the page forgets it after a minute."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import members, tickets
from console.ask.client import Problem
from console.posted import PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen
from console.views import Trouble

router = APIRouter()
REASONS = ("call_back", "find_place", "no_answer")
SHOWN_SECONDS = 60
REASON_MAX = 200


@router.get("/tickets/{ticket_id}/number")
async def ask_why(screen: OperatorScreen, ticket_id: UUID) -> Response:
    ticket, _ = await tickets.ticket(screen.asks, ticket_id)
    return await _page(screen, ticket)


@router.post("/tickets/{ticket_id}/number")
async def show_number(screen: OperatorScreen, ticket_id: UUID, form: PostedForm) -> Response:
    """Never live, cached or exported: this answer alone holds the number, and leads back by itself."""
    ticket, _ = await tickets.ticket(screen.asks, ticket_id)
    reason = form.text("words")[:REASON_MAX] or screen.language.word("reveal", form.text("reason"), "")
    if not reason:
        fault = ("reason", screen.language.word("problem", "required"))
        return await _page(screen, ticket, refused_here(form, 422, fault))
    shown = await tried(screen, form, lambda: _number(screen, ticket, reason))
    if isinstance(shown, Trouble):
        return await _page(screen, ticket, shown)
    answer = await _page(screen, ticket, number=shown)
    answer.headers["refresh"] = f"{SHOWN_SECONDS}; url=/tickets/{ticket_id}"
    return answer


async def _number(screen: Screen, ticket: tickets.Ticket, reason: str) -> str:
    if ticket.reporter_id is None:
        raise Problem("members", 404, "not_found")
    known = await members.contacts_of(screen.asks, ticket.reporter_id)
    if known.phone is None:
        raise Problem("members", 409, "no_number")
    return (await members.reveal(screen.asks, ticket.reporter_id, known.phone.id, reason)).value


async def _page(
    screen: Screen, ticket: tickets.Ticket, trouble: Trouble | None = None, number: str | None = None
) -> Response:
    return await screen.show(
        "pages/reveal.html", ticket=ticket, trouble=trouble, number=number, reasons=REASONS, seconds=SHOWN_SECONDS,
        status=trouble.status if trouble else 200,
    )  # fmt: skip
