"""No string is missing in either language."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from console.language import CODES, Language, language
from tests.console.refusals import refusals

CONSOLE = Path(__file__).parents[3] / "console"
SERVICES = CONSOLE.parent / "services"
TEMPLATES = sorted((CONSOLE / "templates").rglob("*.html"))
PLAIN = re.compile(r'(?<![a-z])_\("((?:[^"\\]|\\.)*)"')
COUNTED = re.compile(r'ngettext\("([^"]*)", "([^"]*)"')
STATES = CONSOLE.parent / "docs" / "states"
ARROW = re.compile(r"^ *(\w+) --> (\w+): (.+)$", re.M)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def all_templates() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES)


@pytest.fixture(params=sorted(CODES))
def told(request: pytest.FixtureRequest) -> Language:
    return language(request.param)


def test_every_sentence_of_the_templates_has_chinese_words() -> None:
    missing = [text for text in PLAIN.findall(all_templates()) if text not in language("zh-CN").single]
    assert missing == []


def test_every_counted_sentence_has_its_forms_in_both_languages(told: Language) -> None:
    assert [one for one, _ in COUNTED.findall(all_templates()) if one not in told.plural] == []


def test_both_languages_know_the_same_codes() -> None:
    chinese, english = (
        {key for key in language(code).single if re.fullmatch(r"[a-z_]+:\S+", key)} for code in ("zh-CN", "en")
    )
    assert chinese == english


def test_no_chinese_word_stands_in_the_english_catalogue() -> None:
    assert [text for text in language("en").single.values() if CHINESE.search(text)] == []


def test_every_word_a_service_may_refuse_with_has_a_sentence(told: Language) -> None:
    """`cannot_<move>_when_<state>` is put together."""
    found = {one for one in refusals() if not one.startswith("cannot_")}
    assert sorted(one for one in found if not told.knows("problem", one)) == []


@pytest.mark.parametrize(
    "code",
    [
        "contact_needed",  # a literal
        "period_closed",  # the ledger's own function
        "password_common",  # a function's answer
        "leader_exists",  # a table's value
        "phone_invalid",  # a small maker of refusals
        "invalid",  # the chassis
        "too_long",  # at one field
    ],
)
def test_refusals_are_collected_from_every_way_of_making_one(code: str) -> None:
    assert code in refusals()


def test_every_event_that_is_announced_has_a_word_on_the_ribbon(told: Language) -> None:
    modules = (*SERVICES.glob("*/events.py"), *SERVICES.glob("*/events/*.py"))
    code = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    names = set(re.findall(r'type="[a-z]+\.([a-z_]+)\.v1"', code))
    assert names
    assert sorted(name for name in names if not told.knows("event", name)) == []


def test_every_reason_of_a_decision_and_every_template_has_a_word(told: Language) -> None:
    decision = (SERVICES / "notify" / "domain" / "decision.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'Decision\(Verdict\.\w+, "([a-z_]+)"', decision))
    names = set(re.findall(r'^name = "([a-z-]+)"', (SERVICES / "notify/seeds/templates.toml").read_text("utf-8"), re.M))
    assert reasons
    assert names
    assert sorted(one for one in reasons if not told.knows("message_reason", one)) == []
    assert sorted(one for one in names if not told.knows("template", one)) == []


def test_every_measure_of_tickets_has_a_word(told: Language) -> None:
    source = (SERVICES / "tickets" / "domain" / "indicator.py").read_text(encoding="utf-8")
    names = set(re.findall(r'(?:_count|_minutes|_share|Measure|Quotient)\(\s*"([a-z0-9_]+)"', source))
    assert names
    assert sorted(one for one in names if not told.knows("indicator", one)) == []


def test_a_move_that_the_state_forbids_is_told_in_words(told: Language) -> None:
    words = told.problem("cannot_accept_when_closed", "")
    assert told.word("state", "closed") in words
    assert told.word("move", "accept") in words


def test_every_move_and_state_that_a_service_draws_has_a_word(told: Language) -> None:
    """So that `cannot_<move>_when_<state>` reads in both languages, whoever refuses."""
    drawn = "\n".join(path.read_text(encoding="utf-8") for path in STATES.glob("*.md"))
    arrows = ARROW.findall(drawn)
    assert arrows
    states = {state for before, after, _ in arrows for state in (before, after)}
    moves = {move.strip() for _, _, moved in arrows for move in moved.split(",")}
    assert sorted(one for one in states if not told.knows("state", one)) == []
    assert sorted(one for one in moves if not told.knows("move", one)) == []


def test_an_unknown_code_stands_as_its_title(told: Language) -> None:
    assert told.problem("never_heard_of", "Never heard of") == "Never heard of"


def test_half_a_time_is_never_more_than_two_units(told: Language) -> None:
    span = told.span(timedelta(days=2, hours=3, minutes=4))
    assert span.count("2") == 1
    assert "4" not in span
