"""An order to pay: one cashier, never its author, and the typed amount is the order's."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from chassis.refused import Refused
from services.funds.domain import payment as rules
from services.funds.domain.money import Fen
from services.funds.domain.payment import State
from tests.unit.funds.builders import AUTHOR, OTHER, PAID_ON, THIRD, a_payment

IN_HAND = a_payment(state=State.IN_HAND, payer_id=OTHER)
SLIP: dict[str, Any] = {"bank_ref": "2026112000017", "paid_on": PAID_ON, "entry_id": uuid4(), "documents": 1}


def test_an_order_never_exceeds_what_is_left_of_the_commitment() -> None:
    rules.refuse_above(Fen(100), Fen(100))
    with pytest.raises(Refused, match=r"^over_commitment$") as refused:
        rules.refuse_above(Fen(100), Fen(101))
    assert refused.value.more["rest_fen"] == 100


def test_the_final_order_stands_alone_and_after_all_others() -> None:
    partly, final = a_payment(amount_fen=Fen(30)), a_payment(amount_fen=Fen(70), final=True)
    assert rules.unordered(Fen(100), [partly], final=False) == 70
    assert rules.unordered(Fen(100), [], final=True) == 100
    assert rules.unordered(Fen(100), [final], final=False) == 0
    with pytest.raises(Refused, match=r"^orders_open$"):
        rules.unordered(Fen(100), [partly], final=True)


def test_only_its_author_cancels_an_order() -> None:
    assert rules.cancel(a_payment(), by=AUTHOR).state is State.CANCELLED
    with pytest.raises(Refused, match=r"^not_yours$"):
        rules.cancel(a_payment(), by=OTHER)


def test_a_slip_is_in_one_hand() -> None:
    assert rules.take(a_payment(state=State.READY), by=OTHER).payer_id == OTHER
    with pytest.raises(Refused, match=r"^in_hand$"):
        rules.take(IN_HAND, by=THIRD)


def test_a_slip_is_put_back_only_with_the_words_that_nothing_was_paid() -> None:
    assert rules.put_back(IN_HAND, by=OTHER, not_paid=True).payer_id is None
    with pytest.raises(Refused, match=r"^not_paid_unstated$"):
        rules.put_back(IN_HAND, by=OTHER, not_paid=False)
    with pytest.raises(Refused, match=r"^in_hand$"):
        rules.put_back(IN_HAND, by=THIRD, not_paid=True)


def test_sending_needs_the_same_cashier_the_same_amount_and_the_bank_slip() -> None:
    sent = rules.send(IN_HAND, by=OTHER, amount_fen=Fen(80_000), **SLIP)
    assert (sent.state, sent.bank_ref, sent.paid_on) == (State.SENT, "2026112000017", PAID_ON)
    with pytest.raises(Refused, match=r"^in_hand$"):
        rules.send(IN_HAND, by=THIRD, amount_fen=Fen(80_000), **SLIP)
    with pytest.raises(Refused, match=r"^amount_changed$"):
        rules.send(IN_HAND, by=OTHER, amount_fen=Fen(80_001), **SLIP)
    with pytest.raises(Refused, match=r"^evidence_missing$"):
        rules.send(IN_HAND, by=OTHER, amount_fen=Fen(80_000), **SLIP | {"documents": 0})
    with pytest.raises(Refused, match=r"^cannot_send_when_ready$"):
        rules.send(replace(IN_HAND, state=State.READY), by=OTHER, amount_fen=Fen(80_000), **SLIP)
