"""A session: the opaque secret somebody signed in with, and how long it is good for."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

IDLE = timedelta(minutes=30)
LIFE = timedelta(hours=12)
KEPT = timedelta(days=30)
TOKEN_LIFE = timedelta(minutes=5)
AUDIENCES = frozenset({"members", "tickets", "funds", "notify", "console"})


class Level(StrEnum):
    AAL1 = "aal1"
    AAL2 = "aal2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`kept` on one's own device, with one factor only: it may then sleep for thirty days."""

    id: UUID
    person_id: UUID
    account_id: UUID | None
    level: Level
    authenticated_at: datetime
    created_at: datetime
    last_used_at: datetime
    kept: bool = False
    ended_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        return self.created_at + (KEPT if self.kept else LIFE)

    def good(self, at: datetime) -> bool:
        awake = self.kept or at < self.last_used_at + IDLE
        return self.ended_at is None and awake and at < self.expires_at

    def confirmed(self, at: datetime) -> "Session":
        """The second factor was shown again."""
        return replace(self, level=Level.AAL2, authenticated_at=at, last_used_at=at)


def session(
    id: UUID, person_id: UUID, account_id: UUID | None, level: Level, *, at: datetime, keep: bool = False
) -> Session:
    """A new session. Only a sign-in with one factor may be kept: two factors open too much."""
    return Session(
        id=id,
        person_id=person_id,
        account_id=account_id,
        level=level,
        authenticated_at=at,
        created_at=at,
        last_used_at=at,
        kept=keep and level is Level.AAL1,
    )
