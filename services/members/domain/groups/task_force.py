"""A task force: a stated number of people for one job, named by the leader of the group."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused


class TaskForceState(StrEnum):
    REQUESTED = "requested"
    FORMED = "formed"


class TaskForceMove(StrEnum):
    FORM = "form"


MOVES: Mapping[TaskForceState, Mapping[TaskForceMove, TaskForceState]] = {
    TaskForceState.REQUESTED: {TaskForceMove.FORM: TaskForceState.FORMED},
    TaskForceState.FORMED: {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskForce:
    id: UUID
    organization_id: UUID
    community_id: UUID
    ticket_id: UUID
    correlation: UUID
    building_id: UUID | None
    size: int
    purpose_code: str
    state: TaskForceState = TaskForceState.REQUESTED
    person_ids: tuple[UUID, ...] = ()
    until: datetime | None = None
    revision: int = 0

    def moved(self, move: TaskForceMove) -> "TaskForce":
        target = MOVES[self.state].get(move)
        if target is None:
            raise Refused(f"cannot_{move}_when_{self.state}", possible_moves=sorted(MOVES[self.state]))
        return replace(self, state=target)


def formed(
    requested: TaskForce, named: Sequence[UUID], known: Collection[UUID], *, until: datetime | None, at: datetime
) -> TaskForce:
    """The people are named: exactly as many as were asked for, each once, all known in the community."""
    moved = requested.moved(TaskForceMove.FORM)
    errors = _errors(named, known)
    if len(named) != requested.size:
        errors.append({"pointer": "/person_ids", "code": "size_differs", "detail": f"{requested.size} were asked for"})
    if until is not None and until <= at:
        errors.append({"pointer": "/until", "code": "past", "detail": "lies in the past"})
    if errors:
        raise Refused(errors[0]["code"], status=422, errors=errors)
    return replace(moved, person_ids=tuple(named), until=until)


def _errors(named: Sequence[UUID], known: Collection[UUID]) -> list[dict[str, str]]:
    return [
        {"pointer": f"/person_ids/{index}", "code": why, "detail": why}
        for index, person_id in enumerate(named)
        if (why := "named_twice" if person_id in named[:index] else "" if person_id in known else "person_unknown")
    ]
