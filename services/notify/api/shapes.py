"""What the native API answers: ids, states and codes; numbers masked, words only where a reader stands on record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.notify.domain.message import MOVES, Move, State


class Shape(BaseModel):
    """An answer: the fields named here and no others."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        return cls.model_validate(row)


class Moved(BaseModel):
    """A command's answer."""

    id: UUID
    state: str
    revision: int

    @classmethod
    def of(cls, thing: Any) -> Self:
        return cls(id=thing.id, state=str(thing.state), revision=thing.revision)


class MessageShape(Shape):
    """One message."""

    id: UUID
    notification_id: UUID
    state: str
    reason: str
    channel: str
    message_class: str = Field(serialization_alias="class")
    priority: int
    template: str
    rule: str
    person_id: UUID | None
    about: UUID | None
    round: int
    purpose: str
    correlation: UUID
    community_id: UUID | None
    due_at: datetime
    valid_until: datetime
    waiting_for: str
    segments: int
    billable: int
    attempt: int
    extra: int
    possible_duplicate: bool
    created_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    revision: int


class Report(Shape):
    """What a provider said later."""

    status: str
    code: str
    at: datetime | None


class SubmissionShape(Shape):
    """One call to one provider; `id` is our client_ref."""

    id: UUID
    attempt: int
    provider: str
    state: str
    provider_ref: str | None
    code: str
    billed: int | None
    claimed_at: datetime
    closed_at: datetime | None
    reports: list[Report]


class Action(BaseModel):
    """What may be done, or why not."""

    name: str
    allowed: bool
    why_not: str | None


class MessageDetail(MessageShape):
    """One message with its submissions and what an operator may do."""

    submissions: list[SubmissionShape]
    actions: list[Action]


class NotificationShape(Shape):
    """One rule applied to one event for one person."""

    id: UUID
    event_id: UUID
    event_type: str
    rule: str
    person_id: UUID | None
    about: UUID | None
    round: int
    purpose: str
    correlation: UUID
    community_id: UUID | None
    created_at: datetime


class NotificationDetail(NotificationShape):
    """With the trace of its decision and its messages."""

    trace: list[dict[str, Any]]
    messages: list[MessageShape]


class OptionShape(Shape):
    """One possible answer."""

    key: str
    code: str
    label: str


class AnswerShape(Shape):
    """One answer that came."""

    revision: int
    option: str
    channel: str
    received_id: UUID | None
    late: bool
    at: datetime


class PromptShape(Shape):
    """One question to one person."""

    id: UUID
    state: str
    about: UUID
    about_type: str
    round: int
    purpose: str
    person_id: UUID
    options: list[OptionShape]
    ext: str | None = Field(serialization_alias="extension")
    expires_at: datetime | None
    asked_at: datetime | None
    closed_at: datetime | None
    correlation: UUID
    community_id: UUID | None
    created_at: datetime
    revision: int


class PromptDetail(PromptShape):
    """With its answers."""

    answers: list[AnswerShape]


class ReceivedShape(Shape):
    """One text that came, without its words."""

    id: UUID
    at: datetime
    outcome: str
    reason: str
    person_id: UUID | None
    prompt_id: UUID | None
    hints: list[UUID]


class ReceivedDetail(ReceivedShape):
    """With its words, for a reader who stands on record."""

    text: str
    number: str


def actions_of(state: str, reason: str, extra: int) -> list[Action]:
    """What an operator may do with a parked message, as the table and its guards say."""
    shown = (Move.RETRY, Move.CLOSE)
    return [_action(move, state, reason, extra) for move in shown]


def _action(move: Move, state: str, reason: str, extra: int) -> Action:
    allowed = move in MOVES[State(state)] and not (move is Move.RETRY and reason == "outcome_unknown" and extra > 0)
    return Action(name=str(move), allowed=allowed, why_not=None if allowed else f"cannot_{move}_when_{state}")
