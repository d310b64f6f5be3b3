"""Rules, templates and codes as data, read once; a rule is a row, never Python."""

import tomllib
from pathlib import Path
from typing import Any

from services.notify.domain.placeholders import half_width
from services.notify.domain.prompt import Option
from services.notify.domain.rule import Audience, Condition, Question, Rule
from services.notify.domain.template import Template

_HERE = Path(__file__).parent
VERSION = 1


def rules() -> list[Rule]:
    """The seeded rules, in their order."""
    return [_rule(row) for row in _read("rules.toml")["rule"]]


def templates(pages_url: str) -> list[Template]:
    """The seeded templates with the pages' address and each question's choices put in, as they are filed."""
    choices = {r.template: r.question.choices for r in rules() if r.question is not None}
    return [_template(row, pages_url, choices.get(row["name"], "")) for row in _read("templates.toml")["template"]]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))


def _rule(row: dict[str, Any]) -> Rule:
    question = row.get("question")
    return Rule(
        name=row["name"],
        version=VERSION,
        event=row["event"],
        when=tuple(Condition(*c) for c in row.get("when", [])),
        audience=Audience.parse(row["audience"]),
        fallback=Audience.parse(row["fallback"]) if "fallback" in row else None,
        template=row["template"],
        priority=row.get("priority", 2),
        about=row.get("about", ""),
        question=_question(question) if question else None,
        once_per_prompt=row.get("once_per_prompt", False),
    )


def _question(row: dict[str, Any]) -> Question:
    options = tuple(
        Option(o["key"], o["code"], o["label"], o.get("label_en", ""), tuple(o.get("words", ())))
        for o in row["options"]
    )
    return Question(
        row["about"],
        row["purpose"],
        row["valid_hours"],
        options,
        tuple(row["withdraw_on"]),
        row.get("changeable", False),
        row.get("of_several", False),
    )


def _template(row: dict[str, Any], pages_url: str, choices: str) -> Template:
    body = (
        half_width(row["body"])
        .replace("((choices))", choices)
        .replace("((link))", f"{pages_url}/a/((token))")
        .replace("((track))", f"{pages_url}/track")
    )
    code = f"SMS_{row['name'].replace('-', '_')}"
    return Template(row["name"], row.get("version", VERSION), row["class"], row["topic"], body, code)
