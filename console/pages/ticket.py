"""C4: how far is it, and who does the next step? One conversation, the clock, and the moves on offer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import funds, members, notify, tickets
from console.ask.asks import Asks
from console.ask.client import Answer, Problem, Unheard
from console.names import Names, names_of
from console.once import Once, or_none
from console.pages.conversation import conversation
from console.pages.listing import walk
from console.pages.moves import BY_NAME, NOTE, TABLE, Move, body_of, missing
from console.posted import PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import ClockView, Trouble, Turn, clock_of

router = APIRouter()
MESSAGES_MAX = 100
SAME_BUILDING_MAX = 6
CHOICES_SECONDS = 0.4
REVEALERS = ("secretary", "operator", "leader")  # who may ask members for a number; members decides


@dataclass(frozen=True, slots=True)
class Case:
    """The ticket as it stands, under the etag of what is shown."""

    ticket: tickets.Ticket
    etag: str | None
    clocks: tickets.Clocks | None
    clock: ClockView
    names: Names
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Offered:
    """A move tickets offers, or does not, and why."""

    move: Move
    allowed: bool
    why_not: str | None
    expected: bool = False  # what this state waits for: its form stands open


@dataclass(frozen=True, slots=True)
class Work:
    """What may be done with the case, and what its forms let choose from."""

    case: Case
    offered: tuple[Offered, ...]
    groups: members.Groups | None
    team: members.MemberList | None
    categories: tickets.Categories | None
    as_of: datetime

    @property
    def allowed(self) -> tuple[Offered, ...]:
        return tuple(one for one in self.offered if one.allowed)

    @property
    def refused(self) -> tuple[Offered, ...]:
        return tuple(one for one in self.offered if not one.allowed and one.why_not)


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation; without notify it goes on, and says so."""

    turns: tuple[Turn, ...]
    without_messages: bool
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Money:
    """What was asked of the funds for this case, as this reader may see it."""

    applications: tuple[funds.Application, ...]
    fund_names: Mapping[UUID, str]
    as_of: datetime


@router.get("/tickets/{ticket_id}")
async def ticket_page(screen: OperatorScreen, ticket_id: UUID, list: str | None = None) -> Response:
    """`list` is the address of the list it was opened from."""
    return await _page(screen, ticket_id, address=list)


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
        return await _page(screen, ticket_id, move=name, key=form.key, trouble=trouble, address=address)
    body = body_of(move, form.values, int(form.text("round") or 1))
    etag = None if move is NOTE else form.etag

    async def send() -> Answer:
        with_ids = await _numbers_as_ids(screen.asks, move, body)
        return await tickets.move(screen.asks, ticket_id, name, with_ids, key=form.key, etag=etag)

    done = await tried(screen, form, send)
    if isinstance(done, Trouble):
        faulty = replace(done, faults=tuple(replace(one, name=f"{name}-{one.name}") for one in done.faults))
        return await _page(screen, ticket_id, move=name, key=form.key, trouble=faulty, address=address)
    return screen.to(ticket_path(ticket_id, address), f"done_{name}")


def ticket_path(ticket_id: UUID, address: str | None) -> str:
    """The ticket with the way back to its list."""
    return f"/tickets/{ticket_id}" if address is None else f"/tickets/{ticket_id}?{urlencode({'list': address})}"


async def _numbers_as_ids(asks: Asks, move: Move, body: dict[str, Any]) -> dict[str, Any]:
    """People know a ticket by its number; tickets takes its id."""
    named = {field.name: body[field.name] for field in move.fields if field.kind == "ticket" and field.name in body}
    ids = {}
    for name, number in named.items():
        found = (await tickets.found(asks, {"number": number}, limit=2)).items
        if len(found) != 1:
            fault = {"pointer": f"/{name}", "code": "ticket_unknown"}
            raise Problem("tickets", 422, "ticket_unknown", errors=(fault,))
        ids[name] = str(found[0].id)
    return body | ids


async def _page(
    screen: Screen, ticket_id: UUID, *, move: str = "", key: str = "", trouble: Trouble | None = None,
    address: str | None = None,
) -> Response:  # fmt: skip
    case = Once(lambda asks: _case(asks, ticket_id, screen.names_seconds))
    known = await or_none_unless_gone(case, screen.asks)
    wanted = {
        "work": Wanted("tickets", lambda asks: _work(asks, case)),
        "facts": Wanted("tickets", case, side=True),
        "talk": Wanted("tickets", lambda asks: _talk(asks, screen, case), side=True),
        "reason": Wanted("tickets", lambda asks: tickets.assignments(asks, ticket_id), side=True),
        "money": Wanted("funds", lambda asks: _money(asks, ticket_id), side=True),
        "neighbours": Wanted("tickets", lambda asks: _same_building(asks, case), side=True),
    }
    if address is not None:
        wanted["walk"] = Wanted("tickets", lambda asks: walk(asks, address, ticket_id), side=True)
    topics = {f"subject:{ticket_id}"} | ({f"correlation:{known.ticket.case_id}"} if known else set())
    return await screen.show(
        "pages/ticket.html", wanted, topics=topics, ticket_id=ticket_id, case_topics=" ".join(sorted(topics)),
        tried_move=move, key=key, trouble=trouble, address=address, may_reveal=screen.person.holds(*REVEALERS),
        status=trouble.status if trouble else 200,
    )  # fmt: skip


async def or_none_unless_gone(case: Once[Case], asks: Asks) -> Case | None:
    """A case that is not there, or not hers, is the page's own 404; one that cannot be had is a calm box."""
    try:
        return await case(asks)
    except Problem as problem:
        if problem.status == 404:
            raise
        return None
    except Unheard:
        return None


async def _case(asks: Asks, ticket_id: UUID, names_seconds: float) -> Case:
    (ticket, etag), clocks = await asyncio.gather(
        tickets.ticket(asks, ticket_id), or_none(tickets.clocks(asks, ticket_id))
    )
    now = clocks.as_of if clocks else ticket.filed_at
    clock = clock_of(ticket.due_at, ticket.state_type, now) if clocks else ClockView("none")
    names = await names_of(asks, [ticket.handler_id, ticket.reporter_id], seconds=names_seconds)
    return Case(ticket, etag, clocks, clock, names, now)


async def _work(asks: Asks, case: Once[Case]) -> Work:
    """The moves first; what they choose from may be missing, then that choice is left out."""
    known = await case(asks)
    quick = asks.within(CHOICES_SECONDS)
    groups, team, categories = await asyncio.gather(
        or_none(members.groups(quick)), _team(quick, known), or_none(tickets.categories(quick))
    )
    return Work(known, _offered(known.ticket), groups, team, categories, known.as_of)


def _offered(ticket: tickets.Ticket) -> tuple[Offered, ...]:
    told = {action.name.replace("-", "_"): action for action in ticket.actions}
    offered = [(move, told[move.name]) for move in TABLE if move.name in told]
    expected = next((move for move, one in offered if one.allowed and move.expected_in(ticket.state)), None)
    return tuple(Offered(move, one.allowed, one.why_not, move is expected) for move, one in offered)


async def _team(asks: Asks, known: Case) -> members.MemberList | None:
    """Who may be named handler: the members of the group that has the ticket."""
    group = known.ticket.group_id
    return await or_none(members.group_members(asks, group)) if group else None


async def _talk(asks: Asks, screen: Screen, case: Once[Case]) -> Talk:
    ticket = (await case(asks)).ticket
    timeline, messages = await asyncio.gather(tickets.timeline(asks, ticket.id), _messages(asks, ticket.case_id))
    mine = [one for one in messages or () if one.about in (None, ticket.id)]
    people = [event.actor_id for event in timeline.items] + [one.person_id for one in mine]
    names = await names_of(asks, people, seconds=screen.names_seconds)
    return Talk(conversation(timeline.items, mine, names, screen.language), messages is None, timeline.as_of)


async def _messages(asks: Asks, case: UUID) -> tuple[notify.Message, ...] | None:
    """None: notify cannot be heard. A reader without the right to see texts sees the rest, and misses nothing."""
    try:
        return (await notify.messages(asks, correlation=case, limit=MESSAGES_MAX)).items
    except Problem as problem:
        return () if problem.status == 403 else None
    except Unheard:
        return None


async def _money(asks: Asks, ticket_id: UUID) -> Money:
    found = await funds.applications_of(asks, ticket_id)
    names = (await or_none(funds.names_of_funds(asks)) or {}) if found.items else {}
    return Money(found.items, names, found.as_of)


async def _same_building(asks: Asks, case: Once[Case]) -> tickets.Rows | None:
    ticket = (await case(asks)).ticket
    building = ticket.building_id or (ticket.where.building_id if ticket.where else None)
    return await tickets.found(asks, {"building_id": str(building)}, limit=SAME_BUILDING_MAX) if building else None
