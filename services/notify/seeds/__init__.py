"""Rules, templates and codes as data, read once; a rule is a row, never Python."""

import tomllib
from pathlib import Path
from typing import Any

from services.notify.domain.rule import Question, Rule
from services.notify.domain.rule_row import of_row
from services.notify.domain.template import CHINESE, Template, placed

_HERE = Path(__file__).parent
VERSION = 1


def rules() -> list[Rule]:
    """The seeded rules, in their order."""
    return [of_row(row, VERSION) for row in _read("rules.toml")["rule"]]


def templates(pages_url: str) -> list[Template]:
    """The seeded templates with the pages' address and each question's choices put in, as they are filed."""
    questions = {r.template: r.question for r in rules() if r.question is not None}
    return [_template(row, pages_url, questions.get(row["name"])) for row in _read("templates.toml")["template"]]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


def _template(row: dict[str, Any], pages_url: str, question: Question | None) -> Template:
    bodies = {CHINESE: row["body"], "en": row["en"]}
    if question is not None:
        bodies = {lang: body.replace("((choices))", question.choices_in(lang)) for lang, body in bodies.items()}
    return Template(
        row["name"],
        VERSION,
        row["class"],
        row["topic"],
        {language: placed(body, pages_url) for language, body in bodies.items()},
        confidential=row.get("confidential", False),
    )
