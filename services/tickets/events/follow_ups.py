"""Asking afterwards, and deadlines, as announced."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from services.tickets.domain.ticket import Ticket
from services.tickets.events.base import OTHER, SOMEBODY, SOON, TicketEvent, base

_ASKED = {"state": "following_up", "state_type": "awaiting", "follow_up_id": OTHER}


class _FollowUpEvent(TicketEvent):
    follow_up_id: UUID

    @classmethod
    def of(cls, ticket: Ticket, *, round_: int | None = None, **more: Any) -> Self:
        return cls(**base(ticket, round_=round_), **more)


class FollowUpAsked(_FollowUpEvent, type="tickets.follow_up_asked.v1"):
    """The resident is asked whether it was solved, or why not. `round` is the round asked about."""

    ask_no: int
    question: str
    valid_until: datetime
    EXAMPLE: ClassVar[dict[str, Any]] = {**_ASKED, "ask_no": 1, "question": "solved", "valid_until": SOON}


class FollowUpAnswered(_FollowUpEvent, type="tickets.follow_up_answered.v1"):
    """Somebody who may has answered for this round."""

    solved: str
    satisfaction: str | None
    reason: str | None
    answered_by: str
    EXAMPLE: ClassVar[dict[str, Any]] = {
        **_ASKED,
        "solved": "solved",
        "satisfaction": "satisfied",
        "reason": None,
        "answered_by": "reporter",
    }


class FollowUpExhausted(_FollowUpEvent, type="tickets.follow_up_exhausted.v1"):
    """Nobody answered in time."""

    EXAMPLE: ClassVar[dict[str, Any]] = {**_ASKED}


class FollowUpCancelled(_FollowUpEvent, type="tickets.follow_up_cancelled.v1"):
    """The question stands no longer: it was answered by another door, or the case is open again."""

    EXAMPLE: ClassVar[dict[str, Any]] = {**_ASKED}


class AnswerRefused(TicketEvent, type="tickets.answer_refused.v1"):
    """An answer came that could not act: stale, double or late. It is kept, and the person is told kindly."""

    person_id: UUID | None
    why: str
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "state": "closed",
        "state_type": "closed",
        "person_id": SOMEBODY,
        "why": "already_answered",
    }

    @classmethod
    def of(cls, ticket: Ticket, *, round_: int | None = None, **more: Any) -> Self:
        return cls(**base(ticket, round_=round_), **more)


class _Deadline(TicketEvent):
    clock: str
    threshold: int
    due_at: datetime
    level: int
    recipient_role: str
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "clock": "accept",
        "threshold": 80,
        "due_at": SOON,
        "level": 1,
        "recipient_role": "leader",
    }


class TicketDeadlineNear(_Deadline, type="tickets.ticket_deadline_near.v1"):
    """Most of a limit is used up."""


class TicketDeadlinePassed(_Deadline, type="tickets.ticket_deadline_passed.v1"):
    """A limit has ended."""


class TicketEscalated(_Deadline, type="tickets.ticket_escalated.v1"):
    """The next person up is told."""
