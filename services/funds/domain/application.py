"""An application for help (帮扶申请): from a ticket to money signed for.

`send_back` is the system's `return`: the ticket ended, or the approval was voided or expired before it was decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from services.funds.domain.money import Fen
from services.funds.domain.state import moved

LIMIT_FEN: Final = Fen(500_000)


class Category(StrEnum):
    """困难帮扶, 医疗, 助学, 临时急难. Never carried by an event."""

    HARDSHIP = "hardship"
    MEDICAL = "medical"
    SCHOOLING = "schooling"
    DISASTER = "disaster"


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    DECIDING = "deciding"
    APPROVED = "approved"
    PAID = "paid"
    RETURNED = "returned"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Move(StrEnum):
    SUBMIT = "submit"
    VERIFY = "verify"
    RETURN = "return"
    ASK_DECISION = "ask_decision"
    APPROVE = "approve"
    REJECT = "reject"
    SEND_BACK = "send_back"
    SETTLE = "settle"
    SIGN_FOR = "sign_for"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


def _moves(moves: dict[Move, State]) -> Mapping[Move, State]:
    return MappingProxyType(moves)


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.DRAFT: _moves({Move.SUBMIT: State.SUBMITTED, Move.WITHDRAW: State.WITHDRAWN}),
        State.RETURNED: _moves({Move.SUBMIT: State.SUBMITTED, Move.WITHDRAW: State.WITHDRAWN}),
        State.SUBMITTED: _moves(
            {
                Move.VERIFY: State.VERIFIED,
                Move.RETURN: State.RETURNED,
                Move.SEND_BACK: State.RETURNED,
                Move.WITHDRAW: State.WITHDRAWN,
            }
        ),
        State.VERIFIED: _moves(
            {
                Move.ASK_DECISION: State.DECIDING,
                Move.RETURN: State.RETURNED,
                Move.SEND_BACK: State.RETURNED,
                Move.WITHDRAW: State.WITHDRAWN,
            }
        ),
        State.DECIDING: _moves(
            {
                Move.APPROVE: State.APPROVED,
                Move.REJECT: State.REJECTED,
                Move.SEND_BACK: State.RETURNED,
                Move.WITHDRAW: State.WITHDRAWN,
            }
        ),
        State.APPROVED: _moves({Move.SETTLE: State.PAID, Move.WITHDRAW: State.WITHDRAWN, Move.LAPSE: State.LAPSED}),
        State.PAID: _moves({Move.SIGN_FOR: State.CLOSED}),
        State.CLOSED: _moves({}),
        State.REJECTED: _moves({}),
        State.WITHDRAWN: _moves({}),
        State.LAPSED: _moves({}),
    }
)

# A ticket and category have one application that is in one of these: a second one would pay the same need twice.
LIVE: Final = frozenset(State) - {State.CLOSED, State.REJECTED, State.WITHDRAWN, State.LAPSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    id: UUID
    code: str
    ticket_id: UUID
    community_id: UUID
    correlation: UUID
    fund_id: UUID | None
    category: Category
    asked_fen: Fen | None
    proposed_fen: Fen | None
    urgent: bool
    applicant_id: UUID | None
    beneficiary_id: UUID | None
    author_id: UUID | None
    verifier_id: UUID | None
    approval_id: UUID | None
    commitment_id: UUID | None
    state: State
    revision: int

    def moved(self, move: Move) -> "Application":
        return replace(self, state=moved(MOVES, self.state, move))

    @property
    def fund(self) -> UUID:
        """The fund it asks: settled when it is submitted."""
        if self.fund_id is None:
            raise Refused("fund_missing", status=422)
        return self.fund_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the clerk hands in when she submits."""

    fund_id: UUID
    category: Category
    asked_fen: Fen
    urgent: bool
    beneficiary_id: UUID


def submit(application: Application, request: Request, *, by: UUID, consent: bool, documents: int) -> Application:
    """The clerk becomes the author. Without consent and evidence nobody looks into a household's need."""
    if not consent:
        raise Refused("consent_missing", status=422)
    if documents == 0:
        raise Refused("evidence_missing", status=422)
    return replace(
        application.moved(Move.SUBMIT),
        fund_id=request.fund_id,
        category=request.category,
        asked_fen=request.asked_fen,
        urgent=request.urgent,
        beneficiary_id=request.beneficiary_id,
        author_id=by,
        verifier_id=None,
        proposed_fen=None,
        approval_id=None,
    )


def verify(application: Application, *, by: UUID, proposed_fen: Fen) -> Application:
    """Another clerk has visited and says what is needed."""
    verified = application.moved(Move.VERIFY)
    _refuse_author(application, by)
    return replace(verified, verifier_id=by, proposed_fen=proposed_fen)


def send_for_rework(application: Application, *, by: UUID) -> Application:
    returned = application.moved(Move.RETURN)
    _refuse_author(application, by)
    return returned


def ask_decision(application: Application, *, approval_id: UUID) -> Application:
    """Hardship help is decided by two people up to a limit; above it more people than [1] knows would be needed."""
    deciding = application.moved(Move.ASK_DECISION)
    proposed = application.proposed_fen or Fen(0)
    if proposed > LIMIT_FEN:
        raise Refused("over_limit", limit_fen=LIMIT_FEN, rule="hardship_two_votes")
    return replace(deciding, approval_id=approval_id)


def approve(application: Application, *, commitment_id: UUID) -> Application:
    return replace(application.moved(Move.APPROVE), commitment_id=commitment_id)


def sign_for(application: Application, *, by: UUID, payers: frozenset[UUID], documents: int) -> Application:
    """The household has signed for the money; who paid it out does not also say that it arrived."""
    closed = application.moved(Move.SIGN_FOR)
    if by in payers:
        raise Refused("own_request")
    if documents == 0:
        raise Refused("evidence_missing", status=422)
    return closed


def _refuse_author(application: Application, by: UUID) -> None:
    if by == application.author_id:
        raise Refused("own_request")
