"""Duties and permissions: two keys, three people."""

from dataclasses import replace
from datetime import date

import pytest

from chassis.refused import Refused
from services.funds.domain import duty as rules
from services.funds.domain.duty import ROLES, Duty, FundDuty, State
from services.funds.domain.permission import AAL2, DUTIES, PERMISSIONS, SENSITIVE, WITHOUT_DUTY
from tests.unit.funds.builders import AUTHOR, OTHER, THIRD

PROPOSED = FundDuty(
    id=AUTHOR,
    fund_id=AUTHOR,
    person_id=AUTHOR,
    duty=Duty.CASHIER,
    valid_from=date(2026, 1, 1),
    valid_until=None,
    state=State.PROPOSED,
    proposed_by=OTHER,
    confirmed_by=None,
    revision=1,
)


@pytest.mark.parametrize("by", [AUTHOR, OTHER])
def test_neither_the_holder_nor_the_proposer_confirms_a_duty(by: object) -> None:
    with pytest.raises(Refused, match=r"^own_request$"):
        rules.confirm(PROPOSED, by)  # type: ignore[arg-type]
    assert rules.confirm(PROPOSED, THIRD) is State.CONFIRMED


def test_nobody_proposes_a_duty_for_herself() -> None:
    with pytest.raises(Refused, match=r"^own_request$"):
        rules.refuse_own_duty(AUTHOR, AUTHOR)
    rules.refuse_own_duty(AUTHOR, OTHER)


def test_a_duty_does_not_end_before_it_begins() -> None:
    with pytest.raises(Refused, match=r"^date_invalid$"):
        rules.refuse_dates(date(2026, 1, 2), date(2026, 1, 1))


def test_an_ended_duty_is_not_confirmed() -> None:
    with pytest.raises(Refused, match=r"^cannot_confirm_when_ended$"):
        rules.confirm(replace(PROPOSED, state=State.ENDED), THIRD)


def test_every_duty_is_reached_by_the_roles_of_its_permissions() -> None:
    for permission, duties in DUTIES.items():
        wanted = frozenset[str]().union(*(ROLES[duty] for duty in duties))
        assert PERMISSIONS[permission] - WITHOUT_DUTY.get(permission, frozenset()) == wanted, permission


def test_votes_payments_and_sealed_words_need_a_fresh_second_factor() -> None:
    assert AAL2 == SENSITIVE == {"funds.vote", "funds.pay", "funds.read_private"}
    assert set(PERMISSIONS) >= AAL2


def test_no_role_holds_two_keys_of_one_payment() -> None:
    assert not ROLES[Duty.CASHIER] & (ROLES[Duty.CLERK] | ROLES[Duty.APPROVER])
    assert "resident" not in frozenset().union(*PERMISSIONS.values())
