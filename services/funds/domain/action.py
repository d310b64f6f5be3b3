"""What somebody could do with a case now, and why not: what a page shows beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.funds.domain import application, payment
from services.funds.domain.application import Application
from services.funds.domain.duty import Duty
from services.funds.domain.payment import Payment

_BY_PEOPLE: Final[Mapping[application.Move, frozenset[Duty]]] = MappingProxyType(
    {
        application.Move.SUBMIT: frozenset({Duty.CLERK}),
        application.Move.VERIFY: frozenset({Duty.CLERK}),
        application.Move.RETURN: frozenset({Duty.CLERK, Duty.APPROVER}),
        application.Move.ASK_DECISION: frozenset({Duty.CLERK}),
        application.Move.WITHDRAW: frozenset({Duty.CLERK}),
        application.Move.SIGN_FOR: frozenset({Duty.CLERK}),
    }
)
_NOT_BY_AUTHOR: Final = frozenset({application.Move.VERIFY, application.Move.RETURN})

_WITH_SLIP: Final[Mapping[payment.Move, Duty]] = MappingProxyType(
    {
        payment.Move.CANCEL: Duty.CLERK,
        payment.Move.TAKE: Duty.CASHIER,
        payment.Move.PUT_BACK: Duty.CASHIER,
        payment.Move.SEND: Duty.CASHIER,
    }
)


@dataclass(frozen=True, slots=True)
class Action:
    """A move by name; `why_not` is the word with which it would be refused."""

    name: str
    why_not: str | None

    @property
    def allowed(self) -> bool:
        return self.why_not is None


def of_application(
    case: Application, *, by: UUID | None, duties: frozenset[Duty], payers: frozenset[UUID]
) -> list[Action]:
    return [
        Action(str(move), _application_why_not(case, move, by=by, held=bool(duties & needed), payers=payers))
        for move, needed in _BY_PEOPLE.items()
    ]


def _application_why_not(
    case: Application, move: application.Move, *, by: UUID | None, held: bool, payers: frozenset[UUID]
) -> str | None:
    if move not in application.MOVES[case.state]:
        return f"cannot_{move}_when_{case.state}"
    if not held:
        return "duty_missing"
    own = by == case.author_id if move in _NOT_BY_AUTHOR else move is application.Move.SIGN_FOR and by in payers
    return "own_request" if own else None


def of_payment(case: Payment, *, by: UUID | None, duties: frozenset[Duty]) -> list[Action]:
    return [
        Action(str(move), _payment_why_not(case, move, by=by, held=duty in duties)) for move, duty in _WITH_SLIP.items()
    ]


def _payment_why_not(case: Payment, move: payment.Move, *, by: UUID | None, held: bool) -> str | None:
    if move not in payment.MOVES[case.state]:
        return f"cannot_{move}_when_{case.state}"
    if not held:
        return "duty_missing"
    if move is payment.Move.CANCEL:
        return None if by == case.author_id else "not_yours"
    if move is payment.Move.TAKE:
        return "own_request" if by == case.author_id else None
    return None if by == case.payer_id else "in_hand"
