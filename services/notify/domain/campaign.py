"""A campaign (群发): one text to many, loaded, checked, approved by another person, and run.

Who starts it says how many it will reach and what it will cost, as she was shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from chassis.refused import Refused

RECIPIENTS_ALONE_MAX: Final = 500
APPROVED_CLASSES: Final = frozenset({"promotion"})
CLASSES_SENT: Final = frozenset({"notice", "mutual-aid", "promotion"})
LOOKED_BACK: Final = 500
FAILED_PERCENT_MAX: Final = 20


class State(StrEnum):
    """Where a campaign is."""

    DRAFT = "draft"
    LOADING = "loading"
    READY = "ready"
    APPROVED = "approved"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What may happen to a campaign."""

    LOAD = "load"
    LOADED = "loaded"
    APPROVE = "approve"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    FINISH = "finish"
    CANCEL = "cancel"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.DRAFT: {Move.LOAD: State.LOADING, Move.CANCEL: State.CANCELLED},
        State.LOADING: {Move.LOADED: State.READY, Move.CANCEL: State.CANCELLED},
        State.READY: {Move.APPROVE: State.APPROVED, Move.START: State.RUNNING, Move.CANCEL: State.CANCELLED},
        State.APPROVED: {Move.START: State.RUNNING, Move.CANCEL: State.CANCELLED},
        State.RUNNING: {Move.PAUSE: State.PAUSED, Move.FINISH: State.FINISHED, Move.CANCEL: State.CANCELLED},
        State.PAUSED: {Move.RESUME: State.RUNNING, Move.CANCEL: State.CANCELLED},
        State.FINISHED: {},
        State.CANCELLED: {},
    }
)


class RowState(StrEnum):
    """What one row of a campaign's file is good for."""

    NEW = "new"
    GOOD = "good"
    BAD = "bad"
    DUPLICATE = "duplicate"
    QUEUED = "queued"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One text to many.

    `recipients`, `billable` (parts a carrier charges) and `suppressed` (refusals already known) are what the check
    of the rows found. `checked` and `position` are the last row that was checked, and that became a message.
    """

    id: UUID
    name: str
    community_id: UUID
    template: str
    template_version: int
    message_class: str
    state: State
    reason: str
    created_by: UUID
    created_at: datetime
    approved_by: UUID | None = None
    started_by: UUID | None = None
    running_since: datetime | None = None
    progressed_at: datetime | None = None
    closed_at: datetime | None = None
    rows: int = 0
    bad: int = 0
    duplicates: int = 0
    recipients: int = 0
    billable: int = 0
    suppressed: int = 0
    unknown_columns: Sequence[str] = ()
    checked: int = 0
    position: int = 0
    correlation: UUID
    revision: int = 1

    @property
    def needs_approval(self) -> bool:
        """Whether nobody may start it on her own."""
        return self.recipients > RECIPIENTS_ALONE_MAX or self.message_class in APPROVED_CLASSES

    def moved(self, move: Move, **changes: Any) -> "Campaign":
        """The campaign after a move of the table, or a refusal that names both."""
        if move not in MOVES[self.state]:
            raise Refused(f"cannot_{move}_when_{self.state}", possible_moves=[m.value for m in MOVES[self.state]])
        return replace(self, state=MOVES[self.state][move], **changes)


def approved(campaign: Campaign, *, by: UUID) -> Campaign:
    """Another person than the one who made it agrees."""
    after = campaign.moved(Move.APPROVE, approved_by=by)
    if by == campaign.created_by:
        raise Refused("two_people")
    return after


def started(campaign: Campaign, *, recipients: int, billable: int, by: UUID, at: datetime) -> Campaign:
    """It runs, if who starts it was shown the counts that hold, and another person has agreed where one must."""
    after = campaign.moved(Move.START, reason="", started_by=by, running_since=at, progressed_at=at)
    if campaign.state is State.READY and campaign.needs_approval:
        raise Refused("approval_needed")
    if (recipients, billable) != (campaign.recipients, campaign.billable):
        raise Refused("counts_changed", recipients=campaign.recipients, billable=campaign.billable)
    return after


def failing(failed: int) -> bool:
    """Whether too many of the last 500 whose outcome is known have failed."""
    return failed * 100 > FAILED_PERCENT_MAX * LOOKED_BACK
