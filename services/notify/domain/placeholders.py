"""Placeholders `((name))` and conditionals `((flag??text))`: found by pattern, never executed.

Everything is put in at one stroke, so a value is never rendered again.
"""

import re
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from typing import Any, Final

from chassis.refused import Refused

NAMES_KEPT: Final = 2_048
YES: Final = frozenset({"yes", "y", "true", "t", "1", "include", "show", "是"})
_FOUND: Final = re.compile(r"\(\(([^()]+)\)\)")
_BROKEN: Final = re.compile(r"\(\(|\)\)")
_NESTED: Final = re.compile(r"\(\([^()]*\?\?[^()]*\(\(")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LINK: Final = re.compile(r"https?:|www\.|[a-z0-9-]+\.[a-z]{2,}/", re.IGNORECASE)


@lru_cache(maxsize=NAMES_KEPT)
def key(name: str) -> str:
    """Case, spaces, `_` and `-` do not count."""
    return re.sub(r"[\s_-]", "", name).lower()


def names(body: str) -> list[str]:
    """The placeholders of a body in order, each once."""
    return _once(inside for inside in _FOUND.findall(body) if "??" not in inside)


def flags(body: str) -> list[str]:
    """The flags of a body's conditionals in order, each once."""
    return _once(inside.split("??", 1)[0] for inside in _FOUND.findall(body) if "??" in inside)


def fields(body: str) -> list[str]:
    """Every name this body needs a value for, placeholders and flags, in order."""
    return _once(inside.split("??", 1)[0] for inside in _FOUND.findall(body))


def half_width(body: str) -> str:
    """（（名）） and （（有??字）） are saved with ((…)); single full-width brackets are text and stay."""
    return re.sub(r"（（([^（）()]+)））", _halved, body)


def check(body: str) -> None:
    """Refuse a body that cannot be rendered: unclosed, nested or nameless, or with a signature of its own."""
    if _NESTED.search(body):
        raise Refused("conditional_nested", status=422)
    if _BROKEN.search(_FOUND.sub("", body)):
        raise Refused("placeholder_unclosed", status=422)
    if any(not key(inside.split("??", 1)[0]) for inside in _FOUND.findall(body)):
        raise Refused("placeholder_nameless", status=422)
    if body.startswith("【"):
        raise Refused("signature_in_body", status=422)


def without_hidden(body: str, shown: Set[str]) -> str:
    """The body with its conditionals settled, the texts of the shown flags in their places; placeholders stay."""
    known = {key(flag) for flag in shown}

    def settled(match: re.Match[str]) -> str:
        flag, conditional, text = match[1].partition("??")
        return match[0] if not conditional else (text if key(flag) in known else "")

    return _FOUND.sub(settled, body)


def plain(body: str) -> str:
    """The body with each placeholder written in one way, so that two ways of writing a name compare equal."""
    return _FOUND.sub(lambda match: f"(({key(match[1])}))", body)


def value(name: str, given: object, *, language: str = "zh-CN", one_line: bool = True) -> str:
    """A value as it may stand in a text: no control characters, no signature brackets, in a text message one line."""
    if isinstance(given, list | tuple):
        return listed([value(name, one, language=language, one_line=one_line) for one in given], language)
    text = str(given).replace("\r\n", "\n")
    if one_line:
        text = text.replace("\n", " ").replace("\t", " ")
    text = _CONTROL.sub("", text).strip()
    if "【" in text or "】" in text:
        raise _refused("bracket_in_value", name)
    return text


def listed(items: Sequence[str], language: str) -> str:
    """甲、乙和丙; a, b and c."""
    comma, last = ("、", "和") if language.startswith("zh") else (", ", " and ")
    return last.join(part for part in (comma.join(items[:-1]), *items[-1:]) if part)


def is_yes(given: str) -> bool:
    """Whether a flag's value shows the text of its conditional."""
    return given.strip().lower() in YES


def has_link(text: str) -> bool:
    """Whether a text holds something a telephone shows as a link."""
    return bool(_LINK.search(text))


def refuse_links(values: Mapping[str, str]) -> None:
    """Refuse a value that would be shown as a link."""
    for name, text in values.items():
        if has_link(text):
            raise _refused("link_in_value", name)


def rendered(body: str, values: Mapping[str, str]) -> str:
    """Put the values in. A missing one is named in the refusal; one too many is ignored."""
    known = {key(name): text for name, text in values.items()}
    missing = [name for name in fields(body) if not _there(name, body, known)]
    if missing:
        errors = [{"pointer": f"/{name}", "code": "missing", "detail": ""} for name in missing]
        raise Refused("missing_value", status=400, errors=errors)

    def put(match: re.Match[str]) -> str:
        name, conditional, text = match[1].partition("??")
        if not conditional:
            return known[key(name)]
        return text if is_yes(known[key(name)]) else ""

    return _FOUND.sub(put, body)


def _there(name: str, body: str, known: Mapping[str, str]) -> bool:
    """A flag may be empty, which is a no; an empty value is a missing one."""
    if name in names(body):
        return bool(known.get(key(name)))
    return key(name) in known


def _once(found: Any) -> list[str]:
    return list(dict.fromkeys(_plain_name(one) for one in found))


@lru_cache(maxsize=NAMES_KEPT)
def _plain_name(one: str) -> str:
    return re.sub(r"[\s-]+", "_", one.strip().lower())


def _halved(match: re.Match[str]) -> str:
    name, conditional, text = match[1].replace("？？", "??", 1).partition("??")
    return f"(({name}{conditional}{text}))"


def _refused(code: str, name: str) -> Refused:
    return Refused(code, status=422, errors=[{"pointer": f"/{name}", "code": code, "detail": ""}])
