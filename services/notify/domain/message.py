"""A message: one text to one address by one channel, for one notification, and everything that may become of it.

*Due* means that the decision says send. What is due ends in submitted, delivered, failed, or parked in plain sight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from chassis.refused import Refused

DELIVERY_BEATS_GUESS_DAYS: Final = 7
SMS: Final = "sms"
TRAY: Final = "tray"
ROBOT: Final = "robot"
EMAIL: Final = "email"
GUESSES: Final = frozenset({"no_report", "outcome_unknown"})


class State(StrEnum):
    """Where a message is."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    PARKED = "parked"
    SUBMITTED = "submitted"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What may happen to a message."""

    DEFER = "defer"
    SUPPRESS = "suppress"
    CLAIM = "claim"
    CANCEL = "cancel"
    EXPIRE = "expire"
    HOLD = "hold"
    ACCEPTED = "accepted"
    REFUSED_FOR_NOW = "refused_for_now"
    REFUSED = "refused"
    LOST = "lost"
    FOUND = "found"
    FOUND_REFUSED = "found_refused"
    RESEND = "resend"
    GIVE_UP = "give_up"
    ASK = "ask"
    RETRY = "retry"
    CLOSE = "close"
    DELIVER = "deliver"
    BOUNCE = "bounce"
    NO_REPORT = "no_report"


class OnUnknown(StrEnum):
    """What a class of message does when nobody can say whether it was sent."""

    NEVER = "never"
    ONCE = "once"
    ASK = "ask"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.QUEUED: {
            Move.DEFER: State.QUEUED,
            Move.SUPPRESS: State.SUPPRESSED,
            Move.CLAIM: State.CLAIMED,
            Move.CANCEL: State.CANCELLED,
            Move.EXPIRE: State.FAILED,
            Move.HOLD: State.PARKED,
        },
        State.CLAIMED: {
            Move.ACCEPTED: State.SUBMITTED,
            Move.REFUSED_FOR_NOW: State.QUEUED,
            Move.REFUSED: State.FAILED,
            Move.LOST: State.UNKNOWN,
            Move.HOLD: State.PARKED,
        },
        State.UNKNOWN: {
            Move.FOUND: State.SUBMITTED,
            Move.FOUND_REFUSED: State.FAILED,
            Move.RESEND: State.QUEUED,
            Move.GIVE_UP: State.FAILED,
            Move.ASK: State.PARKED,
            Move.HOLD: State.PARKED,
        },
        State.PARKED: {
            Move.RETRY: State.QUEUED,
            Move.CLOSE: State.FAILED,
            Move.CANCEL: State.CANCELLED,
            Move.EXPIRE: State.FAILED,
        },
        State.SUBMITTED: {
            Move.DELIVER: State.DELIVERED,
            Move.BOUNCE: State.FAILED,
            Move.NO_REPORT: State.FAILED,
        },
        State.DELIVERED: {},
        State.FAILED: {Move.DELIVER: State.DELIVERED},
        State.SUPPRESSED: {},
        State.CANCELLED: {},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One text on its way. `revision` counts its saves; `attempt` its submissions.

    `values_enc` are the values that an API call or a campaign's row gave, sealed; `resends` names the message it
    repeats; a `test` is simulated and never leaves. `trace` is the last decision, check by check;
    `language` that of the words chosen when it was claimed.
    """

    id: UUID
    notification_id: UUID
    channel: str
    person_id: UUID | None
    challenge_id: UUID | None = None
    to_enc: bytes | None = None
    recipient_key: bytes | None
    message_class: str
    topic: str
    on_unknown: OnUnknown
    priority: int
    rule: str
    template: str
    template_version: int
    prompt_id: UUID | None = None
    about: UUID | None
    round: int
    purpose: str
    facts: Mapping[str, Any] = field(hash=False)
    correlation: UUID
    community_id: UUID | None
    traceparent: str
    state: State = State.QUEUED
    reason: str = ""
    waiting_for: str = ""
    due_at: datetime
    valid_until: datetime
    attempt: int = 0
    extra: int = 0
    possible_duplicate: bool = False
    segments: int = 0
    billable: int = 0
    body_enc: bytes | None = None
    created_at: datetime
    submitted_at: datetime | None = None
    closed_at: datetime | None = None
    revision: int = 1
    values_enc: bytes | None = None
    reference: str = ""
    api_key_id: UUID | None = None
    campaign_id: UUID | None = None
    resends: UUID | None = None
    test: bool = False
    trace: Sequence[Mapping[str, Any]] = field(default=(), hash=False)
    emergency_id: UUID | None = None
    language: str = ""

    @property
    def announced(self) -> bool:
        """Whether the others hear of it: what a rule made for one person; API calls and campaigns are rows."""
        return bool(self.rule)

    def moved(self, move: Move, *, reason: str = "", **changes: Any) -> "Message":
        """The message after a move of the table, or a refusal that names both."""
        self._guard(move)
        return replace(self, state=MOVES[self.state][move], reason=reason, **changes)

    def may(self, move: Move) -> bool:
        """Whether the table and the guard allow a move."""
        try:
            self._guard(move)
        except Refused:
            return False
        return True

    def _guard(self, move: Move) -> None:
        if move not in MOVES[self.state] or not GUARDS.get(move, _always)(self):
            moves = [m.value for m in MOVES[self.state]]
            raise Refused(f"cannot_{move}_when_{self.state}", possible_moves=moves)


def deferred(message: Message, *, until: datetime, why: str) -> Message:
    """Wait for a better hour, but never beyond the time at which the text is worth nothing."""
    if until > message.valid_until:
        return message.moved(Move.SUPPRESS, reason=why)
    return message.moved(Move.DEFER, due_at=until, waiting_for=why)


def resent(message: Message, *, at: datetime) -> Message:
    """The one extra submission that a hidden answer allows, flagged for everybody to see."""
    return message.moved(Move.RESEND, due_at=at, extra=1, possible_duplicate=True)


def retried(message: Message, *, at: datetime) -> Message:
    """An operator has mended the cause. After an unknown outcome this is the one extra."""
    if message.reason != "outcome_unknown":
        return message.moved(Move.RETRY, due_at=at, waiting_for="")
    return message.moved(Move.RETRY, due_at=at, waiting_for="", extra=1, possible_duplicate=True)


def outcome_of_unknown(message: Message, *, at: datetime) -> Message:
    """Nobody knows whether it was sent: what its class says (`never`, `once`, `ask`)."""
    if message.on_unknown is OnUnknown.ASK:
        return message.moved(Move.ASK, reason="outcome_unknown")
    if message.may(Move.RESEND):
        return resent(message, at=at)
    return message.moved(Move.GIVE_UP, reason="outcome_unknown", closed_at=at)


def delivery_still_counts(message: Message, at: datetime) -> bool:
    """A real delivery report beats our own guess, for seven days."""
    return message.closed_at is None or at <= message.closed_at + timedelta(days=DELIVERY_BEATS_GUESS_DAYS)


def _always(_: Message) -> bool:
    return True


def _resendable(message: Message) -> bool:
    return message.on_unknown is OnUnknown.ONCE and message.extra == 0


def _gives_up(message: Message) -> bool:
    return message.on_unknown is OnUnknown.NEVER or message.extra == 1


def _asks(message: Message) -> bool:
    return message.on_unknown is OnUnknown.ASK


def _retryable(message: Message) -> bool:
    return message.reason != "outcome_unknown" or message.extra == 0


def _deliverable(message: Message) -> bool:
    return message.state is not State.FAILED or message.reason in GUESSES


GUARDS: Final = MappingProxyType(
    {
        Move.RESEND: _resendable,
        Move.GIVE_UP: _gives_up,
        Move.ASK: _asks,
        Move.RETRY: _retryable,
        Move.DELIVER: _deliverable,
    }
)
"""Conditions beyond the table: a guard says whether this message may make the move."""
