"""Placeholders, values, and the equality of our rendering with what is filed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.refused import Refused
from services.notify.domain import placeholders, template
from services.notify.domain.template import Template


def a_template(body: str) -> Template:
    return Template("t", 1, "notice", "cases", body, "SMS_t")


def test_values_stand_where_the_placeholders_stood() -> None:
    rendered = template.render(
        a_template("编号((number)),类别((category))。"), "妇联", {"number": 427, "category": "噪音"}
    )
    assert rendered.text == "【妇联】编号427,类别噪音。"
    assert rendered.parameters == {"number": "427", "category": "噪音"}


@pytest.mark.parametrize("name", ["Tracking Code", "tracking-code", "TRACKING_CODE", "trackingcode"])
def test_case_spaces_and_dashes_do_not_count(name: str) -> None:
    assert placeholders.rendered(f"查询码(({name}))", {"tracking_code": "0427"}) == "查询码0427"


def test_full_width_placeholders_are_saved_half_width() -> None:
    assert placeholders.half_width("您好（（名））（女）") == "您好((名))（女）"


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


def test_a_body_brings_no_signature() -> None:
    with pytest.raises(Refused, match=r"^signature_in_body$"):
        placeholders.check("【别人】您好")
    placeholders.check("您好【x】")


@pytest.mark.parametrize("value", ["【妇联】", "a】"])
def test_signature_brackets_in_a_value_are_refused(value: str) -> None:
    with pytest.raises(Refused, match=r"^bracket_in_value$") as refusal:
        placeholders.value("name", value)
    assert refusal.value.errors[0]["pointer"] == "/name"


def test_a_value_is_one_line_without_control_characters() -> None:
    assert placeholders.value("x", " 三楼\r\n灯\x07坏了\t") == "三楼 灯坏了"


def test_a_missing_value_is_named_and_one_too_many_is_ignored() -> None:
    with pytest.raises(Refused, match=r"^missing_value$") as refusal:
        placeholders.rendered("((a))和((b))", {"a": "1", "c": "3"})
    assert [e["pointer"] for e in refusal.value.errors] == ["/b"]
    assert placeholders.rendered("((a))", {"a": "1", "c": "3"}) == "1"


def test_an_empty_value_is_a_missing_one() -> None:
    with pytest.raises(Refused, match=r"^missing_value$"):
        template.render(a_template("编号((number))。"), "妇联", {"number": " "})


def test_more_than_35_characters_in_a_variable_are_refused() -> None:
    template.render(a_template("编号((number))。"), "妇联", {"number": "x" * 35})
    with pytest.raises(Refused, match=r"^value_too_long$") as refusal:
        template.render(a_template("编号((number))。"), "妇联", {"number": "x" * 36})
    assert refusal.value.errors[0]["pointer"] == "/number"


@pytest.mark.parametrize("body", ["((a))((b))", "((a))", "".join(f"((v{n})) " for n in range(21))])
def test_what_the_vendor_would_refuse_is_refused_before_filing(body: str) -> None:
    with pytest.raises(Refused):
        template.check(a_template(body))


def test_a_proper_body_may_be_filed() -> None:
    template.check(a_template("编号((number)),查询码((code))。"))


WORDS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="【】$"), min_size=1, max_size=35)


@given(st.fixed_dictionaries({"number": WORDS, "category": WORDS, "due": WORDS}))
def test_our_rendering_equals_the_filed_text_with_its_parameters(values: dict[str, str]) -> None:
    filed = a_template("编号((number))类别((category)),((due))前")
    rendered = template.render(filed, "妇联", values)
    assert rendered.text == "【妇联】" + template.filled(filed.filed_text, rendered.parameters)
