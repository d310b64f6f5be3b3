"""Asking the resident afterwards: when, what each answer means, and which answers act. Only she, or a verifier, can say
"solved"."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.calendar import Calendar
from services.tickets.domain.profile import Kind
from services.tickets.domain.state import AWAITING, Move, State, target
from services.tickets.domain.ticket import Ticket

ASK_AFTER = timedelta(hours=1)
REMIND_AFTER = timedelta(hours=24)
CALL_AFTER = timedelta(hours=72)
GIVE_UP_AFTER = timedelta(days=7)
ASKING_FROM, ASKING_UNTIL = time(8), time(20, 30)
ROUND_OF_THE_SECRETARY = 3
NOT_STATED = "not_stated"
REASONS = frozenset({"nobody_contacted", "partly", "again", "attitude", "slow", "other", NOT_STATED})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one digit says: whether it is solved, how satisfied she is, and so whether the round is over."""

    solved: str
    satisfaction: str | None
    move: Move


ANSWERS: Mapping[str, Meaning] = {
    "solved_satisfied": Meaning("solved", "satisfied", Move.ANSWER_SOLVED),
    "solved_mostly": Meaning("solved", "fairly_satisfied", Move.ANSWER_SOLVED),
    "solved_dissatisfied": Meaning("solved", "dissatisfied", Move.ANSWER_UNSOLVED),
    "unsolved": Meaning("unsolved", None, Move.ANSWER_UNSOLVED),
}


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The asking of one round; at most one answer of a round acts."""

    id: UUID
    ticket_id: UUID
    round: int
    asks: int = 0
    asked_at: datetime | None = None
    undelivered: bool = False
    answered_at: datetime | None = None
    answered_by: str | None = None
    person_id: UUID | None = None
    channel: str | None = None
    solved: str | None = None
    satisfaction: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    option: str
    by: UUID | None
    answered_by: str
    channel: str
    reason: str = NOT_STATED


def ask_at(calendar: Calendar, resolved_at: datetime) -> datetime:
    """An hour later, moved into the hours in which one may write to a resident."""
    return in_daylight(calendar, resolved_at + ASK_AFTER)


def in_daylight(calendar: Calendar, moment: datetime) -> datetime:
    """The moment itself, or the next at which one may write to a resident or ring her up."""
    due = moment.astimezone(calendar.zone)
    if due.time() < ASKING_FROM:
        due = calendar.at(due.date(), ASKING_FROM)
    elif due.time() > ASKING_UNTIL:
        due = calendar.at(due.date() + timedelta(days=1), ASKING_FROM)
    return due.astimezone(moment.tzinfo)


def is_asked_once_only(kind: Kind) -> bool:
    """A question that was answered is followed up by one question; nobody is reminded or rung up."""
    return kind is Kind.INQUIRY


def remind(follow_up: FollowUp) -> FollowUp:
    """A day without a word: the same question once more."""
    return replace(follow_up, asks=follow_up.asks + 1)


def ask(ticket: Ticket, follow_up: FollowUp, *, at: datetime) -> tuple[Ticket, FollowUp]:
    asked = ticket.moved(Move.ASK, at=at, by=None, details={"ask_no": follow_up.asks + 1})
    return asked, replace(follow_up, asks=follow_up.asks + 1, asked_at=at)


def why_it_cannot_act(ticket: Ticket, follow_up: FollowUp | None, round_: int) -> str | None:
    """An answer acts on the round it was asked about, while that round waits for one; else this word says why not."""
    if round_ != ticket.round or follow_up is None:
        return "old_round"
    if follow_up.answered_at is not None:
        return "already_answered"
    if ticket.state not in AWAITING:
        return "closed" if ticket.state is State.CLOSED else "not_asked"
    return None


def answer(ticket: Ticket, follow_up: FollowUp, given: Answer, *, at: datetime) -> tuple[Ticket, FollowUp]:
    """Solved closes the case; anything else opens the next round with the same group."""
    if given.reason not in REASONS:
        raise Refused("reason_unknown", status=422, errors=[{"pointer": "/reason", "code": "unknown"}])
    meaning = ANSWERS[given.option]
    target(ticket.state, meaning.move, ticket.barred)
    reopens = meaning.move is Move.ANSWER_UNSOLVED
    solved = "partly" if given.reason == "partly" and meaning.solved == "unsolved" else meaning.solved
    answered = replace(
        follow_up,
        answered_at=at,
        answered_by=given.answered_by,
        person_id=given.by,
        channel=given.channel,
        solved=solved,
        satisfaction=meaning.satisfaction,
        reason=given.reason if reopens else None,
    )
    details = {"option": given.option, "answered_by": given.answered_by, "channel": given.channel}
    if reopens:
        return next_round(ticket, meaning.move, by=given.by, at=at, reason=given.reason, details=details), answered
    closed = ticket.moved(
        meaning.move,
        at=at,
        by=given.by,
        details=details,
        closed_at=at,
        outcome=solved,
        satisfaction=meaning.satisfaction,
    )
    return closed, answered


def with_reason(follow_up: FollowUp, reason: str) -> FollowUp | None:
    """The second digit says why; it changes no state. Nothing when there is no reason to wait for."""
    if follow_up.reason != NOT_STATED or reason not in REASONS:
        return None
    solved = "partly" if reason == "partly" and follow_up.solved == "unsolved" else follow_up.solved
    return replace(follow_up, reason=reason, solved=solved)


def give_up(ticket: Ticket, *, at: datetime) -> Ticket:
    """Nobody answered: closed, and shown apart from the solved ones."""
    return ticket.moved(Move.GIVE_UP, at=at, by=None, closed_at=at, outcome="unanswered", satisfaction=None)


def reopen(
    ticket: Ticket,
    *,
    by: UUID,
    at: datetime,
    reason: str,
    by_reporter: bool,
    named_handler_id: UUID | None = None,
    another_handler: bool = False,
) -> Ticket:
    """The matter is back; a resident may say so for thirty days after the closing move, and ask for another handler."""
    target(ticket.state, Move.REOPEN, ticket.barred)
    if not reason.strip():
        raise Refused("reason_needed", status=422, errors=[{"pointer": "/reason", "code": "required"}])
    if by_reporter and ticket.reopen_until is not None and at > ticket.reopen_until:
        raise Refused("reopening_has_ended")
    if ticket.group_id is None:
        raise Refused("no_group_yet")
    details = {"another_handler": True} if another_handler else {}
    return next_round(
        ticket, Move.REOPEN, by=by, at=at, reason="reopened", details=details, named_handler_id=named_handler_id
    )


def verified(ticket: Ticket, *, by: UUID, at: datetime) -> Ticket:
    """A finding of a patrol: a later look at the same place says that it is gone."""
    return ticket.moved(
        Move.ANSWER_SOLVED, at=at, by=by, details={"answered_by": "patrol"}, closed_at=at, outcome="solved"
    )


def seen_solved(follow_up: FollowUp, *, by: UUID, at: datetime) -> FollowUp:
    """The verdict of a later look; nobody was asked, so nobody was satisfied or not."""
    return replace(follow_up, answered_at=at, answered_by="patrol", person_id=by, channel="patrol", solved="solved")


def check_independence(ticket: Ticket, person_id: UUID, leads_or_belongs: bool) -> None:
    """A verifier is nobody who handled the case or leads its group."""
    if person_id == ticket.handler_id or leads_or_belongs:
        raise Refused("not_independent")


def next_round(
    ticket: Ticket,
    move: Move,
    *,
    by: UUID | None,
    at: datetime,
    reason: str,
    details: Mapping[str, Any],
    named_handler_id: UUID | None = None,
) -> Ticket:
    return ticket.moved(
        move,
        at=at,
        by=by,
        reason=reason,
        details=details,
        new_round=True,
        handler_id=None,
        contacted_at=None,
        attempts=0,
        attempted_at=None,
        returns=0,
        arbiter_required=False,
        binding=False,
        resolved_at=None,
        closed_at=None,
        outcome=None,
        satisfaction=None,
        round_started_at=at,
        named_handler_id=named_handler_id,
        first_group_id=ticket.group_id,
    )
