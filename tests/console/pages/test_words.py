"""No string is missing in either language."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from console.language import CODES, Language, language

CONSOLE = Path(__file__).parents[3] / "console"
SERVICES = CONSOLE.parent / "services"
TEMPLATES = sorted((CONSOLE / "templates").rglob("*.html"))
PLAIN = re.compile(r'(?<![a-z])_\("((?:[^"\\]|\\.)*)"')
COUNTED = re.compile(r'ngettext\("([^"]*)", "([^"]*)"')
REFUSED = re.compile(r'Refused\(\s*"([a-z_]+)"')
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


def test_every_refusal_of_a_service_has_words(told: Language) -> None:
    """In both languages; `cannot_<move>_when_<state>` is put together."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in SERVICES.rglob("*.py"))
    refusals = {one for one in REFUSED.findall(code) if not one.startswith("cannot_")}
    assert refusals
    assert sorted(one for one in refusals if not told.knows("problem", one)) == []


def test_every_event_that_is_announced_has_a_word_on_the_ribbon(told: Language) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SERVICES.glob("*/events*.py"))
    names = set(re.findall(r'type="[a-z]+\.([a-z_]+)\.v1"', code))
    assert names
    assert sorted(name for name in names if not told.knows("event", name)) == []


def test_a_move_that_the_state_forbids_is_told_in_words(told: Language) -> None:
    words = told.problem("cannot_accept_when_closed", "")
    assert told.word("state", "closed") in words
    assert told.word("move", "accept") in words


def test_an_unknown_code_stands_as_its_title(told: Language) -> None:
    assert told.problem("never_heard_of", "Never heard of") == "Never heard of"


def test_half_a_time_is_never_more_than_two_units(told: Language) -> None:
    span = told.span(timedelta(days=2, hours=3, minutes=4))
    assert span.count("2") == 1
    assert "4" not in span
