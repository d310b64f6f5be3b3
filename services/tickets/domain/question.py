"""What a resident is asked about a matter, beside her own words (an attribute, as Open311 calls it)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chassis.refused import Refused

TEXT_MAX = 400


class Datatype(StrEnum):
    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTI = "multivaluelist"


LISTS = frozenset({Datatype.SINGLE, Datatype.MULTI})


@dataclass(frozen=True, slots=True)
class Question:
    """`values` are the keys and names to choose from; only lists have them."""

    code: str
    label: str
    datatype: Datatype
    required: bool
    order: int
    values: tuple[tuple[str, str], ...] = ()


def checked(questions: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to keep; refused with every fault at once, each naming its question."""
    known = {question.code: question for question in questions}
    errors = [_error(code, "unknown") for code in answers if code not in known]
    for question in questions:
        given = answers.get(question.code)
        if given in (None, "", []):
            errors += [_error(question.code, "required")] if question.required else []
        elif not fits(question, given):
            errors.append(_error(question.code, "invalid"))
    if errors:
        raise Refused("answers_invalid", status=422, errors=errors)
    return {code: given for code, given in answers.items() if given not in (None, "", [])}


def fits(question: Question, given: Any) -> bool:
    """Whether an answer is of the kind that is asked for."""
    keys = {key for key, _ in question.values}
    match question.datatype:
        case Datatype.MULTI:
            return isinstance(given, list) and all(isinstance(each, str) and each in keys for each in given)
        case Datatype.SINGLE:
            return isinstance(given, str) and given in keys
        case Datatype.NUMBER:
            return not isinstance(given, bool) and _is_number(given)
        case Datatype.DATETIME:
            return isinstance(given, str) and _is_moment(given)
        case _:
            return isinstance(given, str) and len(given) <= TEXT_MAX


def _is_number(given: Any) -> bool:
    try:
        return abs(float(given)) < 1e15
    except (TypeError, ValueError):
        return False


def _is_moment(given: str) -> bool:
    try:
        return datetime.fromisoformat(given) is not None
    except ValueError:
        return False


def _error(code: str, fault: str) -> dict[str, str]:
    return {"pointer": f"/answers/{code}", "code": fault}
