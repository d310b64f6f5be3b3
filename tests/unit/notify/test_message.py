"""A message moves only as its table says, and its guards say yes and no."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from chassis.refused import Refused
from services.notify.domain import message as rules
from services.notify.domain.message import GUARDS, MOVES, Move, OnUnknown, State
from tests.unit.notify.builders import NOW, a_message

FITTING: dict[Move, dict[str, Any]] = {
    Move.RESEND: {"on_unknown": OnUnknown.ONCE, "extra": 0},
    Move.GIVE_UP: {"on_unknown": OnUnknown.NEVER},
    Move.ASK: {"on_unknown": OnUnknown.ASK},
    Move.DELIVER: {"reason": "no_report"},
}


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_message_moves_only_as_the_table_says(state: State, move: Move) -> None:
    message = a_message(state=state, **FITTING.get(move, {}))
    if move in MOVES[state]:
        assert message.moved(move).state is MOVES[state][move]
        assert message.may(move)
    else:
        with pytest.raises(Refused, match=rf"^cannot_{move}_when_{state}$"):
            message.moved(move)
        assert not message.may(move)


def test_every_guard_of_the_table_is_tried_below() -> None:
    assert set(GUARDS) == {Move.RESEND, Move.GIVE_UP, Move.ASK, Move.RETRY, Move.DELIVER}


@pytest.mark.parametrize(
    ("on_unknown", "extra", "allowed"),
    [
        (OnUnknown.ONCE, 0, True),
        (OnUnknown.ONCE, 1, False),
        (OnUnknown.NEVER, 0, False),
        (OnUnknown.ASK, 0, False),
    ],
)
def test_only_a_notice_that_had_no_extra_is_resent(on_unknown: OnUnknown, extra: int, allowed: bool) -> None:
    assert a_message(state=State.UNKNOWN, on_unknown=on_unknown, extra=extra).may(Move.RESEND) is allowed


@pytest.mark.parametrize(
    ("on_unknown", "extra", "allowed"),
    [(OnUnknown.NEVER, 0, True), (OnUnknown.ONCE, 1, True), (OnUnknown.ONCE, 0, False), (OnUnknown.ASK, 0, False)],
)
def test_what_may_go_once_more_is_not_given_up_first(on_unknown: OnUnknown, extra: int, allowed: bool) -> None:
    assert a_message(state=State.UNKNOWN, on_unknown=on_unknown, extra=extra).may(Move.GIVE_UP) is allowed


@pytest.mark.parametrize(("on_unknown", "allowed"), [(OnUnknown.ASK, True), (OnUnknown.ONCE, False)])
def test_only_what_moves_money_waits_for_a_person(on_unknown: OnUnknown, allowed: bool) -> None:
    assert a_message(state=State.UNKNOWN, on_unknown=on_unknown).may(Move.ASK) is allowed


@pytest.mark.parametrize(
    ("reason", "extra", "allowed"), [("no_route", 0, True), ("outcome_unknown", 0, True), ("outcome_unknown", 1, False)]
)
def test_an_operator_retries_an_unknown_outcome_once(reason: str, extra: int, allowed: bool) -> None:
    assert a_message(state=State.PARKED, reason=reason, extra=extra).may(Move.RETRY) is allowed


@pytest.mark.parametrize(
    ("reason", "allowed"), [("no_report", True), ("outcome_unknown", True), ("undelivered", False), ("expired", False)]
)
def test_a_delivery_report_beats_only_our_own_guess(reason: str, allowed: bool) -> None:
    assert a_message(state=State.FAILED, reason=reason).may(Move.DELIVER) is allowed


def test_a_delivery_report_beats_our_guess_for_seven_days() -> None:
    guessed = a_message(state=State.FAILED, reason="no_report", closed_at=NOW)
    assert rules.delivery_still_counts(guessed, NOW + timedelta(days=7))
    assert not rules.delivery_still_counts(guessed, NOW + timedelta(days=7, seconds=1))


def test_a_message_waits_no_longer_than_it_is_worth() -> None:
    message = a_message()
    later = rules.deferred(message, until=message.valid_until, why="hours")
    assert (later.state, later.waiting_for, later.due_at) == (State.QUEUED, "hours", message.valid_until)
    never = rules.deferred(message, until=message.valid_until + timedelta(seconds=1), why="cap")
    assert (never.state, never.reason) == (State.SUPPRESSED, "cap")


def test_the_one_extra_is_flagged() -> None:
    resent = rules.outcome_of_unknown(a_message(state=State.UNKNOWN), at=NOW)
    assert (resent.state, resent.extra, resent.possible_duplicate) == (State.QUEUED, 1, True)
    given_up = rules.outcome_of_unknown(a_message(state=State.UNKNOWN, extra=1), at=NOW)
    assert (given_up.state, given_up.reason, given_up.extra) == (State.FAILED, "outcome_unknown", 1)


def test_a_code_is_never_resent_by_itself() -> None:
    settled = rules.outcome_of_unknown(a_message(state=State.UNKNOWN, on_unknown=OnUnknown.NEVER), at=NOW)
    assert (settled.state, settled.extra) == (State.FAILED, 0)


def test_money_templates_wait_for_a_person() -> None:
    settled = rules.outcome_of_unknown(a_message(state=State.UNKNOWN, on_unknown=OnUnknown.ASK), at=NOW)
    assert (settled.state, settled.reason) == (State.PARKED, "outcome_unknown")


def test_a_retry_after_an_unknown_outcome_is_the_extra() -> None:
    retried = rules.retried(a_message(state=State.PARKED, reason="outcome_unknown"), at=NOW)
    assert (retried.extra, retried.possible_duplicate) == (1, True)
    mended = rules.retried(a_message(state=State.PARKED, reason="no_route"), at=NOW)
    assert (mended.extra, mended.possible_duplicate) == (0, False)
