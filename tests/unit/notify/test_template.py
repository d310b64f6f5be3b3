"""A template: rendered in the person's language, and equal to what is on file, character by character."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.refused import Refused
from services.notify.domain import filing, placeholders, template
from services.notify.domain.filing import Filing, State
from services.notify.domain.message import OnUnknown
from services.notify.domain.template import CLASSES, Template


def a_template(body: str = "编号((number))。", message_class: str = "notice", **more: Any) -> Template:
    return Template("t", 1, message_class, "cases", {"zh-CN": body, **more.pop("bodies", {})}, **more)


def on_file(text: Template, provider: str = "aliyun", state: State = State.APPROVED, kind: str = "aliyun") -> Template:
    """The template with each of its texts on file."""
    filings = tuple(
        Filing(
            id=UUID(int=n),
            template="t",
            version=1,
            provider=provider,
            language=language,
            shown=shown,
            code=f"SMS_{n}",
            text=filing.as_filed(body, kind),
            parameters=tuple(placeholders.names(body)),
            state=state,
            revision=1,
        )
        for n, (language, shown, body) in enumerate(text.combinations())
    )
    return Template(**{f: getattr(text, f) for f in Template.__dataclass_fields__} | {"filings": filings})


def test_values_stand_where_the_placeholders_stood() -> None:
    text = a_template("编号((number)),类别((category))。")
    rendered = template.render(text, "妇联", {"number": 427, "category": "噪音"})
    assert rendered.text == "【妇联】编号427,类别噪音。"
    assert rendered.values == {"number": "427", "category": "噪音"}


def test_an_empty_value_is_a_missing_one() -> None:
    for nothing in (" ", "", None):
        with pytest.raises(Refused, match=r"^missing_value$"):
            template.render(a_template(), "妇联", {"number": nothing})


def test_a_text_that_is_empty_after_its_conditionals_is_refused() -> None:
    text = a_template("((rain??请带伞))")
    assert template.render(text, "", {"rain": "yes"}).text == "请带伞"
    with pytest.raises(Refused, match=r"^empty$"):
        template.render(text, "", {"rain": "no"})


@pytest.mark.parametrize(
    ("wanted", "language", "text"),
    [("en", "en", "No. 7"), ("en-GB", "en", "No. 7"), ("zh-CN", "zh-CN", "编号7"), ("zh", "zh-CN", "编号7"),
     ("bo", "zh-CN", "编号7"), ("", "zh-CN", "编号7")],
)  # fmt: skip
def test_the_person_s_language_is_chosen_and_kept(wanted: str, language: str, text: str) -> None:
    rendered = template.render(a_template("编号((n))", bodies={"en": "No. ((n))"}), "", {"n": "7"}, wanted)
    assert (rendered.language, rendered.text) == (language, text)


def test_links_stand_in_values_only_where_the_template_allows_them() -> None:
    value = {"number": "http://x.cn/1"}
    with pytest.raises(Refused, match=r"^link_in_value$"):
        template.render(a_template(), "", value)
    assert template.render(a_template(links=True), "", value).text == "编号http://x.cn/1。"
    unused = value | {"number": "1", "other": "http://x.cn"}
    assert template.render(a_template(), "", unused).text == "编号1。"


@pytest.mark.parametrize("message_class", ["code", "promotion"])
def test_codes_and_promotions_hold_no_link(message_class: str) -> None:
    for text in (a_template(message_class=message_class, links=True), a_template("见 http://x.cn", message_class)):
        with pytest.raises(Refused, match=r"^links_not_allowed$"):
            template.check(text)
    with pytest.raises(Refused, match=r"^link_in_value$"):
        template.render(a_template(message_class=message_class, links=True), "", {"number": "www.x.cn"})


def test_a_promotion_says_how_to_refuse_it_and_a_notice_does_not() -> None:
    promotion = a_template("周六有集市", "promotion", bodies={"en": "Market on Saturday. "})
    assert template.render(promotion, "妇联", {}).text == "【妇联】周六有集市拒收请回复R"
    assert template.render(promotion, "妇联", {}, "en").body == "Market on Saturday. Reply R to stop"
    assert promotion.body_of("zh-CN", frozenset()) == "周六有集市拒收请回复R"
    assert template.render(a_template("周六有集市"), "", {}).text == "周六有集市"


def test_typographic_signs_are_made_plain_only_where_the_template_says_so() -> None:
    body, values = "It’s “((what))”…", {"what": "yours – all"}
    assert template.render(a_template(body), "", values).text == "It’s “yours – all”…"
    assert template.render(a_template(body, downgrade=True), "", values).text == 'It\'s "yours - all"...'


@pytest.mark.parametrize("body", ["((a))((b))", "((a))", "".join(f"((v{n})) " for n in range(21))])
def test_what_the_vendor_would_refuse_is_refused_before_filing(body: str) -> None:
    with pytest.raises(Refused, match=r"^(parameters_adjacent|too_many_parameters)$"):
        template.check(a_template(body))


def test_variables_that_only_a_hidden_text_keeps_apart_are_adjacent() -> None:
    with pytest.raises(Refused, match=r"^parameters_adjacent$"):
        template.check(a_template("编号((a))((x??,))((b))"))


def test_eight_combinations_are_filed_and_no_more() -> None:
    three = "编号((a??一))((b??二))((c??三))"
    template.check(a_template(three))
    assert len(list(a_template(three).combinations())) == 8
    with pytest.raises(Refused, match=r"^too_many_conditionals$"):
        template.check(a_template(three + "((d??四))"))


def test_a_combination_without_words_is_not_filed() -> None:
    assert [shown for _, shown, _ in a_template("((a??一))").combinations()] == [frozenset({"a"})]


def test_a_proper_body_may_be_filed() -> None:
    template.check(a_template("编号((number)),查询码((code))。"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (a_template(message_class="emergency"), "class_unknown"),
        (a_template(message_class="gossip"), "class_unknown"),
        (a_template(""), "chinese_missing"),
        (a_template(bodies={"fr": "Numéro"}), "language_unknown"),
        (a_template(channel="email"), "subject_missing"),
        (a_template(confidential=True), "confidential_not_neutral"),
        (a_template("参加请回复TD"), "option_word_reserved"),
        (a_template("不想要了请回复退订"), "option_word_reserved"),
    ],
)
def test_a_template_that_its_class_does_not_allow_is_refused(text: Template, code: str) -> None:
    with pytest.raises(Refused, match=rf"^{code}$"):
        template.check(text)


@pytest.mark.parametrize(
    "text",
    [
        a_template("有新消息。", confidential=True),
        a_template("参加请回复A。拒收请回复R"),
        a_template(channel="email", subjects={"zh-CN": "编号((number))"}),
    ],
)
def test_and_one_that_it_allows_is_not(text: Template) -> None:
    template.check(text)


def test_a_subject_is_rendered_like_a_body() -> None:
    mail = a_template("第一行((number))", channel="email", subjects={"zh-CN": "编号((number))"})
    assert template.render(mail, "", {"number": "7"}, subject=True).text == "编号7"
    assert template.render(mail, "", {"number": "7\n8"}).text == "第一行7\n8"


@pytest.mark.parametrize(
    ("name", "minutes", "on_unknown", "refusable", "any_hour", "needs_consent"),
    [
        ("code", 5, OnUnknown.NEVER, False, True, False),
        ("notice", 24 * 60, OnUnknown.ONCE, True, False, False),
        ("mutual-aid", 48 * 60, OnUnknown.ONCE, True, False, True),
        ("promotion", 24 * 60, OnUnknown.NEVER, True, False, True),
        ("emergency", 2 * 60, OnUnknown.ONCE, False, True, False),
    ],
)
def test_a_class_fixes_what_its_texts_may_do(
    name: str, minutes: int, on_unknown: OnUnknown, refusable: bool, any_hour: bool, needs_consent: bool
) -> None:
    of_class = CLASSES[name]
    assert (of_class.valid_minutes, of_class.on_unknown, of_class.refusable) == (minutes, on_unknown, refusable)
    assert (of_class.any_hour, of_class.needs_consent) == (any_hour, needs_consent)


def test_only_a_notice_of_an_urgent_case_comes_at_night() -> None:
    assert template.any_hour("notice", {"case_class": "urgent"})
    assert not template.any_hour("notice", {"case_class": "ordinary"})
    assert not template.any_hour("promotion", {"case_class": "urgent"})


def test_each_combination_and_language_has_its_own_code_at_the_provider() -> None:
    text = on_file(a_template("编号((n))((rain??,请带伞))。", bodies={"en": "No. ((n))."}))
    codes = {
        template.at_provider(text, "aliyun", template.render(text, "", {"n": 1, "rain": rain}, language)).code
        for rain in ("yes", "no")
        for language in ("zh-CN", "en")
    }
    assert len(codes) == 3


@pytest.mark.parametrize("state", [s for s in State if s is not State.APPROVED])
def test_a_text_goes_to_a_provider_only_while_it_is_approved_there(state: State) -> None:
    text = on_file(a_template())
    rendered = template.render(text, "", {"number": 1})
    assert template.providers_of(text, rendered) == {"aliyun"}
    with pytest.raises(Refused, match=r"^not_filed$"):
        template.at_provider(text, "tencent", rendered)
    text = on_file(a_template(), state=state)
    assert template.providers_of(text, rendered) == frozenset()
    with pytest.raises(Refused, match=r"^not_filed$"):
        template.at_provider(text, "aliyun", rendered)


def test_a_text_that_would_come_out_otherwise_is_never_sent() -> None:
    text = on_file(a_template())
    other = a_template("单号((number))。", filings=text.filings)
    with pytest.raises(Refused, match=r"^differs_from_filed_text$"):
        template.at_provider(other, "aliyun", template.render(other, "", {"number": 1}))


def test_more_than_35_characters_in_a_mapped_variable_are_refused() -> None:
    text = on_file(a_template())
    template.at_provider(text, "aliyun", template.render(text, "妇联", {"number": "x" * 35}))
    rendered = template.render(text, "妇联", {"number": "x" * 36})
    with pytest.raises(Refused, match=r"^value_too_long$") as refusal:
        template.at_provider(text, "aliyun", rendered)
    assert refusal.value.errors[0]["pointer"] == "/number"


def test_own_pages_are_put_in_when_a_body_is_saved() -> None:
    assert (
        template.placed("看 （（link）） 或 ((track))\r\n", "https://y.cn")
        == "看 https://y.cn/a/((token)) 或 https://y.cn/track\n"
    )


WORDS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="【】"), min_size=1, max_size=35)


@pytest.mark.parametrize("kind", ["aliyun", "tencent"])
@given(values=st.fixed_dictionaries({"number": WORDS, "category": WORDS, "due": WORDS, "rain": st.booleans()}))
def test_our_rendering_equals_the_filed_text_with_its_parameters(kind: str, values: dict[str, Any]) -> None:
    body = "编号((number))类别((category))((rain??,请带伞)),((due))前,再说一次((Number))"
    text = on_file(a_template(body, links=True), kind=kind)
    rendered = template.render(text, "妇联", values)
    given_to = template.at_provider(text, "aliyun", rendered)
    filed = next(one for one in text.filings if one.code == given_to.code)
    assert rendered.text == "【妇联】" + filing.filled(filed.text, given_to.parameters)
