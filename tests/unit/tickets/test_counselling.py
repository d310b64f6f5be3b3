"""The moves of a confidential case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from chassis.refused import Refused
from services.tickets.domain import confidential as rules
from services.tickets.domain.confidential import CASE_MOVES, Case
from services.tickets.domain.state import Move, State
from tests.unit.tickets.builders import NOW, RESIDENT

FIRST, SECOND = uuid4(), uuid4()


def a_case(state: State = State.ASSIGNED, **changes: Any) -> Case:
    case = Case(uuid4(), uuid4(), (), "counselling", RESIDENT, state, NOW, (FIRST, SECOND))
    return replace(case, **changes)


@pytest.mark.parametrize(("state", "move"), list(product(CASE_MOVES, Move)))
def test_a_case_moves_only_as_its_table_says(state: State, move: Move) -> None:
    if move in CASE_MOVES[state]:
        assert a_case(state).moved(move, at=NOW, by=FIRST).state is CASE_MOVES[state][move]
    else:
        with pytest.raises(Refused, match=f"^cannot_{move}_when_{state}$"):
            a_case(state).moved(move, at=NOW, by=FIRST)


def test_counsellors_are_named_by_load_and_never_the_one_who_asks() -> None:
    loads = {FIRST: 3, SECOND: 0, RESIDENT: 0, uuid4(): 5}
    assert rules.least_loaded(loads, reporter_id=RESIDENT) == (SECOND, FIRST)
    assert rules.least_loaded({RESIDENT: 0}, reporter_id=RESIDENT) == ()


def test_only_the_named_do_the_work() -> None:
    acts: tuple[Callable[[], Case], ...] = (
        lambda: rules.accept(a_case(), by=RESIDENT, at=NOW),
        lambda: rules.contact(a_case(), by=RESIDENT, at=NOW, reached=True),
        lambda: rules.start(a_case(State.ACCEPTED), by=RESIDENT, at=NOW),
        lambda: rules.resolve(a_case(State.ACCEPTED), by=RESIDENT, at=NOW),
    )
    for act in acts:
        with pytest.raises(Refused, match="not_permitted"):
            act()


def test_it_is_reopened_for_thirty_days() -> None:
    closed = a_case(State.CLOSED, closed_at=NOW)
    assert rules.reopen(closed, by=RESIDENT, at=NOW + timedelta(days=30)).round == 2
    with pytest.raises(Refused, match="reopening_has_ended"):
        rules.reopen(closed, by=RESIDENT, at=NOW + timedelta(days=31))
