"""A confidential case: few moves, made by few people, and nobody else is told that it exists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.follow_up import ANSWERS
from services.tickets.domain.state import STATE_TYPES, Move, State, StateType

CATEGORIES = frozenset({"counselling", "rights"})
COUNSELLORS_MAX = 2
GIVE_UP_AFTER = timedelta(days=7)
REOPEN_DAYS = 30
SMALLEST_COUNT = 5

CASE_MOVES: Mapping[State, Mapping[Move, State]] = {
    State.RECEIVED: {Move.ASSIGN: State.ASSIGNED},
    State.ASSIGNED: {Move.ACCEPT: State.ACCEPTED, Move.RECORD_CONTACT: State.ASSIGNED},
    State.ACCEPTED: {
        Move.RECORD_CONTACT: State.ACCEPTED,
        Move.START: State.IN_PROGRESS,
        Move.RESOLVE: State.RESOLVED,
    },
    State.IN_PROGRESS: {Move.RECORD_CONTACT: State.IN_PROGRESS, Move.RESOLVE: State.RESOLVED},
    State.RESOLVED: {
        Move.ANSWER_SOLVED: State.CLOSED,
        Move.ANSWER_UNSOLVED: State.ASSIGNED,
        Move.GIVE_UP: State.CLOSED,
        Move.REOPEN: State.ASSIGNED,
    },
    State.CLOSED: {Move.REOPEN: State.ASSIGNED},
}


@dataclass(frozen=True, slots=True)
class CaseStep:
    seq: int
    round: int
    move: Move
    state_to: State
    at: datetime
    actor_id: UUID | None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    id: UUID
    community_id: UUID | None
    area_path: tuple[UUID, ...]
    category: str
    reporter_id: UUID
    state: State
    filed_at: datetime
    counsellor_ids: tuple[UUID, ...] = ()
    handler_id: UUID | None = None
    round: int = 1
    seq: int = 0
    revision: int = 0
    contacted_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    steps: tuple[CaseStep, ...] = ()

    @property
    def correlation(self) -> UUID:
        return self.id

    @property
    def state_type(self) -> StateType:
        return STATE_TYPES[self.state]

    @property
    def possible_moves(self) -> list[Move]:
        return list(CASE_MOVES[self.state])

    def moved(self, move: Move, *, at: datetime, by: UUID | None, new_round: bool = False, **changes: Any) -> "Case":
        if move not in CASE_MOVES[self.state]:
            possible = [each.value for each in self.possible_moves]
            raise Refused(f"cannot_{move.value}_when_{self.state.value}", possible_moves=possible)
        state, round_ = CASE_MOVES[self.state][move], self.round + (1 if new_round else 0)
        step = CaseStep(self.seq + 1, round_, move, state, at, by)
        return replace(self, state=state, round=round_, seq=step.seq, steps=(*self.steps, step), **changes)


def filed(case: Case) -> Case:
    step = CaseStep(1, 1, Move.FILE, case.state, case.filed_at, case.reporter_id)
    return replace(case, seq=1, steps=(step,))


def least_loaded(loads: Mapping[UUID, int], *, reporter_id: UUID) -> tuple[UUID, ...]:
    """One or two counsellors with the fewest open cases; never the one who asks."""
    able = sorted((load, str(person), person) for person, load in loads.items() if person != reporter_id)
    return tuple(person for _, _, person in able[:COUNSELLORS_MAX])


def assign(case: Case, counsellors: Sequence[UUID], *, at: datetime) -> Case:
    return case.moved(Move.ASSIGN, at=at, by=None, counsellor_ids=tuple(counsellors))


def accept(case: Case, *, by: UUID, at: datetime) -> Case:
    _named(case, by)
    return case.moved(Move.ACCEPT, at=at, by=by, handler_id=by)


def contact(case: Case, *, by: UUID, at: datetime, reached: bool) -> Case:
    _named(case, by)
    contacted = case.contacted_at or (at if reached else None)
    return case.moved(Move.RECORD_CONTACT, at=at, by=by, contacted_at=contacted)


def start(case: Case, *, by: UUID, at: datetime) -> Case:
    _named(case, by)
    return case.moved(Move.START, at=at, by=by)


def resolve(case: Case, *, by: UUID, at: datetime) -> Case:
    _named(case, by)
    resolved = case.moved(Move.RESOLVE, at=at, by=by, resolved_at=at)
    if case.contacted_at is None:
        raise Refused("contact_needed", missing=["contact"])
    return resolved


def answer(case: Case, option: str, *, by: UUID, at: datetime) -> Case:
    """She herself, or the second counsellor; not the one who did the work."""
    if by == case.handler_id:
        raise Refused("not_independent")
    meaning = ANSWERS[option]
    if meaning.move is Move.ANSWER_UNSOLVED:
        return _next_round(case, meaning.move, by=by, at=at)
    return case.moved(meaning.move, at=at, by=by, closed_at=at, outcome=meaning.solved)


def give_up(case: Case, *, at: datetime) -> Case:
    return case.moved(Move.GIVE_UP, at=at, by=None, closed_at=at, outcome="unanswered")


def reopen(case: Case, *, by: UUID, at: datetime) -> Case:
    if case.closed_at is not None and at > case.closed_at + timedelta(days=REOPEN_DAYS):
        raise Refused("reopening_has_ended")
    return _next_round(case, Move.REOPEN, by=by, at=at)


def _named(case: Case, by: UUID) -> None:
    if by not in case.counsellor_ids:
        raise Refused("not_permitted", status=403)


def _next_round(case: Case, move: Move, *, by: UUID, at: datetime) -> Case:
    return case.moved(
        move,
        at=at,
        by=by,
        new_round=True,
        handler_id=None,
        contacted_at=None,
        resolved_at=None,
        closed_at=None,
        outcome=None,
    )
