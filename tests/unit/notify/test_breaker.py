"""A provider that loses calls is left alone, tried with single notices, and taken again when it answers."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from services.notify.domain.breaker import (
    MOVES,
    Delivered,
    Health,
    Move,
    State,
    ails,
    heard,
    next_weight,
    probing,
    takes_probe,
)
from tests.unit.notify.builders import NOW

QUIET = Delivered(0, 0)


def after(calls: str, health: Health | None = None) -> Health:
    health = health or Health(provider="a")
    for call in calls:
        health = heard(health, lost=call == "l", at=NOW)
    return health


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_breaker_moves_only_as_the_table_says(state: State, move: Move) -> None:
    health = Health(provider="a", state=state)
    if move in MOVES[state]:
        assert health.moved(move) is MOVES[state][move]
    else:
        with pytest.raises(KeyError):
            health.moved(move)


def test_more_than_half_of_the_last_twenty_lost_opens_it() -> None:
    assert after("l" * 10 + "y" * 10).state is State.CLOSED
    assert after("y" * 9 + "l" * 10).state is State.CLOSED
    assert after("y" * 9 + "l" * 11).state is State.OPEN
    assert after("l" * 10 + "y" * 20 + "l" * 10).state is State.CLOSED


def test_a_notice_tries_it_after_thirty_seconds_and_never_a_code() -> None:
    tripped = after("l" * 11)
    later = NOW + timedelta(seconds=30)
    assert not takes_probe(tripped, "notice", later - timedelta(seconds=1))
    assert takes_probe(tripped, "notice", later)
    assert not takes_probe(tripped, "code", later)
    assert not takes_probe(probing(tripped, later), "notice", later)
    assert takes_probe(probing(tripped, later), "notice", later + timedelta(seconds=15))


def test_five_answers_close_it_and_one_loss_opens_it_again() -> None:
    trying = probing(after("l" * 11), NOW)
    assert after("y" * 4, trying).state is State.HALF_OPEN
    assert after("y" * 5, trying).state is State.CLOSED
    assert after("yyl", trying).state is State.OPEN


def test_fifty_one_losses_in_a_minute_or_late_deliveries_make_it_ail() -> None:
    lossy = replace(Health(provider="a"), lost_at=(NOW,) * 51)
    assert ails(lossy, QUIET, NOW) == "lost"
    assert ails(replace(lossy, lost_at=(NOW,) * 50), QUIET, NOW) == ""
    assert ails(lossy, QUIET, NOW + timedelta(seconds=60)) == ""
    well = Health(provider="a")
    assert ails(well, Delivered(20, 3), NOW) == "slow"
    assert ails(well, Delivered(19, 19), NOW) == ""
    assert ails(well, Delivered(40, 5), NOW) == ""


def test_only_the_last_fifty_one_losses_are_kept() -> None:
    assert len(after("l" * 200).lost_at) == 51


@pytest.mark.parametrize(
    ("weight", "why", "since", "expected"),
    [
        (100, "slow", None, 90),
        (90, "slow", 59, 90),
        (90, "slow", 60, 80),
        (15, "lost", 60, 10),
        (10, "lost", 60, 10),
        (5, "lost", 60, 5),
        (80, "", 299, 80),
        (80, "", 300, 90),
        (95, "", 300, 100),
        (100, "", 300, 100),
    ],
)
def test_a_weight_goes_down_fast_and_comes_back_slowly(weight: int, why: str, since: int | None, expected: int) -> None:
    moved_at = NOW - timedelta(seconds=since) if since is not None else None
    assert next_weight(weight, 100, why, moved_at, NOW) == expected
