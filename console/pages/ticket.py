"""C4: how far is it, and who does the next step? One conversation, the clock, and the moves on offer."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import tickets
from console.ask.asks import Asks
from console.ask.client import Answer, Problem
from console.once import Once
from console.pages import ticket_panels as panels
from console.pages.listing import walk
from console.pages.moves import BY_NAME, NO_ETAG, Move, body_of, missing
from console.posted import PostedForm, refused_here, tried
from console.screen import Ask, OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
REVEALERS = ("secretary", "operator", "leader")  # who may ask members for a number; members decides
MEDIATORS = ("secretary", "leader")
LEDGER_READERS = ("operator", "message_manager", "auditor")


@router.get("/tickets/{ticket_id}")
async def ticket_page(screen: OperatorScreen, ticket_id: UUID, list: str | None = None) -> Response:
    """`list` is the address of the list it was opened from."""
    return await page(screen, ticket_id, address=list)


@router.post("/tickets/{ticket_id}/moves/{name}")
async def make_move(screen: OperatorScreen, ticket_id: UUID, name: str, form: PostedForm) -> Response:
    """One move, under the etag of what was shown; a refusal keeps every word of the form."""
    move = BY_NAME.get(name)
    if move is None:
        raise Problem("tickets", 404, "not_found")
    address = form.values.get("_list")
    required = screen.language.word("problem", "required")
    if faults := [(f"{name}-{field}", required) for field in missing(move, form.values)]:
        trouble = refused_here(form, 422, *faults)
        return await page(screen, ticket_id, move=name, key=form.key, trouble=trouble, address=address)
    body = body_of(move, form.values, int(form.text("round") or 1), ZoneInfo(screen.parts.settings.zone))
    etag = None if name in NO_ETAG else form.etag

    async def send() -> Answer:
        with_ids = await numbers_as_ids(screen.asks, move, body)
        return await tickets.move(screen.asks, ticket_id, name, with_ids, key=form.key, etag=etag)

    done = await tried(screen, form, send)
    if isinstance(done, Trouble):
        faulty = replace(done, faults=tuple(replace(one, name=f"{name}-{one.name}") for one in done.faults))
        return await page(screen, ticket_id, move=name, key=form.key, trouble=faulty, address=address)
    return screen.to(ticket_path(ticket_id, address), f"done_{name}")


def ticket_path(ticket_id: UUID, address: str | None) -> str:
    """The ticket with the way back to its list."""
    return f"/tickets/{ticket_id}" if address is None else f"/tickets/{ticket_id}?{urlencode({'list': address})}"


async def numbers_as_ids(asks: Asks, move: Move, body: dict[str, Any]) -> dict[str, Any]:
    """People know a ticket by its number; tickets takes its id."""
    named = {field.name: body[field.name] for field in move.fields if field.kind == "ticket" and field.name in body}
    return body | {name: await id_of(asks, number, name) for name, number in named.items()}


async def id_of(asks: Asks, number: str, field: str) -> str:
    """The one ticket of this number."""
    found = (await tickets.found(asks, {"number": number}, limit=2)).items
    if len(found) != 1:
        raise Problem("tickets", 422, "ticket_unknown", errors=({"pointer": f"/{field}", "code": "ticket_unknown"},))
    return str(found[0].id)


async def page(
    screen: Screen, ticket_id: UUID, *, move: str = "", key: str = "", trouble: Trouble | None = None,
    address: str | None = None,
) -> Response:  # fmt: skip
    case = Once(lambda asks: panels.case(asks, ticket_id, screen.names_seconds))
    said = Once(lambda asks: tickets.timeline(asks, ticket_id))
    known = await panels.or_none_unless_gone(case, screen.asks)
    wanted = _panels(screen, ticket_id, case, said)
    if address is not None:
        wanted["walk"] = Wanted("tickets", lambda asks: walk(asks, address, ticket_id), side=True)
    topics = {f"subject:{ticket_id}"} | ({f"correlation:{known.ticket.case_id}"} if known else set())
    person = screen.person
    return await screen.show(
        "pages/ticket.html", wanted, topics=topics, ticket_id=ticket_id, case_topics=" ".join(sorted(topics)),
        tried_move=move, key=key, trouble=trouble, address=address, may_reveal=person.holds(*REVEALERS),
        may_mediate=person.holds(*MEDIATORS), may_release=person.holds("operator"),
        may_consents=person.holds(*LEDGER_READERS), lives_here=person.holds("leader", "member"),
        may_remove=person.holds("operator", "secretary"), person_id=person.person_id,
        status=trouble.status if trouble else 200,
    )  # fmt: skip


def _panels(
    screen: Screen, ticket_id: UUID, case: Once[panels.Case], said: Once[tickets.Timeline]
) -> dict[str, Wanted]:
    def side(ask: Ask, source: str = "tickets") -> Wanted:
        return Wanted(source, ask, side=True)

    return {
        "work": Wanted("tickets", lambda asks: panels.work(asks, case, said)),
        "facts": side(case),
        "talk": side(lambda asks: panels.talk(asks, screen, case, said)),
        "files": side(lambda asks: panels.files(asks, ticket_id)),
        "links": side(lambda asks: panels.links_of(asks, case)),
        "visits": side(lambda asks: panels.visits_of(asks, ticket_id, screen.names_seconds)),
        "reason": side(lambda asks: tickets.assignments(asks, ticket_id)),
        "money": side(lambda asks: panels.money(asks, ticket_id), "funds"),
        "neighbours": side(lambda asks: panels.neighbours(asks, case)),
    }
