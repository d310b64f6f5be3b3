"""C4: how far is it, and who does the next step? One conversation, the clock, and the moves on offer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import members, notify, tickets
from console.ask.asks import Asks
from console.ask.client import Problem, Unheard
from console.names import NOBODY, Names, names_of
from console.pages.conversation import conversation
from console.pages.moves import BY_NAME, NOTE, TABLE, Move, body_of, missing
from console.posted import PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import ClockView, Trouble, Turn, clock_of

router = APIRouter()
MESSAGES_MAX = 100


@dataclass(frozen=True, slots=True)
class Offered:
    """A move tickets offers, or does not, and why."""

    move: Move
    allowed: bool
    why_not: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """The ticket as it stands, with its clock and what may be done with it."""

    ticket: tickets.Ticket
    etag: str | None
    clock: ClockView
    clocks: tickets.Clocks | None
    names: Names
    offered: tuple[Offered, ...]
    as_of: datetime

    @property
    def allowed(self) -> tuple[Offered, ...]:
        return tuple(one for one in self.offered if one.allowed)

    @property
    def refused(self) -> tuple[Offered, ...]:
        return tuple(one for one in self.offered if not one.allowed and one.why_not)

    def may(self, name: str) -> bool:
        return any(one.move.name == name for one in self.allowed)


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation; without notify it goes on, and says so."""

    turns: tuple[Turn, ...]
    without_messages: bool
    as_of: datetime


@router.get("/tickets/{ticket_id}")
async def ticket_page(screen: OperatorScreen, ticket_id: UUID) -> Response:
    return await _page(screen, ticket_id)


@router.post("/tickets/{ticket_id}/moves/{name}")
async def make_move(screen: OperatorScreen, ticket_id: UUID, name: str, form: PostedForm) -> Response:
    """One move, under the etag of what was shown; a refusal keeps every word of the form."""
    move = BY_NAME.get(name)
    if move is None:
        raise Problem("tickets", 404, "not_found")
    required = screen.language.word("problem", "required")
    if faults := [(f"{name}-{field}", required) for field in missing(move, form.values)]:
        return await _page(screen, ticket_id, move=name, key=form.key, trouble=refused_here(form, 422, *faults))
    body = body_of(move, form.values, int(form.text("round") or 1))
    etag = None if move is NOTE else form.etag
    done = await tried(screen, form, lambda: tickets.move(screen.asks, ticket_id, name, body, key=form.key, etag=etag))
    if isinstance(done, Trouble):
        return await _page(screen, ticket_id, move=name, key=form.key, trouble=done)
    return screen.to(f"/tickets/{ticket_id}", f"done_{name}")


async def _page(
    screen: Screen, ticket_id: UUID, *, move: str = "", key: str = "", trouble: Trouble | None = None
) -> Response:
    """The main panel first: it tells the case, its group and its community, which the others are asked by."""
    try:
        known, _ = await tickets.ticket(screen.asks, ticket_id)
    except Unheard:
        known = None
    seconds = screen.names_seconds
    wanted = {"work": Wanted("tickets", lambda asks: _work(asks, ticket_id, seconds))}
    if known is not None:
        case = known.case_id
        wanted |= {
            "talk": Wanted("tickets", lambda asks: _talk(asks, screen, ticket_id, case), side=True),
            "reason": Wanted("tickets", lambda asks: tickets.assignments(asks, ticket_id), side=True),
            "neighbours": Wanted("tickets", lambda asks: _same_building(asks, known), side=True),
            "groups": Wanted("members", members.groups, side=True),
            "team": Wanted("members", lambda asks: _team(asks, known), side=True),
            "categories": Wanted("tickets", tickets.categories, side=True),
        }
    topics = {f"subject:{ticket_id}"} | ({f"correlation:{known.case_id}"} if known else set())
    return await screen.show(
        "pages/ticket.html", wanted, topics=topics, ticket_id=ticket_id, tried_move=move, key=key, trouble=trouble,
        status=trouble.status if trouble else 200,
    )  # fmt: skip


async def _work(asks: Asks, ticket_id: UUID, seconds: float) -> Work:
    ticket, etag = await tickets.ticket(asks, ticket_id)
    try:
        clocks: tickets.Clocks | None = await tickets.clocks(asks, ticket_id)
    except (Problem, Unheard):
        clocks = None
    now = clocks.as_of if clocks else ticket.filed_at
    names = await names_of(asks, [ticket.handler_id, ticket.reporter_id], seconds=seconds)
    clock = clock_of(ticket.due_at, ticket.state_type, now) if clocks else ClockView("none")
    return Work(ticket, etag, clock, clocks, names, _offered(ticket), now)


def _offered(ticket: tickets.Ticket) -> tuple[Offered, ...]:
    told = {action.name.replace("-", "_"): action for action in ticket.actions}
    return tuple(Offered(move, told[move.name].allowed, told[move.name].why_not) for move in TABLE if move.name in told)


async def _talk(asks: Asks, screen: Screen, ticket_id: UUID, case: UUID) -> Talk:
    timeline = await tickets.timeline(asks, ticket_id)
    messages, without = await _messages(asks, ticket_id, case)
    people = [event.actor_id for event in timeline.items] + [one.person_id for one in messages]
    names = await names_of(asks, people, seconds=screen.names_seconds) if people else NOBODY
    turns = conversation(timeline.items, messages, names, screen.language)
    return Talk(turns, without, timeline.as_of)


async def _messages(asks: Asks, ticket_id: UUID, case: UUID) -> tuple[tuple[notify.Message, ...], bool]:
    try:
        told = await notify.messages(asks, correlation=case, limit=MESSAGES_MAX)
    except (Problem, Unheard):
        return (), True
    return tuple(one for one in told.items if one.about in (None, ticket_id)), False


async def _same_building(asks: Asks, known: tickets.Ticket) -> tickets.Rows | None:
    building = known.building_id or (known.place.building_id if known.place else None)
    return await tickets.found(asks, {"building_id": str(building)}, limit=6) if building else None


async def _team(asks: Asks, known: tickets.Ticket) -> Any:
    """Who may be named handler: the members of the group that has the ticket."""
    return await members.group_members(asks, known.group_id) if known.group_id else None
