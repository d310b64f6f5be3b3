"""What a category asks beside the resident's own words, as fields of a form and as answers of the matter."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from console.ask.categories import Category, Question
from console.pages.moves import moment_of
from console.posted import Posted

PREFIX = "q-"


def questions_of(categories: Iterable[Category], code: str) -> tuple[Question, ...]:
    return next((one.questions for one in categories if one.code == code), ())


def unanswered(questions: Iterable[Question], form: Posted) -> list[str]:
    """The fields that must be filled in and are not."""
    return [PREFIX + one.code for one in questions if one.required and not form.text(PREFIX + one.code)]


def answers_of(questions: Iterable[Question], form: Posted, zone: ZoneInfo) -> dict[str, Any]:
    """Only what was answered; what cannot be read goes as it was typed, and its owner says so."""
    given = {one.code: _answer(one, form, zone) for one in questions}
    return {code: answer for code, answer in given.items() if answer not in ("", [])}


def _answer(question: Question, form: Posted, zone: ZoneInfo) -> Any:
    name = PREFIX + question.code
    if question.datatype == "multivaluelist":
        return [one for one in form.ticked.get(name, ()) if one]
    text = form.text(name)
    if question.datatype == "datetime" and text:
        return moment_of(text, zone)
    return form.plain(name) if question.datatype == "number" else text
