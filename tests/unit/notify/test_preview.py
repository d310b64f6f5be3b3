"""A preview is what goes out: its size is that of the sender, its refusals are those of the sender."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain import segments, template
from services.notify.domain.preview import Preview, preview, unfiled
from services.notify.domain.template import Template
from tests.unit.notify.test_template import a_template, on_file

ALIYUN = {"aliyun": "aliyun"}


def shown(text: Template, signature: str = "妇联", language: str = "zh-CN", **values: Any) -> Preview:
    return preview(text, signature, values, language, providers=ALIYUN, price_fen=4.5)


def codes(text: Preview) -> list[tuple[str, str]]:
    return [(one.code, one.pointer) for one in text.refusals]


WORDS = st.text(st.characters(exclude_categories=["C"], exclude_characters="【】"), min_size=1, max_size=35)


@given(
    body=WORDS.filter(lambda w: "(" not in w and ")" not in w and w.strip()),
    value=WORDS.filter(str.strip),
    rain=st.booleans(),
)
def test_preview_equals_rendering_and_its_measure(body: str, value: str, rain: bool) -> None:
    text = a_template(f"开{body}((value))，((rain??带伞))。", links=True)
    given_values: dict[str, Any] = {"value": value, "rain": rain}
    rendered = template.render(text, "妇联", given_values)
    one, size = shown(text, **given_values), segments.measured(rendered.text)
    assert (one.text, one.refusals) == (rendered.text, ())
    assert (one.encoding, one.units, one.segments) == (str(size.encoding), size.units, size.lengths)
    assert (one.billable, one.price_fen) == (size.billable, size.billable * 4.5)


@pytest.mark.parametrize(
    ("body", "encoding", "lengths", "billable"),
    [
        ("Your code is 482913.", "gsm7", (20,), 1),
        ("x" * 161, "gsm7", (153, 8), 3),
        ("好" * 71, "ucs2", (67, 4), 2),
    ],
)
def test_encoding_segments_and_charge_are_shown(
    body: str, encoding: str, lengths: tuple[int, ...], billable: int
) -> None:
    one = shown(a_template(body), signature="")
    assert (one.encoding, one.segments, one.billable, one.price_fen) == (encoding, lengths, billable, billable * 4.5)


def test_elsewhere_the_segments_are_charged() -> None:
    text = a_template("x" * 161)
    assert preview(text, "", {}, "en", providers={}, price_fen=1, mainland=False).billable == 2


def test_the_characters_that_force_ucs2_are_named_once_each() -> None:
    assert shown(a_template("naïve ï 好 €"), signature="").forces_ucs2 == "ï好"
    assert shown(a_template("Café €"), signature="").forces_ucs2 == ""


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({}, [("missing_value", "/number")]),
        ({"number": ""}, [("missing_value", "/number")]),
        ({"number": "【1】"}, [("bracket_in_value", "/number")]),
        ({"number": "http://x.cn"}, [("link_in_value", "/number")]),
        ({"number": "1" * 36}, [("value_too_long", "/number")]),
        ({"Number": 7}, []),
    ],
)
def test_what_may_not_stand_is_named_and_its_placeholder_stays(
    values: dict[str, Any], refused: list[tuple[str, str]]
) -> None:
    one = shown(a_template(), **values)
    assert codes(one) == refused
    assert ("((number))" in one.text) is bool(refused)


def test_an_empty_and_a_too_long_text_are_named() -> None:
    assert ("empty", "") in codes(shown(a_template("((rain??带伞))"), rain="no"))
    long = shown(a_template("长" * 500))
    assert codes(long) == [("too_long", "")]
    assert long.refusals[0].detail == "504 units, at most 500"
    assert shown(a_template("长" * 496)).refusals == ()


def test_what_is_not_on_file_is_listed_by_provider_language_and_combination() -> None:
    text = a_template("编号((a??一))好", bodies={"en": "No."})
    assert unfiled(text, {"tencent": "tencent", "aliyun": "aliyun"}) == [
        "aliyun zh-CN",
        "aliyun zh-CN a",
        "aliyun en",
        "tencent zh-CN",
        "tencent zh-CN a",
        "tencent en",
    ]
    assert unfiled(on_file(text), ALIYUN) == []
    assert unfiled(a_template(channel="email"), ALIYUN) == []


def test_a_mail_has_no_signature_before_its_words() -> None:
    mail = a_template("第一行((number))", channel="email", subjects={"zh-CN": "编号"})
    assert shown(mail, number="1\n2").text == "第一行1\n2"
