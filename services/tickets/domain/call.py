"""Ringing a resident up: a task that somebody claims who did not do the work, and what came of each try."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.calendar import Calendar

CALLS_MAX = 2
CLAIM_LASTS = timedelta(minutes=30)
MORNING, NOON = time(8), time(12)


class CallPurpose(StrEnum):
    FOLLOW_UP = "follow_up"
    LOOK_BACK = "look_back"


class CallState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    CANCELLED = "cancelled"


class CallResult(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True, slots=True)
class CallTask:
    """One matter to ring about: one per round and purpose."""

    id: UUID
    ticket_id: UUID
    round: int
    purpose: CallPurpose
    why: str
    state: CallState
    opened_at: datetime
    not_before: datetime
    claimed_by: UUID | None = None
    claimed_until: datetime | None = None
    calls: int = 0
    revision: int = 1

    @property
    def is_over(self) -> bool:
        return self.state in (CallState.DONE, CallState.CANCELLED)


def why_not_claimed(task: CallTask, at: datetime) -> str:
    """What a claim that found nothing met; somebody who is not independent finds nothing either."""
    if task.is_over:
        return f"cannot_claim_when_{task.state.value}"
    if task.state is CallState.CLAIMED and task.claimed_until is not None and task.claimed_until > at:
        return "claimed_already"
    return "too_early" if task.not_before > at else "not_independent"


def record(task: CallTask, result: CallResult, calendar: Calendar, *, by: UUID, at: datetime) -> CallTask:
    """One try. Unanswered, the next one is made on another half-day; after the second the task is over."""
    if task.is_over:
        raise Refused(f"cannot_record_when_{task.state.value}")
    if task.state is not CallState.CLAIMED or task.claimed_by != by:
        raise Refused("not_claimed")
    tried = replace(task, calls=task.calls + 1, claimed_by=None, claimed_until=None)
    if result is not CallResult.NO_ANSWER or tried.calls >= CALLS_MAX:
        return replace(tried, state=CallState.DONE)
    return replace(tried, state=CallState.OPEN, not_before=next_half_day(calendar, at))


def next_half_day(calendar: Calendar, moment: datetime) -> datetime:
    """The afternoon after a morning, the next morning after an afternoon."""
    local = moment.astimezone(calendar.zone)
    if local.time() < NOON:
        return calendar.at(local.date(), NOON).astimezone(moment.tzinfo)
    return calendar.at(local.date() + timedelta(days=1), MORNING).astimezone(moment.tzinfo)
