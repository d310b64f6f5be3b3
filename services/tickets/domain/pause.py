"""Waiting that does not count, and time that was added: both read from the history of a round."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.calendar import WORKING_DAY, Calendar
from services.tickets.domain.state import WAITING, Move, target
from services.tickets.domain.ticket import Step, Ticket

BUDGET = 7 * WORKING_DAY
EXTENSIONS_MAX = 2
WAITING_MOVES = frozenset({Move.WAIT_FOR_RESIDENT, Move.WAIT_FOR_EXTERNAL})


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the resolve clock stood. While it lasts, `end` is the instant at which it ends by itself."""

    start: datetime
    end: datetime


def pauses(steps: Sequence[Step], calendar: Calendar) -> list[Pause]:
    """The pauses of a round in their order, those that touch made one. None is longer than what was left of the
    budget, nor than what was asked for, however late the word came that ended it."""
    found: list[Pause] = []
    waiting: Pause | None = None
    left = BUDGET
    for step in steps:
        if waiting is not None and step.state_to not in WAITING:
            waiting = replace(waiting, end=min(waiting.end, step.at))
            left -= calendar.working_between(waiting.start, waiting.end)
            _join(found, waiting)
            waiting = None
        if step.move in WAITING_MOVES:
            until = datetime.fromisoformat(step.details["until"])
            used_up = calendar.after_working(step.at, left) if left else step.at
            waiting = Pause(step.at, min(until, used_up))
    if waiting is not None:
        _join(found, waiting)
    return found


def _join(found: list[Pause], pause: Pause) -> None:
    if found and found[-1].end == pause.start:
        found[-1] = replace(found[-1], end=pause.end)
    elif pause.end > pause.start:
        found.append(pause)


def budget_left(steps: Sequence[Step], calendar: Calendar) -> timedelta:
    """Working time that may still be waited in this round."""
    used = sum((calendar.working_between(each.start, each.end) for each in pauses(steps, calendar)), timedelta())
    return BUDGET - used


def wait(
    ticket: Ticket, move: Move, *, until: datetime, reason: str, left: timedelta, by: UUID, at: datetime
) -> Ticket:
    """The resident's word, or somebody outside, is waited for until a day; the clock stands as long."""
    target(ticket.state, move, ticket.barred)
    if not reason.strip():
        raise Refused("reason_needed", status=422, errors=[{"pointer": "/reason", "code": "required"}])
    if until <= at:
        raise Refused("until_impossible", status=422, errors=[{"pointer": "/until", "code": "impossible"}])
    if left <= timedelta():
        raise Refused("pause_budget_used", missing=["pause_budget"])
    return ticket.moved(move, at=at, by=by, details={"until": until.isoformat()}, waiting_until=until)


def resume(ticket: Ticket, *, cause: str, by: UUID | None, at: datetime) -> Ticket:
    """The word came, the day is there, or the budget is used up: the clock goes on."""
    return ticket.moved(Move.RESUME, at=at, by=by, reason=cause)


# Extensions ------------------------------------------------------------------------------------------------------


def granted(steps: Sequence[Step]) -> timedelta:
    """What was added to the limit of this round, in the unit of its clock."""
    return sum((_amount(step) for step in steps if step.move is Move.EXTEND), timedelta())


def asked(steps: Sequence[Step]) -> int:
    """How often more time was asked for in this round."""
    return sum(step.move is Move.ASK_EXTENSION for step in steps)


def undecided(steps: Sequence[Step]) -> Step | None:
    """The question for more time that nobody has answered yet."""
    deciding = (Move.ASK_EXTENSION, Move.EXTEND, Move.REFUSE_EXTENSION)
    last = next((step for step in reversed(steps) if step.move in deciding), None)
    return last if last is not None and last.move is Move.ASK_EXTENSION else None


def ask_extension(
    ticket: Ticket,
    steps: Sequence[Step],
    *,
    amount: timedelta,
    limit: timedelta,
    due: datetime,
    reason: str,
    by: UUID,
    at: datetime,
) -> Ticket:
    """The leader asks in time for more of it: at most twice a round, and never for more than the limit itself."""
    target(ticket.state, Move.ASK_EXTENSION, ticket.barred)
    if not reason.strip():
        raise Refused("reason_needed", status=422, errors=[{"pointer": "/reason", "code": "required"}])
    if at >= due:
        raise Refused("asked_too_late", missing=["time"])
    if undecided(steps) is not None:
        raise Refused("extension_undecided")
    if asked(steps) >= EXTENSIONS_MAX:
        raise Refused("extensions_used_up")
    if not timedelta() < amount <= limit:
        raise Refused("extension_too_long", status=422, errors=[{"pointer": "/minutes", "code": "too_long"}])
    details = {"minutes": round(amount.total_seconds() / 60), "no": asked(steps) + 1}
    return ticket.moved(Move.ASK_EXTENSION, at=at, by=by, details=details)


def decide_extension(
    ticket: Ticket, steps: Sequence[Step], move: Move, *, by: UUID | None, at: datetime, due: datetime
) -> Ticket:
    """The secretary grants what was asked, or not; what nobody has decided when the limit ends is refused."""
    target(ticket.state, move, ticket.barred)
    question = undecided(steps)
    if question is None:
        raise Refused("no_extension_asked")
    if move is Move.EXTEND and at >= due:
        raise Refused("decided_too_late")
    return ticket.moved(move, at=at, by=by, details=dict(question.details))


def _amount(step: Step) -> timedelta:
    return timedelta(minutes=int(step.details["minutes"]))
