"""Money is an integer of fen, and nothing else passes for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chassis.refused import Refused
from services.funds.domain.money import AMOUNT_MAX, amount


@pytest.mark.parametrize("wrong", [0, -1, 10**15 + 1, 2**63, 8.0, "800", "八百", True, None, [800], {"fen": 800}])
def test_what_is_no_positive_integer_of_fen_is_refused(wrong: object) -> None:
    with pytest.raises(Refused, match=r"^amount_invalid$") as refused:
        amount(wrong)
    assert refused.value.status == 422
    assert refused.value.errors[0]["pointer"] == "/amount_fen"


@given(some.integers(1, AMOUNT_MAX))
def test_every_sum_up_to_the_greatest_passes_unchanged(fen: int) -> None:
    assert amount(fen) == fen
