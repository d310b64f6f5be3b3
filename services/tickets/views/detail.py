"""One ticket, whole, as the one who asks may see it, with what she may do next."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import sentence
from services.tickets.domain.hidden import sees_reporter
from services.tickets.domain.permission import STAFF, TEXT_READERS, Who, movers
from services.tickets.domain.state import WORK, Move
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.watching import Why
from services.tickets.store import copies, task_forces, tickets
from services.tickets.store import watchers as watching
from services.tickets.store.reference import ZONE, load_reference
from services.tickets.store.tables import tickets as table
from services.tickets.views.rights import check_read
from services.tickets.views.rows import TicketRow

VERBS = {
    Move.CONFIRM: "confirm",
    Move.TRIAGE: "triage",
    Move.ASSIGN: "assign",
    Move.ACCEPT: "accept",
    Move.RETURN: "return",
    Move.RECORD_CONTACT: "record-contact",
    Move.START: "start",
    Move.RESOLVE: "resolve",
    Move.ANSWER_SOLVED: "answer",
    Move.REOPEN: "reopen",
    Move.REJECT: "reject",
    Move.WITHDRAW: "withdraw",
    Move.LINK: "link",
    Move.UNLINK: "unlink",
    Move.DELIBERATE: "deliberate",
    Move.ADOPT: "adopt",
    Move.DECLINE: "decline",
    Move.MERGE: "merge",
    Move.UNMERGE: "unmerge",
    Move.SPLIT: "split",
    Move.HAND_OVER: "hand-over",
    Move.TRANSFER: "transfer",
    Move.ADD_COHANDLER: "add-cohandler",
    Move.WAIT_FOR_RESIDENT: "wait-for-resident",
    Move.WAIT_FOR_EXTERNAL: "wait-for-external",
    Move.RESUME: "resume",
    Move.ASK_EXTENSION: "ask-extension",
    Move.EXTEND: "extend",
    Move.REFUSE_EXTENSION: "refuse-extension",
    Move.RETRACT: "retract",
    Move.NUDGE: "nudge",
    Move.CONCLUDE: "conclude",
    Move.LOOK_BACK: "look-back",
    Move.ACKNOWLEDGE: "acknowledge",
}
_VERIFIERS = frozenset({Who.OPERATOR, Who.SECRETARY, Who.LEADER, Who.MEMBER})


class Action(BaseModel):
    name: str
    allowed: bool
    why_not: str | None


class PlaceModel(BaseModel):
    building_id: UUID | None
    building: str | None
    unit: str
    floor: str
    room: str
    text: str
    lat: float | None = None
    long: float | None = None


class TaskForceModel(BaseModel):
    organization_id: UUID | None
    size: int
    person_ids: list[UUID]


class SourceModel(BaseModel):
    system: str
    key: str
    status: str


class TicketDetail(TicketRow):
    description: str
    community_id: UUID | None
    community: str | None
    where: PlaceModel
    result: str
    dues: dict[str, datetime | None]
    sentence: str
    correlation: UUID
    first_group_id: UUID | None
    arbiter_required: bool
    returns: int
    contacted_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    reopen_until: datetime | None
    proposed_decision: str | None
    task_force: TaskForceModel | None
    watchers: list[UUID]
    me_too: int
    answers: dict[str, Any]
    outside_area: bool
    merged_into: UUID | None
    tags: list[str]
    public_summary: str
    source: SourceModel | None
    possible_moves: list[str]
    actions: list[Action]


async def read(tx: Transaction, ticket_id: UUID) -> tuple[Ticket, frozenset[Who]]:
    """The ticket and how the reader stands to it; 404 or 403 otherwise."""
    row = (await tx.execute(select(table).where(table.c.id == ticket_id))).first()
    if row is None:
        raise Refused("ticket_unknown", status=404)
    ticket = tickets.with_words(tx, row)
    return ticket, await check_read(tx, ticket)


async def detail(tx: Transaction, ticket_id: UUID) -> TicketDetail:
    row = (await tx.execute(select(table).where(table.c.id == ticket_id))).first()
    if row is None:
        raise Refused("ticket_unknown", status=404)
    ticket = tickets.with_words(tx, row)
    found = await check_read(tx, ticket)
    with_words = bool(found & TEXT_READERS)
    ids = [id_ for id_ in (ticket.building_id, ticket.group_id, ticket.community_id) if id_ is not None]
    names = await copies.names(tx, ids)
    reference = await load_reference(tx)
    line = TicketRow.of(row, names, reference, tx.now, with_words=with_words)
    line = line.model_copy(update={"title": ticket.title if with_words else ""})
    if sees_reporter(ticket, found):
        line = line.model_copy(update={"reporter_id": ticket.reporter_id})
    group_name = names.get(ticket.group_id, "") if ticket.group_id else ""
    return TicketDetail(
        **line.model_dump(by_alias=True),
        **_words(ticket, names, with_words),
        community_id=ticket.community_id,
        community=names.get(ticket.community_id) if ticket.community_id else None,
        dues={"accept": ticket.dues.accept, "contact": ticket.dues.contact, "resolve": ticket.dues.resolve},
        sentence=sentence.plain(
            ticket.state,
            group=group_name,
            outcome=ticket.outcome,
            due_at=ticket.next_due[1],
            zone=ZONE,
            urgent=ticket.class_code == "urgent",
        ),
        **_facts(ticket),
        task_force=await _task_force(tx, ticket_id),
        watchers=await _watchers(tx, ticket_id, found),
        me_too=await watching.count(tx, ticket_id, Why.ME_TOO),
        merged_into=ticket.merged_into,
        answers=dict(ticket.answers) if with_words else {},
        outside_area=ticket.outside_area,
        possible_moves=[move.value for move in ticket.possible_moves],
        actions=actions(ticket, found),
    )


def actions(ticket: Ticket, found: frozenset[Who]) -> list[Action]:
    """What she may do, and of the rest why not."""
    standing = found | ({Who.VERIFIER} if found & _VERIFIERS else frozenset())
    return [_action(ticket, move, verb, standing) for move, verb in VERBS.items()] + [
        _beside(ticket, "request-task-force", bool(standing & {Who.LEADER})),
        _beside(ticket, "request-help", bool(standing & STAFF)),
    ]


def _action(ticket: Ticket, move: Move, verb: str, standing: frozenset[Who]) -> Action:
    if move not in ticket.possible_moves:
        return Action(name=verb, allowed=False, why_not=f"cannot_{move.value}_when_{ticket.state.value}")
    allowed = bool(standing & movers(move, ticket.state, hidden=ticket.hidden))
    return Action(name=verb, allowed=allowed, why_not=None if allowed else "not_permitted")


def _beside(ticket: Ticket, verb: str, permitted: bool) -> Action:
    if ticket.state not in WORK:
        return Action(name=verb, allowed=False, why_not=f"cannot_{verb.replace('-', '_')}_when_{ticket.state.value}")
    return Action(name=verb, allowed=permitted, why_not=None if permitted else "not_permitted")


def _words(ticket: Ticket, names: dict[UUID, str], shown: bool) -> dict[str, Any]:
    building = names.get(ticket.building_id) if ticket.building_id else None
    where = PlaceModel(building_id=ticket.building_id, building=building, unit="", floor="", room="", text="")
    if not shown:
        return {"description": "", "result": "", "where": where}
    whole = where.model_copy(
        update={"unit": ticket.unit, "floor": ticket.floor, "room": ticket.room, "text": ticket.place_text}
        | {"lat": ticket.lat, "long": ticket.long}
    )
    return {"description": ticket.description, "result": ticket.result, "where": whole}


def _facts(ticket: Ticket) -> dict[str, Any]:
    names = (
        "correlation",
        "first_group_id",
        "arbiter_required",
        "returns",
        "contacted_at",
        "resolved_at",
        "closed_at",
        "reopen_until",
        "proposed_decision",
        "public_summary",
    )
    source = None
    if ticket.source_system and ticket.source_key:
        source = SourceModel(system=ticket.source_system, key=ticket.source_key, status=ticket.source_status)
    return {name: getattr(ticket, name) for name in names} | {"tags": list(ticket.tags), "source": source}


async def _task_force(tx: Transaction, ticket_id: UUID) -> TaskForceModel | None:
    row = await task_forces.of_ticket(tx, ticket_id)
    return TaskForceModel.model_validate(row, from_attributes=True) if row else None


async def _watchers(tx: Transaction, ticket_id: UUID, found: frozenset[Who]) -> list[UUID]:
    """Staff see who watches, but no hidden reporter; anybody else only whether she does herself."""
    people = await watching.people(tx, ticket_id)
    if not found & STAFF:
        return [person for person in people if person == tx.actor.person_id]
    hidden = await watching.hidden_reporters(tx, ticket_id)
    return [person for person in people if person not in hidden]
