"""A submission: one call to one provider. Its id is our reference (`client_ref`), which the provider gives back.

An outcome is written only while it is claimed or unknown, so a late answer never undoes a delivery report.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from chassis.refused import Refused

LEASE_SECONDS: Final = 60
LEFT_OUT_SECONDS: Final = 300
CALL_WITHIN_SECONDS: Final = 20
NO_REPORT_HOURS: Final = 72
FIRST_QUESTIONS_SECONDS: Final = (15, 60, 180, 600)
LATER_QUESTION_SECONDS: Final = 600
CANNOT_SAY_SECONDS_MAX: Final = 3_600


class State(StrEnum):
    """Where one call stands."""

    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


class Move(StrEnum):
    """What may become of one call."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    LOST = "lost"
    MISSED = "missed"
    DELIVER = "deliver"
    BOUNCE = "bounce"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.CLAIMED: {
            Move.ACCEPTED: State.SUBMITTED,
            Move.REFUSED: State.REFUSED,
            Move.LOST: State.UNKNOWN,
        },
        State.UNKNOWN: {
            Move.ACCEPTED: State.SUBMITTED,
            Move.REFUSED: State.REFUSED,
            Move.MISSED: State.NOT_FOUND,
        },
        State.SUBMITTED: {Move.DELIVER: State.DELIVERED, Move.BOUNCE: State.UNDELIVERED},
        State.REFUSED: {},
        State.NOT_FOUND: {Move.ACCEPTED: State.SUBMITTED},
        State.DELIVERED: {},
        State.UNDELIVERED: {},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One call, with the fence (`attempt`) that keeps a sleeper from writing over a later one."""

    id: UUID
    message_id: UUID
    attempt: int
    segment: int
    provider: str
    state: State
    code: str
    provider_ref: str | None
    billed: int | None
    claimed_at: datetime
    lease_until: datetime
    asked: int
    ask_at: datetime | None
    closed_at: datetime | None
    sender: str = ""

    def moved(self, move: Move, **changes: Any) -> "Submission":
        """The submission after a move of the table."""
        if move not in MOVES[self.state]:
            raise Refused(f"cannot_{move}_when_{self.state}")
        return replace(self, state=MOVES[self.state][move], **changes)

    @property
    def open(self) -> bool:
        """Whether an outcome may still be written."""
        return self.state in (State.CLAIMED, State.UNKNOWN)


class Standing(StrEnum):
    """How one attempt, all its segments together, stands."""

    CALLING = "calling"
    UNKNOWN = "unknown"
    SUBMITTED = "submitted"
    DELIVERED = "delivered"
    REFUSED = "refused"
    FAILED = "failed"


def standing(parts: Collection[Submission]) -> Standing:
    """Submitted when every segment is, delivered when all are; refused only when none was taken."""
    states = {part.state for part in parts}
    if State.CLAIMED in states:
        return Standing.CALLING
    if State.UNKNOWN in states:
        return Standing.UNKNOWN
    if states == {State.DELIVERED}:
        return Standing.DELIVERED
    if states == {State.REFUSED}:
        return Standing.REFUSED
    return Standing.SUBMITTED if states <= {State.SUBMITTED, State.DELIVERED} else Standing.FAILED


def standings(calls: Iterable[Submission]) -> dict[int, Standing]:
    """How each attempt of one message stands."""
    attempts: dict[int, list[Submission]] = {}
    for call in calls:
        attempts.setdefault(call.attempt, []).append(call)
    return {attempt: standing(parts) for attempt, parts in sorted(attempts.items())}


def lost(submission: Submission, *, code: str, at: datetime) -> Submission:
    """No readable answer: from now on only questions, a delivery report or an operator settle it."""
    first = at + timedelta(seconds=FIRST_QUESTIONS_SECONDS[0])
    return submission.moved(Move.LOST, code=code, asked=0, ask_at=first)


def next_question_at(claimed_at: datetime, asked: int) -> datetime:
    """When the resolver asks for the n-th time: 15 s, 1, 3 and 10 min after the claim, then every 10 min."""
    if asked < len(FIRST_QUESTIONS_SECONDS):
        return claimed_at + timedelta(seconds=FIRST_QUESTIONS_SECONDS[asked])
    beyond = asked - len(FIRST_QUESTIONS_SECONDS) + 1
    return claimed_at + timedelta(seconds=FIRST_QUESTIONS_SECONDS[-1] + beyond * LATER_QUESTION_SECONDS)
