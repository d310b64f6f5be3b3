"""Walks: planned, running, then done, missed or cancelled; every checkpoint gets a look or a reason."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused

MISSED_AFTER = timedelta(hours=2)


class RoundState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


class RoundMove(StrEnum):
    START = "start"
    CHECK = "check"
    FINISH = "finish"
    MISS = "miss"
    CANCEL = "cancel"


class CheckResult(StrEnum):
    OK = "ok"
    FINDING = "finding"
    SKIPPED = "skipped"


ROUND_MOVES: Mapping[RoundState, Mapping[RoundMove, RoundState]] = {
    RoundState.PLANNED: {
        RoundMove.START: RoundState.RUNNING,
        RoundMove.MISS: RoundState.MISSED,
        RoundMove.CANCEL: RoundState.CANCELLED,
    },
    RoundState.RUNNING: {
        RoundMove.CHECK: RoundState.RUNNING,
        RoundMove.FINISH: RoundState.DONE,
        RoundMove.CANCEL: RoundState.CANCELLED,
    },
    RoundState.DONE: {},
    RoundState.MISSED: {},
    RoundState.CANCELLED: {},
}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place looked at on the walk."""

    id: UUID
    label: str
    area_id: UUID | None


@dataclass(frozen=True, slots=True)
class PatrolRound:
    id: UUID
    patrol_id: UUID
    starts_at: datetime
    ends_at: datetime
    person_ids: tuple[UUID, ...]
    state: RoundState = RoundState.PLANNED
    started_at: datetime | None = None
    finished_at: datetime | None = None
    reason: str = ""
    revision: int = 0

    def moved(self, move: RoundMove) -> "PatrolRound":
        if move not in ROUND_MOVES[self.state]:
            possible = [each.value for each in ROUND_MOVES[self.state]]
            raise Refused(f"cannot_{move.value}_when_{self.state.value}", possible_moves=possible)
        return replace(self, state=ROUND_MOVES[self.state][move])

    @property
    def minutes(self) -> int:
        if self.started_at is None or self.finished_at is None:
            return 0
        return round((self.finished_at - self.started_at).total_seconds() / 60)


def plan(round_: PatrolRound, *, minimum_people: int) -> PatrolRound:
    if round_.ends_at <= round_.starts_at:
        raise Refused("window_impossible", status=422, errors=[{"pointer": "/ends_at", "code": "impossible"}])
    if len(set(round_.person_ids)) < minimum_people:
        raise Refused("too_few_people", status=422, errors=[{"pointer": "/person_ids", "code": "too_few"}])
    return round_


def start(round_: PatrolRound, *, at: datetime) -> PatrolRound:
    return replace(round_.moved(RoundMove.START), started_at=at)


def check(round_: PatrolRound, result: CheckResult, reason: str) -> PatrolRound:
    """A place may be passed over, with a reason."""
    checked = round_.moved(RoundMove.CHECK)
    if result is CheckResult.SKIPPED and not reason.strip():
        raise Refused("reason_needed", status=422, errors=[{"pointer": "/reason", "code": "required"}])
    return checked


def check_noted(round_: PatrolRound, noted_at: datetime, *, at: datetime) -> datetime:
    """What was noted without a network carries its own time: of this walk, and never of the future."""
    if noted_at > at or (round_.started_at is not None and noted_at < round_.started_at):
        raise Refused("check_time_impossible", status=422, errors=[{"pointer": "/at", "code": "impossible"}])
    return noted_at


def finish(round_: PatrolRound, *, open_checkpoints: list[str], at: datetime) -> PatrolRound:
    finished = round_.moved(RoundMove.FINISH)
    if open_checkpoints:
        raise Refused("checkpoints_open", missing=open_checkpoints)
    return replace(finished, finished_at=at)


def miss(round_: PatrolRound) -> PatrolRound:
    return round_.moved(RoundMove.MISS)


def cancel(round_: PatrolRound, *, reason: str) -> PatrolRound:
    cancelled = round_.moved(RoundMove.CANCEL)
    if not reason.strip():
        raise Refused("reason_needed", status=422, errors=[{"pointer": "/reason", "code": "required"}])
    return replace(cancelled, reason=reason)
