"""A ticket and what may be done with it: each function answers the ticket after the move, or refuses with a word."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.profile import Kind, Origin, barred
from services.tickets.domain.state import (
    STATE_TYPES,
    UNFINISHED,
    WAITING,
    WORK,
    Move,
    State,
    StateType,
    possible,
    target,
)

REOPEN_DAYS = 30
ACCEPTING = frozenset({State.DRAFT, State.RECEIVED, State.ASSIGNED})
REJECT_REASONS = frozenset({"not_ours", "not_a_matter", "duplicate", "unclear", "abuse", "spam", "test"})


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history. Clocks and rates are read from these lines and from nothing else."""

    seq: int
    round: int
    move: Move
    state_from: State | None
    state_to: State
    at: datetime
    actor_id: UUID | None = None
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Of contacts: whether the resident was reached, or has been tried often enough."""
        return bool(self.details.get("counts", True))


@dataclass(frozen=True, slots=True)
class Dues:
    accept: datetime | None = None
    contact: datetime | None = None
    resolve: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    id: UUID
    number: str
    community_id: UUID | None
    area_path: tuple[UUID, ...]
    kind: Kind
    category: str
    class_code: str
    origin: Origin
    channel: str
    filed_at: datetime
    correlation: UUID
    state: State
    seq: int = 0
    round: int = 1
    revision: int = 0
    title: str = ""
    description: str = ""
    building_id: UUID | None = None
    unit: str = ""
    floor: str = ""
    room: str = ""
    place_text: str = ""
    lat: float | None = None
    long: float | None = None
    reporter_id: UUID | None = None
    group_id: UUID | None = None
    group_path: tuple[UUID, ...] = ()
    handler_id: UUID | None = None
    named_handler_id: UUID | None = None
    first_group_id: UUID | None = None
    binding: bool = False
    returns: int = 0
    round_started_at: datetime | None = None
    arbiter_required: bool = False
    contacted_at: datetime | None = None
    attempts: int = 0
    attempted_at: datetime | None = None
    result: str = ""
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str | None = None
    satisfaction: str | None = None
    proposed_decision: str | None = None
    proposed_by: UUID | None = None
    found_at: UUID | None = None
    hidden: bool = False
    about_group_id: UUID | None = None
    waiting_until: datetime | None = None
    parent_id: UUID | None = None
    overloaded: bool = False
    dues: Dues = Dues()
    tags: tuple[str, ...] = ()
    public_summary: str = ""
    source_system: str | None = None
    source_key: str | None = None
    source_status: str = ""
    merged_into: UUID | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    outside_area: bool = False
    steps: tuple[Step, ...] = ()

    @property
    def state_type(self) -> StateType:
        return STATE_TYPES[self.state]

    @property
    def barred(self) -> frozenset[Move]:
        return barred(self.kind, self.origin, self.state)

    @property
    def contact_group_id(self) -> UUID | None:
        """The group that owes the resident the first contact: the first receiver, until another has accepted."""
        unaccepted = self.state in (State.RECEIVED, State.ASSIGNED)
        return self.first_group_id if unaccepted and self.first_group_id else self.group_id

    @property
    def possible_moves(self) -> list[Move]:
        return possible(self.state, self.barred)

    @property
    def next_due(self) -> tuple[str | None, datetime | None]:
        """The clock that ends next and is still open: what a worklist is sorted by."""
        if self.state not in UNFINISHED:
            return None, None
        accepting = self.state in ACCEPTING
        open_clocks = [
            ("accept", self.dues.accept if accepting else None),
            ("contact", self.dues.contact if self.contacted_at is None else None),
            ("resolve", self.dues.resolve),
        ]
        due = [(at, name) for name, at in open_clocks if at is not None]
        return (min(due)[1], min(due)[0]) if due else (None, None)

    @property
    def reopen_until(self) -> datetime | None:
        return self.closed_at + timedelta(days=REOPEN_DAYS) if self.closed_at else None

    def moved(
        self,
        move: Move,
        *,
        at: datetime,
        by: UUID | None,
        reason: str = "",
        details: Mapping[str, Any] | None = None,
        new_round: bool = False,
        **changes: Any,
    ) -> "Ticket":
        """The ticket after the move, with the line of history it leaves."""
        state = target(self.state, move, self.barred)
        round_ = self.round + 1 if new_round else self.round
        step = Step(
            seq=self.seq + 1,
            round=round_,
            move=move,
            state_from=self.state,
            state_to=state,
            at=at,
            actor_id=by,
            reason=reason,
            details=details or {},
        )
        waiting = {} if state in WAITING else {"waiting_until": None}
        known = waiting | changes
        return replace(self, state=state, round=round_, seq=step.seq, steps=(*self.steps, step), **known)


def filed(ticket: Ticket, *, by: UUID | None, reason: str = "") -> Ticket:
    """The first line of the history."""
    step = Step(
        seq=1,
        round=1,
        move=Move.FILE,
        state_from=None,
        state_to=ticket.state,
        at=ticket.filed_at,
        actor_id=by,
        reason=reason,
        details={"class": ticket.class_code},
    )
    return replace(ticket, seq=1, steps=(step,))


def accept(ticket: Ticket, *, handler_id: UUID, by: UUID, at: datetime) -> Ticket:
    """The group's leader takes the case and names who does it."""
    target(ticket.state, Move.ACCEPT, ticket.barred)
    if handler_id == ticket.reporter_id:
        raise Refused("conflict_of_interest")
    if ticket.round >= 3 and handler_id != ticket.named_handler_id:
        raise Refused("secretary_names_the_handler")
    return ticket.moved(
        Move.ACCEPT, at=at, by=by, details={"handler_id": str(handler_id)}, handler_id=handler_id, overloaded=False
    )


def start(ticket: Ticket, *, by: UUID, at: datetime) -> Ticket:
    return ticket.moved(Move.START, at=at, by=by)


def resolve(ticket: Ticket, *, result: str, by: UUID, at: datetime) -> Ticket:
    """The work is done, says the handler; whether it is solved, the resident says."""
    target(ticket.state, Move.RESOLVE, ticket.barred)
    if not result.strip():
        raise Refused("result_needed", status=422, errors=[{"pointer": "/result", "code": "required"}])
    has_somebody_to_reach = ticket.reporter_id is not None and ticket.state in WORK
    if has_somebody_to_reach and ticket.contacted_at is None:
        raise Refused("contact_needed", missing=["contact"])
    return ticket.moved(Move.RESOLVE, at=at, by=by, result=result, resolved_at=at)


def reject(ticket: Ticket, *, reason: str, by: UUID, at: datetime) -> Ticket:
    target(ticket.state, Move.REJECT, ticket.barred)
    if reason not in REJECT_REASONS:
        raise Refused("reason_unknown", status=422, errors=[{"pointer": "/reason", "code": "unknown"}])
    return ticket.moved(Move.REJECT, at=at, by=by, reason=reason, closed_at=at)


def withdraw(ticket: Ticket, *, reason: str, by: UUID | None, at: datetime) -> Ticket:
    return ticket.moved(Move.WITHDRAW, at=at, by=by, reason=reason, closed_at=at)
