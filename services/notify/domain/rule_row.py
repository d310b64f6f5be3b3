"""A rule as people write it, in a seed or over the API, and back: a plain row of words, read strictly."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.refused import Refused
from services.notify.domain.digest import Digest
from services.notify.domain.prompt import Option
from services.notify.domain.rule import Audience, Condition, Question, Rule, Step

_RULE = frozenset(
    {
        "name", "event", "when", "audience", "fallback", "template", "priority", "about", "question",
        "once_per_prompt", "channels", "on_unknown", "withdraw_on", "digest",
    }
)  # fmt: skip
_QUESTION = frozenset({"about", "purpose", "valid_hours", "options", "withdraw_on", "changeable", "of_several"})
_OPTION = frozenset({"key", "code", "label", "label_en", "words"})


def of_row(row: Mapping[str, Any], version: int) -> Rule:
    """The rule a row describes; a word it does not know, or one that is missing, is refused."""
    _refuse_unknown(row, _RULE)
    try:
        return _rule(row, version)
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("rule_malformed", status=422, detail=str(error)) from None


def _rule(row: Mapping[str, Any], version: int) -> Rule:
    return Rule(
        name=row["name"],
        version=version,
        event=row["event"],
        when=tuple(Condition(*condition) for condition in row.get("when", ())),
        audience=Audience.parse(row["audience"]),
        fallback=Audience.parse(row["fallback"]) if row.get("fallback") else None,
        template=row["template"],
        priority=row.get("priority", 2),
        about=row.get("about", ""),
        question=_question(row["question"]) if row.get("question") else None,
        once_per_prompt=row.get("once_per_prompt", False),
        channels=tuple(Step.parse(step) for step in row.get("channels", [{"channel": "sms"}])),
        on_unknown=row.get("on_unknown", ""),
        withdraw_on=tuple(row.get("withdraw_on", ())),
        digest=Digest.parse(row["digest"]) if row.get("digest") else None,
    )


def _question(row: Mapping[str, Any]) -> Question:
    _refuse_unknown(row, _QUESTION)
    return Question(
        row["about"],
        row["purpose"],
        row["valid_hours"],
        tuple(_option(option) for option in row["options"]),
        tuple(row.get("withdraw_on", ())),
        row.get("changeable", False),
        row.get("of_several", False),
    )


def _option(row: Mapping[str, Any]) -> Option:
    _refuse_unknown(row, _OPTION)
    words: Sequence[str] = row.get("words", ())
    return Option(row["key"], row["code"], row["label"], row.get("label_en", ""), tuple(words))


def _refuse_unknown(row: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(set(row) - known):
        raise Refused("rule_malformed", status=422, detail=f"unknown: {', '.join(unknown)}")
