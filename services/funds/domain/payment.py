"""A payment (付款): an order to pay at the bank.

Yihu never moves money: the cashier pays, Yihu authorises and records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from services.funds.domain.money import Fen
from services.funds.domain.state import moved


class State(StrEnum):
    PREPARED = "prepared"
    READY = "ready"
    IN_HAND = "in_hand"
    SENT = "sent"
    CANCELLED = "cancelled"


class Move(StrEnum):
    AUTHORISE = "authorise"
    CANCEL = "cancel"
    TAKE = "take"
    PUT_BACK = "put_back"
    SEND = "send"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.PREPARED: MappingProxyType({Move.AUTHORISE: State.READY, Move.CANCEL: State.CANCELLED}),
        State.READY: MappingProxyType({Move.TAKE: State.IN_HAND, Move.CANCEL: State.CANCELLED}),
        State.IN_HAND: MappingProxyType({Move.PUT_BACK: State.READY, Move.SEND: State.SENT}),
        State.SENT: MappingProxyType({}),
        State.CANCELLED: MappingProxyType({}),
    }
)

# An order that may still reach the bank: its commitment is not given up meanwhile.
UNDER_WAY: Final = frozenset({State.PREPARED, State.READY, State.IN_HAND})
HELD: Final = frozenset({State.IN_HAND, State.SENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    id: UUID
    fund_id: UUID
    application_id: UUID
    commitment_id: UUID
    approval_id: UUID
    payee_id: UUID
    amount_fen: Fen
    final: bool
    slip_code: str
    author_id: UUID
    payer_id: UUID | None
    bank_account_id: UUID
    bank_ref: str | None
    paid_on: date | None
    entry_id: UUID | None
    state: State
    revision: int

    def moved(self, move: Move) -> "Payment":
        return replace(self, state=moved(MOVES, self.state, move))


def unordered(rest_fen: Fen, under_way: Sequence[Payment], *, final: bool) -> Fen:
    """What is left to order. The final order ends the commitment, so it stands alone and after all others."""
    if final and under_way:
        raise Refused("orders_open")
    if any(order.final for order in under_way):
        return Fen(0)
    return Fen(rest_fen - sum(order.amount_fen for order in under_way))


def refuse_above(rest_fen: Fen, amount_fen: Fen) -> None:
    if amount_fen > rest_fen:
        raise Refused("over_commitment", rest_fen=rest_fen)


def authorise(payment: Payment) -> Payment:
    """The approval of the application stands for the order that carries it out."""
    return payment.moved(Move.AUTHORISE)


def cancel(payment: Payment, *, by: UUID) -> Payment:
    if by != payment.author_id:
        raise Refused("not_yours", status=403)
    return payment.moved(Move.CANCEL)


def take(payment: Payment, *, by: UUID) -> Payment:
    """One cashier takes the slip in hand, so that no two pay it."""
    if payment.state is State.IN_HAND and payment.payer_id != by:
        raise Refused("in_hand")
    return replace(payment.moved(Move.TAKE), payer_id=by)


def put_back(payment: Payment, *, by: UUID, not_paid: bool) -> Payment:
    """She says in so many words that nothing was paid, else the next one might pay again."""
    back = payment.moved(Move.PUT_BACK)
    _refuse_other_cashier(payment, by)
    if not not_paid:
        raise Refused("not_paid_unstated", status=422)
    return replace(back, payer_id=None)


def send(
    payment: Payment, *, by: UUID, amount_fen: Fen, bank_ref: str, paid_on: date, entry_id: UUID, documents: int
) -> Payment:
    """It was paid at the bank: the typed amount is the order's, and the bank's reference and slip prove it."""
    sent = payment.moved(Move.SEND)
    _refuse_other_cashier(payment, by)
    if amount_fen != payment.amount_fen:
        raise Refused("amount_changed", amount_fen=payment.amount_fen)
    if documents == 0:
        raise Refused("evidence_missing", status=422)
    return replace(sent, bank_ref=bank_ref, paid_on=paid_on, entry_id=entry_id)


def _refuse_other_cashier(payment: Payment, by: UUID) -> None:
    if payment.payer_id != by:
        raise Refused("in_hand")
