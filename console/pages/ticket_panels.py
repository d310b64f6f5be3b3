"""The panels of a ticket's page: the case with what may be done, its talk, what belongs to it, its money."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from console.ask import attachments, categories, funds, links, members, notify, preview, tickets, visits
from console.ask.asks import Asks
from console.ask.client import Problem, Unheard
from console.names import Names, names_of
from console.once import Once, or_none
from console.pages.conversation import conversation
from console.pages.moves import DECIDING, PARTS, TABLE, Move, Part
from console.screen import Screen
from console.views import ClockView, Turn, clock_of

MESSAGES_MAX = 100
SAME_BUILDING_MAX = 6
CHOICES_SECONDS = 0.4


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
class Extension:
    """More time that was asked for and that nobody has answered yet."""

    minutes: int
    who: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Work:
    """What may be done with the case, and what its forms let choose from."""

    case: Case
    offered: tuple[Offered, ...]
    extension: Extension | None
    groups: members.Groups | None
    team: members.MemberList | None
    categories: categories.Categories | None
    as_of: datetime

    @property
    def allowed(self) -> tuple[Offered, ...]:
        return tuple(one for one in self.offered if one.allowed)

    def parts(self) -> tuple[tuple[Part, tuple[Offered, ...]], ...]:
        """The moves she may make, by what they are about."""
        sorted_in = ((part, tuple(one for one in self.allowed if one.move.part == part)) for part in PARTS)
        return tuple((part, moves) for part, moves in sorted_in if moves)

    @property
    def unit(self) -> str:
        """How the clock counts that more time is asked for."""
        clocks = self.case.clocks.clocks if self.case.clocks else ()
        return next((clock.unit for clock in clocks if clock.name == "resolve"), "")

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


async def case(asks: Asks, ticket_id: UUID, names_seconds: float) -> Case:
    (ticket, etag), clocks = await asyncio.gather(
        tickets.ticket(asks, ticket_id), or_none(tickets.clocks(asks, ticket_id))
    )
    now = clocks.as_of if clocks else ticket.filed_at
    clock = clock_of(ticket.due_at, ticket.state_type, now) if clocks else ClockView("none")
    names = await names_of(asks, [ticket.handler_id, ticket.reporter_id], seconds=names_seconds)
    return Case(ticket, etag, clocks, clock, names, now)


async def work(asks: Asks, case: Once[Case], said: Once[tickets.Timeline]) -> Work:
    """The moves first; what they choose from may be missing, then that choice is left out."""
    known = await case(asks)
    quick = asks.within(CHOICES_SECONDS)
    groups, team, sorts, timeline = await asyncio.gather(
        or_none(members.groups(quick)), _team(quick, known), or_none(categories.categories(quick)), or_none(said(quick))
    )
    extension = _undecided(timeline, known.names) if timeline else None
    return Work(known, _offered(known.ticket, extension is not None), extension, groups, team, sorts, known.as_of)


def _offered(ticket: tickets.Ticket, asked_for_more: bool) -> tuple[Offered, ...]:
    told = {action.name.replace("-", "_"): action for action in ticket.actions}
    known = [move for move in TABLE if asked_for_more or move.name not in DECIDING]
    offered = [(move, told[move.name]) for move in known if move.name in told]
    expected = next((move for move, one in offered if one.allowed and move.expected_in(ticket.state)), None)
    return tuple(Offered(move, one.allowed, one.why_not, move is expected) for move, one in offered)


def _undecided(timeline: tickets.Timeline, names: Names) -> Extension | None:
    """The last word about more time, where it is a question."""
    asked = [event for event in timeline.items if event.move == "ask_extension" or event.move in DECIDING]
    last = asked[-1] if asked else None
    if last is None or last.move in DECIDING:
        return None
    return Extension(int((last.details or {}).get("minutes") or 0), names.of(last.actor_id), last.at)


async def _team(asks: Asks, known: Case) -> members.MemberList | None:
    """Who may be named handler: the members of the group that has the ticket."""
    group = known.ticket.group_id
    return await or_none(members.group_members(asks, group)) if group else None


async def talk(asks: Asks, screen: Screen, case: Once[Case], said: Once[tickets.Timeline]) -> Talk:
    ticket = (await case(asks)).ticket
    timeline, messages = await asyncio.gather(said(asks), _messages(asks, ticket.case_id))
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


async def money(asks: Asks, ticket_id: UUID) -> Money:
    found = await funds.applications_of(asks, ticket_id)
    names = (await or_none(funds.names_of_funds(asks)) or {}) if found.items else {}
    return Money(found.items, names, found.as_of)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The cases that may be the same matter, and the others of its building."""

    similar: tuple[preview.Similar, ...]
    others: tuple[tickets.Row, ...]
    as_of: datetime


async def neighbours(asks: Asks, case: Once[Case]) -> Neighbours:
    known = await case(asks)
    ticket = known.ticket
    building = ticket.building_id or (ticket.where.building_id if ticket.where else None)
    if building is None:
        return Neighbours((), (), known.as_of)
    here = {"building_id": str(building)}
    rows, alike = await asyncio.gather(
        tickets.found(asks, here, limit=SAME_BUILDING_MAX), or_none(preview.similar_to(asks, ticket.id))
    )
    similar = alike.items if alike else ()
    shown = {ticket.id} | {one.id for one in similar}
    return Neighbours(similar, tuple(row for row in rows.items if row.id not in shown), rows.as_of)


@dataclass(frozen=True, slots=True)
class Joined:
    """The cases this one hangs together with; the three columns where there is more than one need."""

    case: Case
    items: tuple[links.Link, ...]
    whole: links.Whole | None
    as_of: datetime

    @property
    def may_unlink(self) -> bool:
        return any(action.allowed for action in self.case.ticket.actions if action.name == "unlink")


async def links_of(asks: Asks, case: Once[Case]) -> Joined:
    known = await case(asks)
    ticket_id = known.ticket.id
    found, whole = await asyncio.gather(links.links(asks, ticket_id), or_none(links.whole_case(asks, ticket_id)))
    joined = whole if whole and (whole.ideas or len(whole.needs) > 1) else None
    return Joined(known, found.items, joined, found.as_of)


async def files(asks: Asks, ticket_id: UUID) -> attachments.Attachments:
    return await attachments.of_ticket(asks, ticket_id)


@dataclass(frozen=True, slots=True)
class Visiting:
    visits: tuple[visits.Visit, ...]
    names: Names


async def visits_of(asks: Asks, ticket_id: UUID, seconds: float) -> Visiting:
    found = (await visits.of_ticket(asks, ticket_id)).items
    people = [one for visit in found for one in (visit.planned_by, visit.made_by)]
    return Visiting(found, await names_of(asks, people, seconds=seconds))
