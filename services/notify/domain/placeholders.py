"""Placeholders `((name))`: found by pattern, never executed; a value is never rendered again."""

import re
from collections.abc import Mapping
from typing import Final

from chassis.refused import Refused

_PLACEHOLDER: Final = re.compile(r"\(\(([^()]+)\)\)")
_BROKEN: Final = re.compile(r"\(\(|\)\)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_FULL_WIDTH: Final = str.maketrans("（）", "()")


def key(name: str) -> str:
    """Case, spaces, `_` and `-` do not count."""
    return re.sub(r"[\s_-]", "", name).lower()


def names(body: str) -> list[str]:
    """The placeholders of a body in order, each once, as the vendor's parameters are named."""
    found = [re.sub(r"[\s-]+", "_", m.strip().lower()) for m in _PLACEHOLDER.findall(body)]
    return list(dict.fromkeys(found))


def half_width(body: str) -> str:
    """（（名）） is saved as ((名)); single full-width brackets are text and stay."""
    return re.sub(r"（（[^（）()]+））", lambda match: match[0].translate(_FULL_WIDTH), body)


def check(body: str) -> None:
    """Refuse a body that cannot be rendered: an unclosed placeholder, or a signature of its own."""
    if _BROKEN.search(_PLACEHOLDER.sub("", body)):
        raise Refused("placeholder_unclosed", status=422)
    if body.startswith("【"):
        raise Refused("signature_in_body", status=422)


def value(name: str, given: object) -> str:
    """A value as it may stand in a text: one line, no control characters, no signature brackets."""
    text = _CONTROL.sub("", str(given).replace("\r\n", " ").replace("\n", " ").replace("\t", " ")).strip()
    if "【" in text or "】" in text:
        raise Refused("bracket_in_value", status=422, errors=[{"pointer": f"/{name}", "code": "bracket", "detail": ""}])
    return text


def rendered(body: str, values: Mapping[str, str]) -> str:
    """Put the values in. A missing one is named in the refusal; one too many is ignored."""
    known = {key(name): text for name, text in values.items()}
    missing = [name for name in names(body) if not known.get(key(name))]
    if missing:
        errors = [{"pointer": f"/{name}", "code": "missing", "detail": ""} for name in missing]
        raise Refused("missing_value", status=422, errors=errors)
    return _PLACEHOLDER.sub(lambda match: known[key(match[1])], body)
