"""What all facts of members share."""

from dataclasses import dataclass
from typing import Protocol, Self
from uuid import UUID

from pydantic import ConfigDict

from chassis.feed import Event


class Fact(Event):
    """Written with the names the contract has: `from` and `until`."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True, validate_by_name=True)


class _Saved(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def revision(self) -> int: ...
    @property
    def community_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class About:
    """What a fact speaks of. It is its own case, unless it belongs to another's."""

    id: UUID
    revision: int
    community_id: UUID | None
    correlation: UUID

    @classmethod
    def of(cls, saved: _Saved, *, correlation: UUID | None = None) -> Self:
        return cls(saved.id, saved.revision, saved.community_id, correlation or saved.id)
