"""The seeded rules and texts: nothing undeclared, nothing the vendor would refuse, nothing too long."""

from dataclasses import replace

import pytest

from chassis.refused import Refused
from services.notify import seeds
from services.notify.domain import filing, placeholders, segments, template
from services.notify.domain import rule as rules
from services.notify.domain.rule import Audience, Condition
from services.notify.filed import filed
from services.notify.inbox import READS
from services.notify.settings import NotifySettings

PAGES = "https://yihu.example.cn"
DECLARED = {read.model.of: set(read.model.model_fields) for read in READS}
TEMPLATES = {t.name for t in seeds.templates(PAGES)}


@pytest.mark.parametrize("rule", seeds.rules(), ids=lambda r: r.name)
def test_a_rule_names_only_fields_its_reader_declares(rule: rules.Rule) -> None:
    assert rule.event in DECLARED
    rules.check(rule, DECLARED[rule.event], TEMPLATES)


@pytest.mark.parametrize("language", template.LANGUAGES)
@pytest.mark.parametrize("text", seeds.templates(PAGES), ids=lambda t: t.name)
def test_a_text_may_be_filed_and_fits_four_parts(text: template.Template, language: str) -> None:
    template.check(text)
    longest = dict.fromkeys(text.fields, "长" * 20)
    rendered = template.render(text, "南岸妇联", longest, language)
    assert rendered.language == language
    assert segments.measured(rendered.text).billable <= 4


def test_the_texts_that_are_filed_are_the_texts_we_render() -> None:
    settings = NotifySettings(service="notify", public_url=PAGES)
    by_code = {row["code"]: row["text"] for row in filed(settings)}
    for text in seeds.templates(PAGES):
        for language, _, body in text.combinations():
            given = by_code[filing.code_of_seed(text.name, language)]
            assert given == filing.as_filed(body, "aliyun")
            assert "((" not in given
    assert "((" not in "".join(by_code.values())


def test_both_languages_of_a_text_ask_for_the_same_values() -> None:
    for text in seeds.templates(PAGES):
        fields = {language: set(placeholders.fields(body)) for language, body in text.bodies.items()}
        assert fields["en"] == fields["zh-CN"], text.name


def test_every_question_can_be_answered_by_its_digits() -> None:
    for question in (rule.question for rule in seeds.rules() if rule.question):
        assert [o.key for o in question.options] == [str(n) for n in range(1, len(question.options) + 1)]


def test_the_choices_stand_in_the_text_of_their_question() -> None:
    bodies = {t.name: t.bodies for t in seeds.templates(PAGES)}
    for rule in seeds.rules():
        if rule.question:
            for language, body in bodies[rule.template].items():
                assert rule.question.choices_in(language) in body


def test_the_address_of_a_question_s_page_is_part_of_the_filed_text() -> None:
    bodies = next(t.bodies for t in seeds.templates(PAGES) if t.name == "case-follow-up")
    assert all(f"{PAGES}/a/((token))" in body for body in bodies.values())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"event": "notify.message_failed.v1"}, "rule_on_own_event"),
        ({"when": (Condition("nobody_declared_it", "=", 1),)}, "rule_field_undeclared"),
        ({"audience": Audience("person", "cook_id")}, "rule_field_undeclared"),
        ({"template": "no-such-text"}, "rule_template_unknown"),
        ({"when": (Condition("number", "like", "1"),)}, "operator_unknown"),
    ],
)
def test_a_rule_that_can_never_work_is_refused(changes: dict[str, object], code: str) -> None:
    rule = replace(seeds.rules()[0], **changes)  # type: ignore[arg-type]
    with pytest.raises(Refused, match=rf"^{code}$"):
        rules.check(rule, DECLARED["tickets.ticket_filed.v1"], TEMPLATES)


def test_an_audience_that_is_none_is_refused() -> None:
    with pytest.raises(Refused, match=r"^audience_unknown$"):
        Audience.parse("everybody")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition("a", "=", 1), True),
        (Condition("a", "!=", 1), False),
        (Condition("a", "in", [1, 2]), True),
        (Condition("a", "not in", [1, 2]), False),
        (Condition("a", "<", 2), True),
        (Condition("a", "<=", 0), False),
        (Condition("a", "present", True), True),
        (Condition("b", "present", True), False),
        (Condition("b", "<", 2), False),
    ],
)
def test_a_condition_compares_one_field(condition: Condition, holds: bool) -> None:
    assert condition.holds({"a": 1}) is holds
