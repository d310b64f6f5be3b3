"""What a page shows beside a case is what would happen."""

from typing import Any

import pytest

from services.funds.domain import application, payment
from services.funds.domain.action import of_application, of_payment
from services.funds.domain.duty import Duty
from tests.unit.funds.builders import AUTHOR, OTHER, THIRD, a_payment, an_application


def why_not(actions: list[Any]) -> dict[str, str | None]:
    return {action.name: action.why_not for action in actions}


@pytest.mark.parametrize(
    ("by", "duties", "word"),
    [
        (OTHER, {Duty.CLERK}, None),
        (AUTHOR, {Duty.CLERK}, "own_request"),
        (OTHER, {Duty.CASHIER}, "duty_missing"),
        (OTHER, set(), "duty_missing"),
    ],
)
def test_another_clerk_may_verify(by: Any, duties: set[Duty], word: str | None) -> None:
    case = an_application(state=application.State.SUBMITTED)
    shown = why_not(of_application(case, by=by, duties=frozenset(duties), payers=frozenset()))
    assert shown["verify"] == word
    assert shown["sign_for"] == "cannot_sign_for_when_submitted"


def test_the_cashier_does_not_sign_for_what_she_paid() -> None:
    case = an_application(state=application.State.PAID)
    held = frozenset({Duty.CLERK})
    assert why_not(of_application(case, by=OTHER, duties=held, payers=frozenset({OTHER})))["sign_for"] == "own_request"
    assert why_not(of_application(case, by=THIRD, duties=held, payers=frozenset({OTHER})))["sign_for"] is None


def test_a_slip_shows_to_each_what_she_may_do_with_it() -> None:
    cashier = frozenset({Duty.CASHIER})
    ready = a_payment(state=payment.State.READY)
    assert why_not(of_payment(ready, by=OTHER, duties=cashier))["take"] is None
    assert why_not(of_payment(ready, by=AUTHOR, duties=cashier))["take"] == "own_request"
    assert why_not(of_payment(ready, by=OTHER, duties=frozenset({Duty.CLERK})))["cancel"] == "not_yours"
    in_hand = a_payment(state=payment.State.IN_HAND, payer_id=OTHER)
    assert why_not(of_payment(in_hand, by=OTHER, duties=cashier))["send"] is None
    assert why_not(of_payment(in_hand, by=THIRD, duties=cashier))["send"] == "in_hand"
