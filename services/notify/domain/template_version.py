"""A version of a template: written by one, approved by another, live until another takes its place.

Once submitted its words never change. One version per template is live; a queued message keeps the one it was planned
with, and every version stays addressable.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from chassis.refused import Refused


class State(StrEnum):
    """Where a version is."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    LIVE = "live"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class Move(StrEnum):
    """What may happen to a version."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    GO_LIVE = "go_live"
    REPLACE = "replace"
    RETIRE = "retire"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.DRAFT: {Move.SUBMIT: State.SUBMITTED},
        State.SUBMITTED: {Move.APPROVE: State.APPROVED, Move.REJECT: State.DRAFT},
        State.APPROVED: {Move.GO_LIVE: State.LIVE},
        State.LIVE: {Move.REPLACE: State.SUPERSEDED, Move.RETIRE: State.RETIRED},
        State.SUPERSEDED: {},
        State.RETIRED: {},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The words of one version and where it stands; a seeded one has neither author nor approver."""

    id: UUID
    name: str
    version: int
    bodies: Mapping[str, str]
    subjects: Mapping[str, str]
    author: UUID | None
    approver: UUID | None
    state: State
    note: str
    created_at: datetime
    revision: int

    def moved(self, move: Move, **changes: Any) -> "Version":
        """The version after a move of the table."""
        if move not in MOVES[self.state]:
            raise Refused(f"cannot_{move}_when_{self.state}")
        return replace(self, state=MOVES[self.state][move], **changes)


def edited(version: Version, *, bodies: Mapping[str, str], subjects: Mapping[str, str]) -> Version:
    """Other words, as long as nobody was asked to approve them."""
    if version.state is not State.DRAFT:
        raise Refused("version_immutable", detail=f"it is {version.state}")
    return replace(version, bodies=bodies, subjects=subjects)


def submitted(version: Version, *, missing: Collection[str]) -> Version:
    """Ask for approval, with nothing missing at any provider that sends filed texts only."""
    if missing and Move.SUBMIT in MOVES[version.state]:
        raise Refused("mapping_missing", status=422, detail=", ".join(sorted(missing)))
    return version.moved(Move.SUBMIT)


def approved(version: Version, *, by: UUID | None) -> Version:
    """Another person than the author says yes."""
    _refuse_author(version, by)
    return version.moved(Move.APPROVE, approver=by)


def rejected(version: Version, *, by: UUID | None, note: str) -> Version:
    """Another person than the author says no, and why: it is a draft again."""
    _refuse_author(version, by)
    return version.moved(Move.REJECT, note=note)


def retired(version: Version, *, used_by: Collection[str]) -> Version:
    """The live text is taken away; refused while a rule sends it."""
    if used_by and Move.RETIRE in MOVES[version.state]:
        raise Refused("template_in_use", detail=", ".join(sorted(used_by)))
    return version.moved(Move.RETIRE)


def _refuse_author(version: Version, by: UUID | None) -> None:
    if version.state is State.SUBMITTED and by in (None, version.author):
        raise Refused("two_people")


def of_seed(name: str, version: int, bodies: Mapping[str, str], *, id: UUID, at: datetime) -> Version:
    """A seeded version: live from the start, changed by migration only."""
    return Version(
        id=id,
        name=name,
        version=version,
        bodies=bodies,
        subjects={},
        author=None,
        approver=None,
        state=State.LIVE,
        note="",
        created_at=at,
        revision=1,
    )
