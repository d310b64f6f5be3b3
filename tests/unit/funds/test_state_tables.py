"""Every state × every move of every noun: what is not in the table cannot happen, and is refused in one form."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from chassis.refused import Refused
from services.funds.domain import application, approval, commitment, duty, payment, period
from services.funds.domain.state import moved
from services.funds.domain.states import pages
from tests.unit.funds.builders import a_payment, an_application, an_approval

NOUNS: dict[str, Any] = {
    "application": application,
    "approval": approval,
    "commitment": commitment,
    "duty": duty,
    "payment": payment,
    "period": period,
}
CASES = [(noun, state, move) for noun, m in NOUNS.items() for state, move in product(m.State, m.Move)]


@pytest.mark.parametrize(("noun", "state", "move"), CASES)
def test_a_case_moves_only_as_its_table_says(noun: str, state: StrEnum, move: StrEnum) -> None:
    table: Mapping[StrEnum, Mapping[StrEnum, StrEnum]] = NOUNS[noun].MOVES
    if move in table[state]:
        assert moved(table, state, move) is table[state][move]
    else:
        with pytest.raises(Refused, match=rf"^cannot_{move}_when_{state}$"):
            moved(table, state, move)


@pytest.mark.parametrize("noun", NOUNS)
def test_every_state_has_a_row_and_every_move_is_possible_somewhere(noun: str) -> None:
    module = NOUNS[noun]
    assert set(module.MOVES) == set(module.State)
    assert {move for row in module.MOVES.values() for move in row} == set(module.Move)


@pytest.mark.parametrize(("state", "move"), list(product(application.State, application.Move)))
def test_an_application_moves_by_its_table(state: application.State, move: application.Move) -> None:
    if move in application.MOVES[state]:
        assert an_application(state=state).moved(move).state is application.MOVES[state][move]
    else:
        with pytest.raises(Refused):
            an_application(state=state).moved(move)


def test_approval_and_payment_move_by_their_tables() -> None:
    assert an_approval().moved(approval.Move.GRANT).state is approval.State.GRANTED
    assert a_payment().moved(payment.Move.AUTHORISE).state is payment.State.READY


def test_nothing_leads_out_of_an_end() -> None:
    ends = {noun: {str(s) for s, row in module.MOVES.items() if not row} for noun, module in NOUNS.items()}
    assert ends["application"] == {"closed", "rejected", "withdrawn", "lapsed"}
    assert ends["payment"] == {"sent", "cancelled"}
    assert set(application.LIVE) == {s for s in application.State if str(s) not in ends["application"]}


def test_a_page_is_drawn_for_every_noun() -> None:
    drawn = pages()
    assert len(drawn) == len(NOUNS)
    assert "    deciding --> approved: approve" in drawn["application.md"]
