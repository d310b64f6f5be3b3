"""Answers that many routes share."""

from collections.abc import Sequence
from typing import Protocol, Self
from uuid import UUID

from pydantic import BaseModel


class _Versioned(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def revision(self) -> int: ...


class Saved(BaseModel):
    """What a command has left behind. The revision is also the ETag."""

    id: UUID
    state: str
    revision: int

    @classmethod
    def of(cls, saved: _Versioned) -> Self:
        return cls(id=saved.id, state=str(getattr(saved, "state", "active")), revision=saved.revision)


class SavedMany(BaseModel):
    """What a command about many things has left behind."""

    items: list[Saved]

    @classmethod
    def of(cls, saved: Sequence[_Versioned]) -> Self:
        return cls(items=[Saved.of(one) for one in saved])


class Action(BaseModel):
    """A move that a detail view offers, or why it does not."""

    name: str
    allowed: bool
    why_not: str | None
