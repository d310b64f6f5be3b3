"""The rarer ways on and out: taken back, asked again, concluded, thanked, objected to, looked at once more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.calendar import Calendar
from services.tickets.domain.follow_up import ROUND_OF_THE_SECRETARY, FollowUp, next_round
from services.tickets.domain.state import Move, State, target
from services.tickets.domain.ticket import REOPEN_DAYS, Step, Ticket

LOOK_BACK_AFTER = timedelta(days=28)
LOOK_BACK_SHARE = 10
ALWAYS_LOOKED_BACK_AT = frozenset({"hardship", "care", "fire"})
HOLDS, AGAIN = "holds", "again"
LOOK_BACK_RESULTS = frozenset({HOLDS, AGAIN, "not_reached"})


def retract(ticket: Ticket, *, by: UUID, at: datetime) -> Ticket:
    """It is not done after all; nobody has been asked yet."""
    return ticket.moved(Move.RETRACT, at=at, by=by, result="", resolved_at=None)


def nudge(ticket: Ticket, history: Sequence[Step], calendar: Calendar, *, by: UUID | None, at: datetime) -> Ticket:
    """The resident asks again, once a local day."""
    target(ticket.state, Move.NUDGE, ticket.barred)
    last = next((step.at for step in reversed(history) if step.move is Move.NUDGE), None)
    if last is not None and calendar.local_day(last) == calendar.local_day(at):
        raise Refused("nudged_today")
    return ticket.moved(Move.NUDGE, at=at, by=by)


def conclude(ticket: Ticket, *, finding: str, by: UUID, at: datetime) -> Ticket:
    """After two rounds in vain the secretary ends it with a written finding; it counts as not solved."""
    target(ticket.state, Move.CONCLUDE, ticket.barred)
    if ticket.round < ROUND_OF_THE_SECRETARY:
        raise Refused("too_early_to_conclude", missing=["round"])
    if not finding.strip():
        raise Refused("finding_needed", status=422, errors=[{"pointer": "/finding", "code": "required"}])
    return ticket.moved(Move.CONCLUDE, at=at, by=by, closed_at=at, outcome="unsolved", satisfaction=None)


def concluded(follow_up: FollowUp, *, by: UUID, at: datetime) -> FollowUp:
    """The answer of a round that was ended: the secretary's own word is that it was not solved."""
    return replace(
        follow_up,
        answered_at=at,
        answered_by="secretary",
        person_id=by,
        channel="desk",
        solved="unsolved",
        reason="other",
    )


def acknowledge(ticket: Ticket, *, by: UUID, at: datetime) -> Ticket:
    """Praise is passed on to those it is for."""
    return ticket.moved(Move.ACKNOWLEDGE, at=at, by=by, closed_at=at, outcome="thanked", satisfaction=None)


def check_objection(
    ticket: Ticket, history: Sequence[Step], *, by: UUID | None, by_reporter: bool, at: datetime
) -> None:
    """A refusal may be objected to once, in thirty days; not by the one who refused."""
    target(ticket.state, Move.REOPEN, ticket.barred)
    if any(step.move is Move.REOPEN and step.state_from is State.REJECTED for step in history):
        raise Refused("objected_already")
    if by_reporter and ticket.closed_at is not None and at > ticket.closed_at + timedelta(days=REOPEN_DAYS):
        raise Refused("reopening_has_ended")
    if by is not None and by in rejecters(history):
        raise Refused("not_independent")


def objected(ticket: Ticket, *, by: UUID | None, at: datetime) -> Ticket:
    """The refused matter is on the desk again, for somebody else to decide."""
    again = next_round(ticket, Move.REOPEN, by=by, at=at, reason="objection", details={})
    return replace(again, group_id=None, group_path=(), first_group_id=None)


def rejecters(history: Sequence[Step]) -> set[UUID]:
    """Who has refused this matter; she does not decide about an objection to it."""
    return {step.actor_id for step in history if step.move is Move.REJECT and step.actor_id is not None}


def is_looked_back_at(ticket: Ticket) -> bool:
    """What concerns those who depend on help, always; of all else every tenth, chosen by the ticket's id."""
    if ticket.reporter_id is None:
        return False
    return ticket.category in ALWAYS_LOOKED_BACK_AT or ticket.id.int % LOOK_BACK_SHARE == 0


def look_back(ticket: Ticket, *, result: str, by: UUID, at: datetime) -> Ticket:
    target(ticket.state, Move.LOOK_BACK, ticket.barred)
    if result not in LOOK_BACK_RESULTS:
        raise Refused("result_unknown", status=422, errors=[{"pointer": "/result", "code": "unknown"}])
    if ticket.closed_at is not None and at < ticket.closed_at + LOOK_BACK_AFTER:
        raise Refused("too_early_to_look_back", missing=["time"])
    return ticket.moved(Move.LOOK_BACK, at=at, by=by, reason=result)
