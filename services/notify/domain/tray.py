"""The tray (站内信): a person's own inbox. An item goes one way, from new to archived; the first time counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID


class State(StrEnum):
    """How far a person has come with an item."""

    NEW = "new"
    SEEN = "seen"
    READ = "read"
    ARCHIVED = "archived"


class Move(StrEnum):
    """What a person does with an item."""

    SEE = "see"
    READ = "read"
    ARCHIVE = "archive"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.NEW: {Move.SEE: State.SEEN, Move.READ: State.READ, Move.ARCHIVE: State.ARCHIVED},
        State.SEEN: {Move.READ: State.READ, Move.ARCHIVE: State.ARCHIVED},
        State.READ: {Move.ARCHIVE: State.ARCHIVED},
        State.ARCHIVED: {},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One text in one person's tray. `change` orders all changes of her tray; a stream goes on after one of them."""

    id: UUID
    notification_id: UUID
    message_id: UUID
    person_id: UUID
    about: UUID | None
    round: int
    purpose: str
    prompt_id: UUID | None
    rule: str
    topic: str
    words_enc: bytes
    state: State
    correlation: UUID
    community_id: UUID | None
    created_at: datetime
    seen_at: datetime | None
    read_at: datetime | None
    archived_at: datetime | None
    change: int
    revision: int

    def moved(self, move: Move, *, at: datetime) -> "Item":
        """The item after a move; a move that leads nowhere from here has been made before, and changes nothing."""
        to = MOVES[self.state].get(move)
        if to is None:
            return self
        seen_at = self.seen_at or at
        match move:
            case Move.READ:
                return replace(self, state=to, seen_at=seen_at, read_at=at)
            case Move.ARCHIVE:
                return replace(self, state=to, seen_at=seen_at, archived_at=at)
            case Move.SEE:
                return replace(self, state=to, seen_at=seen_at)
