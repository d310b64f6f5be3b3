"""What an application asks of the people who move it."""

from dataclasses import replace
from uuid import uuid4

import pytest

from chassis.refused import Refused
from services.funds.domain import application as rules
from services.funds.domain.application import LIMIT_FEN, Category, Request, State
from services.funds.domain.money import Fen
from tests.unit.funds.builders import AUTHOR, OTHER, THIRD, an_application

REQUEST = Request(
    fund_id=uuid4(), category=Category.MEDICAL, asked_fen=Fen(50_000), urgent=True, beneficiary_id=uuid4()
)


def test_who_submits_is_the_author_and_an_old_verification_is_gone() -> None:
    returned = an_application(state=State.RETURNED, author_id=THIRD, verifier_id=OTHER, approval_id=uuid4())
    submitted = rules.submit(returned, REQUEST, by=AUTHOR, consent=True, documents=1)
    assert (submitted.author_id, submitted.verifier_id, submitted.proposed_fen) == (AUTHOR, None, None)
    assert (submitted.asked_fen, submitted.category, submitted.approval_id) == (50_000, Category.MEDICAL, None)


@pytest.mark.parametrize(
    ("consent", "documents", "word"), [(False, 1, "consent_missing"), (True, 0, "evidence_missing")]
)
def test_nothing_is_submitted_without_consent_and_evidence(consent: bool, documents: int, word: str) -> None:
    with pytest.raises(Refused, match=rf"^{word}$"):
        rules.submit(an_application(), REQUEST, by=AUTHOR, consent=consent, documents=documents)


def test_nobody_verifies_her_own_application() -> None:
    with pytest.raises(Refused, match=r"^own_request$"):
        rules.verify(an_application(state=State.SUBMITTED), by=AUTHOR, proposed_fen=Fen(1))


def test_another_clerk_verifies_and_proposes_the_sum() -> None:
    verified = rules.verify(an_application(state=State.SUBMITTED, verifier_id=None), by=OTHER, proposed_fen=Fen(70_000))
    assert (verified.verifier_id, verified.proposed_fen) == (OTHER, 70_000)


def test_the_author_does_not_return_it_to_herself() -> None:
    with pytest.raises(Refused, match=r"^own_request$"):
        rules.send_for_rework(an_application(state=State.VERIFIED), by=AUTHOR)


def test_up_to_the_limit_two_people_decide_and_above_it_nobody_is_asked() -> None:
    verified = an_application(state=State.VERIFIED, proposed_fen=LIMIT_FEN)
    assert rules.ask_decision(verified, approval_id=THIRD).approval_id == THIRD
    with pytest.raises(Refused, match=r"^over_limit$") as refused:
        rules.ask_decision(replace(verified, proposed_fen=Fen(LIMIT_FEN + 1)), approval_id=THIRD)
    assert refused.value.more["limit_fen"] == LIMIT_FEN


def test_who_paid_does_not_say_that_it_arrived() -> None:
    paid = an_application(state=State.PAID)
    with pytest.raises(Refused, match=r"^own_request$"):
        rules.sign_for(paid, by=THIRD, payers=frozenset({THIRD}), documents=1)
    with pytest.raises(Refused, match=r"^evidence_missing$"):
        rules.sign_for(paid, by=OTHER, payers=frozenset({THIRD}), documents=0)
    assert rules.sign_for(paid, by=OTHER, payers=frozenset({THIRD}), documents=1).state is State.CLOSED


def test_a_draft_without_a_fund_cannot_be_moved_on() -> None:
    with pytest.raises(Refused, match=r"^fund_missing$"):
        _ = an_application(fund_id=None).fund
