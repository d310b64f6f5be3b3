"""What lies at hand for a case: ready words, filled in with what the case says, and several commands as one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import at_hand, members, tickets
from console.ask.asks import Asks
from console.ask.client import Problem
from console.posted import Posted, PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
KEEPERS = ("operator", "secretary")
SORTS = (at_hand.MACROS, at_hand.REPLIES)


@dataclass(frozen=True, slots=True)
class AtHand:
    macros: at_hand.Macros
    replies: at_hand.Replies


@router.get("/tickets/{ticket_id}/at-hand")
async def page(screen: OperatorScreen, ticket_id: UUID) -> Response:
    return await _page(screen, ticket_id)


@router.post("/tickets/{ticket_id}/at-hand/replies/{reply_id}")
async def fill(screen: OperatorScreen, ticket_id: UUID, reply_id: UUID, form: PostedForm) -> Response:
    """The words come into the form of a note, where they are read once more before anybody gets them."""
    filled = await tried(screen, form, lambda: at_hand.fill(screen.asks, reply_id, ticket_id))
    if isinstance(filled, Trouble):
        return await _page(screen, ticket_id, trouble=filled)
    return await _page(screen, ticket_id, words=filled.text)


@router.post("/tickets/{ticket_id}/at-hand/macros/{macro_id}")
async def apply(screen: OperatorScreen, ticket_id: UUID, macro_id: UUID, form: PostedForm) -> Response:
    async def send() -> at_hand.Applied:
        (done,) = (await at_hand.apply(screen.asks, macro_id, [str(ticket_id)], key=form.key)).items
        if not done.done:
            raise Problem("tickets", 409, done.code or "refused")
        return done

    done = await tried(screen, form, send)
    if isinstance(done, Trouble):
        return await _page(screen, ticket_id, trouble=done)
    return screen.to(f"/tickets/{ticket_id}", "done_macro")


@router.post("/tickets/{ticket_id}/at-hand/replies")
async def keep_reply(screen: OperatorScreen, ticket_id: UUID, form: PostedForm) -> Response:
    required = screen.language.word("problem", "required")
    if faults := [(name, required) for name in ("name", "text") if not form.text(name)]:
        return await _page(screen, ticket_id, trouble=refused_here(form, 422, *faults))
    ticket, _ = await tickets.ticket(screen.asks, ticket_id)
    body = {"community_id": str(ticket.community_id), "name": form.text("name"), "text": form.text("text")}
    done = await tried(screen, form, lambda: at_hand.make(screen.asks, at_hand.REPLIES, body, key=form.key))
    if isinstance(done, Trouble):
        return await _page(screen, ticket_id, trouble=done)
    return screen.to(f"/tickets/{ticket_id}/at-hand", "done_kept")


@router.post("/tickets/{ticket_id}/at-hand/macros")
async def keep_macro(screen: OperatorScreen, ticket_id: UUID, form: PostedForm) -> Response:
    required = screen.language.word("problem", "required")
    commands = commands_of(form)
    faults = [] if form.text("macro_name") else [("macro_name", required)]
    if faults or not commands:
        return await _page(screen, ticket_id, trouble=refused_here(form, 422, *faults or [("steps", required)]))
    ticket, _ = await tickets.ticket(screen.asks, ticket_id)
    body = {"community_id": str(ticket.community_id), "name": form.text("macro_name"), "commands": commands}
    done = await tried(screen, form, lambda: at_hand.make(screen.asks, at_hand.MACROS, body, key=form.key))
    if isinstance(done, Trouble):
        return await _page(screen, ticket_id, trouble=done)
    return screen.to(f"/tickets/{ticket_id}/at-hand", "done_kept")


def commands_of(form: Posted) -> list[dict[str, Any]]:
    """The steps that were filled in, in the order in which a case goes its way."""
    steps: list[tuple[str, bool, dict[str, str]]] = [
        ("assign", bool(form.text("group_id")), {"group_id": form.text("group_id")}),
        ("record-contact", "contact" in form.ticked.get("steps", ()), {"result": "reached"}),
        ("start", "start" in form.ticked.get("steps", ()), {}),
        ("note", bool(form.text("note")), {"text": form.text("note"), "audience": "internal"}),
        ("resolve", bool(form.text("result")), {"result": form.text("result")}),
    ]
    return [{"verb": verb, "body": body} for verb, wanted, body in steps if wanted]


@router.post("/tickets/{ticket_id}/at-hand/{sort}/{one}/retire")
async def retire(screen: OperatorScreen, ticket_id: UUID, sort: str, one: UUID, form: PostedForm) -> Response:
    if sort not in SORTS:
        raise Problem("tickets", 404, "not_found")
    done = await tried(screen, form, lambda: at_hand.retire(screen.asks, sort, one, key=form.key))
    if isinstance(done, Trouble):
        return await _page(screen, ticket_id, trouble=done)
    return screen.to(f"/tickets/{ticket_id}/at-hand", "done_retired")


async def _page(screen: Screen, ticket_id: UUID, *, words: str = "", trouble: Trouble | None = None) -> Response:
    ticket, _ = await tickets.ticket(screen.asks, ticket_id)
    community = ticket.community_id

    async def at_hand_of(asks: Asks) -> AtHand:
        if community is None:
            return AtHand(at_hand.Macros(items=()), at_hand.Replies(items=()))
        return AtHand(await at_hand.macros(asks, community), await at_hand.replies(asks, community))

    return await screen.show(
        "pages/at_hand.html",
        {"at_hand": Wanted("tickets", at_hand_of), "groups": Wanted("members", members.groups, side=True)},
        values=trouble.values if trouble else {}, ticket=ticket, words=words, trouble=trouble,
        may_keep=screen.person.holds(*KEEPERS), status=trouble.status if trouble else 200,
    )  # fmt: skip
