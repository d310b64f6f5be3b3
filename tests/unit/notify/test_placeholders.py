"""Placeholders, conditionals, lists and values: what may stand in a body, and what may be put in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.refused import Refused
from services.notify.domain import placeholders

CONDITIONAL = "明天((rain??,请带伞))集合。"


@pytest.mark.parametrize("name", ["Tracking Code", "tracking-code", "TRACKING_CODE", "trackingcode"])
def test_case_spaces_and_dashes_do_not_count(name: str) -> None:
    assert placeholders.rendered(f"查询码(({name}))", {"tracking_code": "0427"}) == "查询码0427"


def test_full_width_placeholders_are_saved_half_width() -> None:
    assert placeholders.half_width("您好（（名））（女）") == "您好((名))（女）"
    assert placeholders.half_width("集合（（rain？？,请带伞？））") == "集合((rain??,请带伞？))"


def test_a_value_is_never_rendered_again() -> None:
    assert placeholders.rendered("a((x))b", {"x": "((y))", "y": "!"}) == "a((y))b"


@pytest.mark.parametrize("text", ["{{7*7}}", "${x}", "{0}", "%s"])
def test_what_other_engines_execute_is_plain_text(text: str) -> None:
    assert placeholders.rendered(text, {}) == text
    assert placeholders.rendered("a((v))", {"v": text}) == f"a{text}"


@pytest.mark.parametrize("body", ["编号((number", "编号number))", "((a)", "x((a((b))c))"])
def test_an_unclosed_placeholder_is_refused(body: str) -> None:
    with pytest.raises(Refused, match=r"^placeholder_unclosed$"):
        placeholders.check(body)


def test_a_conditional_in_a_conditional_is_refused() -> None:
    with pytest.raises(Refused, match=r"^conditional_nested$"):
        placeholders.check("((a??外((b??内))))")
    with pytest.raises(Refused, match=r"^conditional_nested$"):
        placeholders.check("((a??编号((number))))")
    placeholders.check(CONDITIONAL)


@pytest.mark.parametrize("body", ["((??字))", "(( ))", "((-_))"])
def test_a_placeholder_has_a_name(body: str) -> None:
    with pytest.raises(Refused, match=r"^placeholder_nameless$"):
        placeholders.check(body)


def test_a_body_brings_no_signature() -> None:
    with pytest.raises(Refused, match=r"^signature_in_body$"):
        placeholders.check("【别人】您好")
    placeholders.check("您好【x】")


@pytest.mark.parametrize("yes", ["yes", "Y", "true", "T", "1", "include", "Show", "是", True])
def test_a_conditional_is_shown_for_a_yes(yes: object) -> None:
    assert placeholders.rendered(CONDITIONAL, {"rain": placeholders.value("rain", yes)}) == "明天,请带伞集合。"


@pytest.mark.parametrize("no", ["no", "0", "否", "", "yess", False])
def test_a_conditional_is_hidden_for_everything_else(no: object) -> None:
    assert placeholders.rendered(CONDITIONAL, {"rain": placeholders.value("rain", no)}) == "明天集合。"


def test_the_flag_of_a_conditional_must_be_said() -> None:
    with pytest.raises(Refused, match=r"^missing_value$") as refusal:
        placeholders.rendered(CONDITIONAL, {})
    assert [e["pointer"] for e in refusal.value.errors] == ["/rain"]


def test_names_flags_and_fields_of_a_body() -> None:
    body = "((A b))((c??x))((a_b))((D))"
    assert placeholders.names(body) == ["a_b", "d"]
    assert placeholders.flags(body) == ["c"]
    assert placeholders.fields(body) == ["a_b", "c", "d"]


@pytest.mark.parametrize(
    ("items", "zh", "en"),
    [
        (["甲"], "甲", "甲"),
        (["甲", "乙"], "甲和乙", "甲 and 乙"),
        (["甲", "乙", "丙"], "甲、乙和丙", "甲, 乙 and 丙"),
        ([], "", ""),
    ],
)
def test_a_list_is_said_as_people_say_it(items: list[str], zh: str, en: str) -> None:
    assert placeholders.value("who", items) == zh
    assert placeholders.value("who", items, language="en") == en


@pytest.mark.parametrize("value", ["【妇联】", "a】", ["甲", "【乙"]])
def test_signature_brackets_in_a_value_are_refused(value: object) -> None:
    with pytest.raises(Refused, match=r"^bracket_in_value$") as refusal:
        placeholders.value("name", value)
    assert refusal.value.errors[0]["pointer"] == "/name"


def test_a_value_is_one_line_without_control_characters() -> None:
    assert placeholders.value("x", " 三楼\r\n灯\x07坏了\t") == "三楼 灯坏了"
    assert placeholders.value("x", "三楼\r\n灯", one_line=False) == "三楼\n灯"


@pytest.mark.parametrize("text", ["http://x.cn", "见HTTPS:x", "www.example.cn", "a.example.cn/b"])
def test_a_link_in_a_value_is_named(text: str) -> None:
    with pytest.raises(Refused, match=r"^link_in_value$") as refusal:
        placeholders.refuse_links({"place": text})
    assert refusal.value.errors[0]["pointer"] == "/place"


@pytest.mark.parametrize("text", ["三栋2.5米", "3.14", "9:30/10:30", "(2026)字第1号"])
def test_what_is_no_link_may_stand(text: str) -> None:
    placeholders.refuse_links({"place": text})


def test_a_missing_value_is_named_and_one_too_many_is_ignored() -> None:
    with pytest.raises(Refused, match=r"^missing_value$") as refusal:
        placeholders.rendered("((a))和((b))", {"a": "1", "c": "3"})
    assert [e["pointer"] for e in refusal.value.errors] == ["/b"]
    assert refusal.value.status == 400
    assert placeholders.rendered("((a))", {"a": "1", "c": "3"}) == "1"


@given(st.text(), st.dictionaries(st.sampled_from("abc"), st.text()))
def test_any_body_is_refused_or_rendered_and_never_executed(body: str, values: dict[str, str]) -> None:
    try:
        placeholders.check(body)
        assert isinstance(placeholders.rendered(body, values), str)
    except Refused:
        pass
