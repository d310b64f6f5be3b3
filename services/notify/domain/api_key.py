"""An API key: an organisation's client may send by it. What its type allows, and which numbers answer by themselves.

The key as its holder has it is `{name}-{organisation}-{secret}`, the two last being UUIDs; the secret signs tokens.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.notify.domain.message import Move

IN_USE: Final = "in_use"
REVOKED: Final = "revoked"


class KeyType(StrEnum):
    """What a key may do: send, send to the guest list only, or nothing but try out."""

    NORMAL = "normal"
    TEAM = "team"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key of one organisation; its secret lies sealed."""

    id: UUID
    community_id: UUID
    name: str
    type: KeyType
    secret_enc: bytes
    state: str
    created_by: str
    created_at: datetime
    revoked_at: datetime | None
    revision: int

    @property
    def simulates(self) -> bool:
        """Whether nothing leaves."""
        return self.type is KeyType.TEST


def written(name: str, community_id: UUID, secret: UUID) -> str:
    """The key as it is handed out, once."""
    return f"{name}-{community_id}-{secret}"


def parted(key: str) -> tuple[str, UUID, UUID]:
    """Name, organisation and secret of a written key; ValueError where it is none."""
    return key[:-74], UUID(key[-73:-37]), UUID(key[-36:])


@dataclass(frozen=True, slots=True)
class End:
    """How a simulated message ends, after it was taken."""

    move: Move
    reason: str = ""


DELIVERED: Final = End(Move.DELIVER)
SMOKE: Final[Mapping[str, End]] = {
    "+8612900000000": DELIVERED,
    "+8612900000001": End(Move.NO_REPORT, "no_report"),
    "+8612900000002": End(Move.BOUNCE, "undelivered"),
}
"""Numbers that are never allocated: each ends as it says, and nothing leaves."""


def simulated_end(address: str, *, test: bool) -> End | None:
    """How a message that must not leave ends; None for one that goes out."""
    return SMOKE.get(address) or (DELIVERED if test else None)
