"""A provider: who carries texts for us, under which account, how fast, and whether it may be used now."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.refused import Refused

PUSH_SECRET_CHARACTERS_MIN: Final = 22
KINDS: Final = frozenset({"aliyun", "tencent", "kannel", "twilio", "generic", "smtp", "wecom", "dingtalk"})
DIVIDED_KINDS: Final = frozenset({"kannel"})
"""Kinds to which we hand each segment by itself."""


class State(StrEnum):
    """Whether an operator lets it be used."""

    ACTIVE = "active"
    PAUSED = "paused"


class Move(StrEnum):
    """What an operator does with a provider."""

    PAUSE = "pause"
    RESUME = "resume"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {State.ACTIVE: {Move.PAUSE: State.PAUSED}, State.PAUSED: {Move.RESUME: State.ACTIVE}}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One account at one provider.

    `in_flight`: calls at once. `rate`: calls a second over all our processes (a segment counts one), 0 for no limit.
    `credentials` hold what its kind needs to sign and to prove pushes; `push_secret` stands in the address it pushes
    to. `options` say what is particular to it: a generic provider's templates and field map, a bind that takes UCS-2
    only.
    """

    id: str
    kind: str
    base_url: str
    in_flight: int
    rate: int = 0
    state: State = State.ACTIVE
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    push_secret: str = field(default="", repr=False)
    push_addresses: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    left_out_until: datetime | None = None
    left_out_for: str = ""
    revision: int = 1

    @property
    def uuid(self) -> UUID:
        """Its name where only a UUID may stand: in the record of acts and in answers to commands."""
        return uuid5(NAMESPACE_URL, f"yihu:provider:{self.id}")

    def moved(self, move: Move) -> "Provider":
        """The provider after a move of the table."""
        if move not in MOVES[self.state]:
            raise Refused(f"cannot_{move}_when_{self.state}")
        return replace(self, state=MOVES[self.state][move])

    def usable(self, at: datetime) -> bool:
        """Neither paused nor resting after it said that it takes nothing now."""
        return self.state is State.ACTIVE and (self.left_out_until is None or self.left_out_until <= at)
