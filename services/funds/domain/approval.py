"""An approval (审批): who must agree, who has, and to exactly what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from services.funds.domain.money import Fen
from services.funds.domain.state import moved

RULE: Final = "hardship_two_votes"
REQUIRED: Final = 2
REMIND_AFTER: Final = timedelta(days=2)
EXPIRE_AFTER: Final = timedelta(days=14)


class State(StrEnum):
    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    VOID = "void"
    EXPIRED = "expired"
    USED = "used"


class Move(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"
    VOID = "void"
    EXPIRE = "expire"
    USE = "use"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.OPEN: MappingProxyType(
            {
                Move.GRANT: State.GRANTED,
                Move.REFUSE: State.REFUSED,
                Move.VOID: State.VOID,
                Move.EXPIRE: State.EXPIRED,
            }
        ),
        State.GRANTED: MappingProxyType({Move.USE: State.USED}),
        State.REFUSED: MappingProxyType({}),
        State.VOID: MappingProxyType({}),
        State.EXPIRED: MappingProxyType({}),
        State.USED: MappingProxyType({}),
    }
)


class Decision(StrEnum):
    YES = "yes"
    NO = "no"


class Part(StrEnum):
    """One person has one part in an approval: the database keeps the key (approval, person)."""

    AUTHOR = "author"
    APPROVER = "approver"
    PAYER = "payer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    person_id: UUID
    decision: Decision
    subject_hash: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    id: UUID
    fund_id: UUID
    community_id: UUID
    correlation: UUID
    subject_id: UUID
    subject_hash: bytes
    required: int
    amount_fen: Fen
    used_fen: Fen
    state: State
    expires_at: datetime
    decided_at: datetime | None
    revision: int

    def moved(self, move: Move) -> "Approval":
        return replace(self, state=moved(MOVES, self.state, move))


def refuse_part(parts: Mapping[UUID, Part], by: UUID, part: Part) -> None:
    """Author, approvers and payer are different people."""
    if parts.get(by, part) is not part:
        raise Refused("own_request")


def refuse_other_subject(approval: Approval, *, subject_hash: bytes, amount_fen: Fen) -> None:
    """She votes on what she has read: another figure or another case is another question."""
    if subject_hash != approval.subject_hash or amount_fen != approval.amount_fen:
        raise Refused("subject_changed", amount_fen=approval.amount_fen, subject_hash=approval.subject_hash.hex())


def standing_vote(votes: tuple[Vote, ...], by: UUID, decision: Decision) -> Vote | None:
    """Her vote if she has cast it already; she cannot change it."""
    mine = next((vote for vote in votes if vote.person_id == by), None)
    if mine is not None and mine.decision is not decision:
        raise Refused("already_voted", decision=str(mine.decision))
    return mine


def refuse_decided(approval: Approval) -> None:
    if approval.state is not State.OPEN:
        raise Refused("approval_closed", state=str(approval.state))


def decided(approval: Approval, *, decision: Decision, valid_yes: int, at: datetime) -> Approval:
    """One no refuses; the last yes that is needed grants; anything else leaves it open."""
    if decision is Decision.NO:
        return replace(approval.moved(Move.REFUSE), decided_at=at)
    if valid_yes >= approval.required:
        return replace(approval.moved(Move.GRANT), decided_at=at)
    return approval
