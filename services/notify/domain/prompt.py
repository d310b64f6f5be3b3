"""A prompt: a question that expects a reply. Asked again, it is another message of the same prompt.

It reports which option was chosen; what that means is the owner's business.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from chassis.refused import Refused

HELD_AFTER_CLOSE_HOURS: Final = 72
LETTERS: Final = "ABCDEFGHJKLMPQSUVWXYZ"
"""What tells the open questions of one number apart; I and O look like digits, R, T and N are ways out."""


class State(StrEnum):
    """Where a question is."""

    PLANNED = "planned"
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Move(StrEnum):
    """What may happen to a question."""

    ASK = "ask"
    ANSWER = "answer"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    LATE_ANSWER = "late_answer"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.PLANNED: {
            Move.ASK: State.OPEN,
            Move.WITHDRAW: State.WITHDRAWN,
            Move.EXPIRE: State.EXPIRED,
        },
        State.OPEN: {
            Move.ASK: State.OPEN,
            Move.ANSWER: State.ANSWERED,
            Move.WITHDRAW: State.WITHDRAWN,
            Move.EXPIRE: State.EXPIRED,
        },
        State.ANSWERED: {Move.CHANGE: State.ANSWERED, Move.LATE_ANSWER: State.ANSWERED},
        State.WITHDRAWN: {Move.LATE_ANSWER: State.WITHDRAWN},
        State.EXPIRED: {Move.LATE_ANSWER: State.EXPIRED},
    }
)
CLOSED: Final = frozenset({State.ANSWERED, State.WITHDRAWN, State.EXPIRED})


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer: the digit and the words people send, and the code that the owner understands."""

    key: str
    code: str
    label: str
    label_en: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One question to one person about one thing in one round."""

    id: UUID
    about_type: str
    about: UUID
    round: int
    purpose: str
    person_id: UUID
    options: tuple[Option, ...]
    changeable: bool
    sender: str
    recipient_key: bytes | None
    ext: str | None
    ext_held: bool
    link_hash: bytes
    state: State
    valid_hours: int
    expires_at: datetime | None
    asked_at: datetime | None
    closed_at: datetime | None
    hinted: bool
    late_told: bool
    number: str
    category: str
    correlation: UUID
    community_id: UUID | None
    created_at: datetime
    revision: int
    letter: str | None = None

    def moved(self, move: Move, **changes: Any) -> "Prompt":
        """The prompt after a move of the table."""
        if move not in MOVES[self.state]:
            raise Refused(f"cannot_{move}_when_{self.state}")
        return replace(self, state=MOVES[self.state][move], **changes)

    def option(self, code: str) -> Option | None:
        return next((o for o in self.options if o.code == code), None)


def asked(prompt: Prompt, *, recipient_key: bytes, ext: str, letter: str | None, at: datetime) -> Prompt:
    """Put the question: extension and letter are taken with the claim, so that no reply can outrun them."""
    if prompt.state is State.OPEN and prompt.ext is not None:
        return prompt.moved(Move.ASK)
    expires_at = prompt.expires_at or at + timedelta(hours=prompt.valid_hours)
    return prompt.moved(
        Move.ASK,
        recipient_key=recipient_key,
        ext=ext,
        ext_held=True,
        letter=letter,
        asked_at=at,
        expires_at=expires_at,
    )


def shown(prompt: Prompt, *, at: datetime, also_asked: bool) -> Prompt:
    """Put the question in the tray, without an extension. Its time runs from there unless a text still asks it too."""
    if prompt.state is not State.PLANNED:
        return prompt
    expires_at = None if also_asked else at + timedelta(hours=prompt.valid_hours)
    return prompt.moved(Move.ASK, asked_at=at, expires_at=expires_at)


def asked_again(prompt: Prompt) -> Prompt:
    """The same question once more, in the thread it has."""
    return prompt.moved(Move.ASK)


def waits(prompt: Prompt, at: datetime) -> bool:
    """It has been asked and may still be answered in time."""
    return prompt.state is State.OPEN and not overdue(prompt, at)


def overdue(prompt: Prompt, at: datetime) -> bool:
    """Its time is over, whether or not the timer has noticed yet."""
    return prompt.state is State.OPEN and prompt.expires_at is not None and at >= prompt.expires_at


def reply(prompt: Prompt, *, at: datetime) -> tuple[Move, Prompt]:
    """Take an answer: the first one, a change where the question allows it, or one that came too late."""
    if prompt.state in (State.PLANNED, State.OPEN):
        move = Move.ANSWER
    elif prompt.state is State.ANSWERED and prompt.changeable and prompt.expires_at and at < prompt.expires_at:
        move = Move.CHANGE
    else:
        move = Move.LATE_ANSWER
    return move, prompt.moved(move, **({"closed_at": at} if move is Move.ANSWER else {}))


def withdrawn(prompt: Prompt, *, at: datetime) -> Prompt:
    """The matter went another way: the question is no longer asked."""
    return prompt.moved(Move.WITHDRAW, closed_at=at)


def expired(prompt: Prompt, *, at: datetime) -> Prompt:
    """Its time is over without an answer."""
    return prompt.moved(Move.EXPIRE, closed_at=at)


def smallest_free(held: Set[str], width: int) -> str | None:
    """The smallest extension that no question to this number holds; None when all are taken."""
    for number in range(1, 10**width):
        ext = f"{number:0{width}d}"
        if ext not in held:
            return ext
    return None


def smallest_letter(held: Set[str]) -> str | None:
    """The first letter that no question to this number holds; None when all are taken."""
    return next((letter for letter in LETTERS if letter not in held), None)
