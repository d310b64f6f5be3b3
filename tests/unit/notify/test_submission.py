"""A submission moves only as its table says; a delivery report is matched forward only."""

from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest

from chassis.refused import Refused
from services.notify.domain import submission as rules
from services.notify.domain.delivery_report import DeliveryReport, Match, Status, match
from services.notify.domain.submission import MOVES, Move, State
from tests.unit.notify.builders import NOW, a_submission


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_submission_moves_only_as_the_table_says(state: State, move: Move) -> None:
    submission = a_submission(state=state)
    if move in MOVES[state]:
        assert submission.moved(move).state is MOVES[state][move]
    else:
        with pytest.raises(Refused, match=rf"^cannot_{move}_when_{state}$"):
            submission.moved(move)


def test_no_row_leads_from_unknown_back_to_a_call() -> None:
    assert State.CLAIMED not in {to for out in MOVES.values() for to in out.values()}


def test_the_resolver_asks_after_15_s_1_3_and_10_min_then_every_10() -> None:
    seconds = [(rules.next_question_at(NOW, n) - NOW).total_seconds() for n in range(6)]
    assert seconds == [15, 60, 180, 600, 1200, 1800]


def test_a_lost_call_is_asked_about_15_s_later() -> None:
    lost = rules.lost(a_submission(), code="time_out", at=NOW)
    assert (lost.state, lost.ask_at, lost.code) == (State.UNKNOWN, NOW + timedelta(seconds=15), "time_out")


def a_report(status: Status = Status.DELIVERED, provider_ref: str = "biz") -> DeliveryReport:
    return DeliveryReport(
        client_ref=UUID(int=20), provider_ref=provider_ref, number="", status=status, code="", at=None, billed=None
    )


@pytest.mark.parametrize(
    ("state", "status", "verdict"),
    [
        (State.CLAIMED, Status.DELIVERED, Match.FORWARD),
        (State.UNKNOWN, Status.DELIVERED, Match.FORWARD),
        (State.NOT_FOUND, Status.DELIVERED, Match.FORWARD),
        (State.SUBMITTED, Status.UNDELIVERED, Match.FORWARD),
        (State.DELIVERED, Status.DELIVERED, Match.REPEATED),
        (State.DELIVERED, Status.UNDELIVERED, Match.CONTRADICTS),
        (State.UNDELIVERED, Status.DELIVERED, Match.CONTRADICTS),
        (State.REFUSED, Status.DELIVERED, Match.CONTRADICTS),
    ],
)
def test_the_first_real_final_word_wins(state: State, status: Status, verdict: Match) -> None:
    assert match(a_report(status), a_submission(state=state), same_number=True) is verdict


def test_another_number_or_another_reference_is_suspect() -> None:
    submitted = a_submission(state=State.SUBMITTED, provider_ref="biz")
    assert match(a_report(), submitted, same_number=True) is Match.FORWARD
    assert match(a_report(), submitted, same_number=False) is Match.SUSPECT
    assert match(a_report(provider_ref="other"), submitted, same_number=True) is Match.SUSPECT
