"""What a text says: a way out, an option, or words for a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain import reply
from services.notify.domain.prompt import Option
from tests.unit.notify.builders import YES_NO


@pytest.mark.parametrize(
    ("text", "norm"),
    [
        ("1", "1"), ("１", "1"), ("①", "1"), (" 1 ", "1"), ("“1”", "1"), ("【1】", "1"), ("1。", "1"), ("回复1", "1"),
        ("回复：1", "1"), ("回 1", "1"), ("我选2", "2"), ("选2", "2"), ("答 3", "3"), ("一", "1"), ("两", "2"),
        ("十", "10"), ("叁", "3"), ("1️⃣", "1"), ("1\u200b", "1"), ("a1", "A1"), ("td", "TD"), ("退 订", "退 订"),
        ("\x001", "1"), ("\ud83d1", "1"), ("   ", ""), ("，。", ""), ("回复", "回复"), ("不去！", "不去"),
        ("不\n去", "不 去"),
    ],
)  # fmt: skip
def test_a_text_is_normalised(text: str, norm: str) -> None:
    assert reply.normalised(text) == norm


@pytest.mark.parametrize(
    ("text", "code", "comment"),
    [
        ("1", "accept", ""), ("１", "accept", ""), ("回复1", "accept", ""), ("接单", "accept", ""),
        ("去", "accept", ""),
        ("不去", "return", ""), ("2", "return", ""), ("二", "return", ""), ("1、", "accept", ""), ("1.", "accept", ""),
        ("1 马上到", "accept", "马上到"), ("2，人手不够", "return", "人手不够"), ("不去 没空", "return", "没空"),
        ("1.马上到", "accept", "马上到"),
    ],
)  # fmt: skip
def test_an_option_is_found_with_its_comment(text: str, code: str, comment: str) -> None:
    found = reply.chosen(reply.normalised(text), YES_NO)
    assert found is not None
    assert (found.option.code, found.comment) == (code, comment)


@pytest.mark.parametrize(
    "text",
    [
        "1 楼漏水",
        "2号楼停电",
        "1、单元门坏了",
        "1 月没来水",
        "3",
        "12",
        "马上到",
        "去不了",
        "1楼",
        "不知道",
        "👍",
        "去哪里集合",
    ],
)
def test_a_text_about_something_is_no_answer(text: str) -> None:
    assert reply.chosen(reply.normalised(text), YES_NO) is None


@pytest.mark.parametrize(
    "text", ["R", "r", "T", "td", "N", "退订", "拒收", "退订全部", "stop", "Unsubscribe", "退订。"]
)
def test_a_way_out_is_the_whole_text(text: str) -> None:
    assert reply.is_opt_out(reply.normalised(text))


@pytest.mark.parametrize("text", ["退订是什么意思", "R2", "请停止", "no"])
def test_a_sentence_about_leaving_is_not_leaving(text: str) -> None:
    assert not reply.is_opt_out(reply.normalised(text))


def test_options_that_mean_leaving_or_each_other_are_named() -> None:
    assert reply.option_faults(YES_NO) == []
    assert reply.option_faults([Option("1", "a", "退订")]) == ["a: 退订 is an opt-out word"]
    assert reply.option_faults([Option("1", "a", "好"), Option("１", "b", "行")]) == ["b: 1 is also a"]


@pytest.mark.parametrize(
    ("number", "machine"),
    [("106900000427", True), ("95588", True), ("10086", True), ("+8613800000001", False), ("+8615900000001", False)],
)
def test_machines_are_recognised_by_their_numbers(number: str, machine: bool) -> None:
    assert reply.is_machine(number) is machine


def test_what_is_kept_is_text_and_bounded() -> None:
    assert reply.cleaned("灯\x00不亮\ud800👨\u200d👩") == "灯不亮👨\u200d👩"
    assert len(reply.cleaned("长" * 5_000)) == 2_000


@given(st.text())
def test_no_text_breaks_the_reading_of_it(text: str) -> None:
    norm = reply.normalised(text)
    assert reply.normalised(norm) in (norm, reply.normalised(reply.normalised(norm)))
    reply.chosen(norm, YES_NO)
    reply.cleaned(text).encode()
