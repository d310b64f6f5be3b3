"""An emergency (紧急授权): a bounded authorisation by two people to reach everybody of an area at any hour.

It is laid over the class of a text, and ends by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from chassis.refused import Refused

HOURS_MAX: Final = 24


class State(StrEnum):
    """Where an emergency is."""

    REQUESTED = "requested"
    IN_FORCE = "in_force"
    ENDED = "ended"


class Move(StrEnum):
    """What may happen to an emergency."""

    APPROVE = "approve"
    END = "end"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.REQUESTED: {Move.APPROVE: State.IN_FORCE, Move.END: State.ENDED},
        State.IN_FORCE: {Move.END: State.ENDED},
        State.ENDED: {},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Who asked for it and why, who agreed, where and how long it is in force."""

    id: UUID
    state: State
    reason: str
    area_id: UUID
    hours: int
    template: str
    requested_by: UUID
    requested_at: datetime
    approved_by: UUID | None
    begins_at: datetime | None
    ends_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    correlation: UUID
    revision: int

    @property
    def community_id(self) -> UUID:
        """The area it holds for, as events name it."""
        return self.area_id

    def moved(self, move: Move, **changes: Any) -> "Emergency":
        """The emergency after a move of the table."""
        if move not in MOVES[self.state]:
            raise Refused(f"cannot_{move}_when_{self.state}")
        return replace(self, state=MOVES[self.state][move], **changes)


def approved(emergency: Emergency, *, by: UUID, at: datetime) -> Emergency:
    """Put it in force: another person must agree, and the time begins now."""
    if by == emergency.requested_by:
        raise Refused("two_people")
    ends_at = at + timedelta(hours=emergency.hours)
    return emergency.moved(Move.APPROVE, approved_by=by, begins_at=at, ends_at=ends_at)


def ended(emergency: Emergency, *, by: str, at: datetime) -> Emergency:
    """Over: by a person before its time, or by itself."""
    return emergency.moved(Move.END, ended_at=at, ended_by=by)
