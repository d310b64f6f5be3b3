"""What is on file at a provider: it moves as its table says, and is our own text or is refused."""

from itertools import product
from typing import Any
from uuid import UUID

import pytest

from chassis.refused import Refused
from services.notify.domain import filing
from services.notify.domain.filing import MOVES, Filing, Move, State

BODY = "编号((number)),类别((Case Type)),编号((number))。"


def a_filing(**changes: Any) -> Filing:
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "template": "t",
        "version": 1,
        "provider": "aliyun",
        "language": "zh-CN",
        "shown": frozenset(),
        "code": "SMS_1",
        "text": "编号${n},类别${kind},编号${n}。",
        "parameters": ("number", "case-type"),
        "state": State.NONE,
        "revision": 1,
    }
    return Filing(**(values | changes))


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_filing_moves_only_as_the_table_says(state: State, move: Move) -> None:
    if move in MOVES[state]:
        assert a_filing(state=state).moved(move).state is MOVES[state][move]
    else:
        with pytest.raises(Refused, match=rf"^cannot_{move}_when_{state}$"):
            a_filing(state=state).moved(move)


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("编号${n},类别${kind},编号${n}。", ("number", "case-type")),
        ("编号{1},类别{2},编号{1}。", ("number", "CaseType")),
        ("编号{2},类别{1},编号{2}。", ("case_type", "number")),
    ],
)
def test_a_filed_text_that_is_our_own_may_be_mapped(text: str, parameters: tuple[str, ...]) -> None:
    filed = a_filing(text=text, parameters=parameters)
    filing.check(filed, BODY)
    values = filed.values({"number": "7", "case_type": "噪音"})
    assert filing.filled(text, values) == "编号7,类别噪音,编号7。"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": "编号${n},类别${kind},编号${n}"}, "differs_from_filed_text"),
        ({"text": "编号${n}, 类别${kind},编号${n}。"}, "differs_from_filed_text"),
        ({"text": "编号${n},类别${kind},编号${kind}。"}, "differs_from_filed_text"),
        ({"parameters": ("case-type", "number")}, "differs_from_filed_text"),
        ({"parameters": ("number",)}, "parameters_wrong"),
        ({"parameters": ("number", "colour")}, "parameters_wrong"),
        ({"text": "编号${n},类别${kind},编号${m}。"}, "parameters_wrong"),
    ],
)
def test_a_filed_text_that_is_another_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused, match=rf"^{code}$"):
        filing.check(a_filing(**changes), BODY)


@pytest.mark.parametrize("body", ["((a))", " ((a)) ", "((a))((b))", "".join(f"((v{n})) " for n in range(21))])
def test_what_no_vendor_files_is_refused_at_the_mapping(body: str) -> None:
    with pytest.raises(Refused, match=r"^(parameters_adjacent|too_many_parameters)$"):
        filing.check(a_filing(text=filing.as_filed(body, "aliyun")), body)


def test_twenty_variables_may_be_filed() -> None:
    filing.check_body("".join(f"((v{n})) " for n in range(20)))


def test_a_value_that_looks_like_a_variable_is_not_filled_again() -> None:
    assert filing.filled("${a}和${b}", {"a": "${b}", "b": "{1}"}) == "${b}和{1}"


def test_each_vendor_is_given_the_text_in_its_own_way() -> None:
    assert filing.as_filed(BODY, "aliyun") == "编号${number},类别${case_type},编号${number}。"
    assert filing.as_filed(BODY, "tencent") == "编号{1},类别{2},编号{1}。"


def test_ten_variables_are_ordered_by_number_and_not_by_digit() -> None:
    text = " ".join(f"{{{n}}}" for n in range(10, 0, -1))
    assert filing.variables(text) == [str(n) for n in range(1, 11)]
