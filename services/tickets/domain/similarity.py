"""How texts are found and compared: bigrams of Chinese, words of Latin scripts; and how alike two matters are."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]+|(?:(?![{_HAN}])[^\W_])+")
_IS_HAN = re.compile(f"[{_HAN}]")

SUGGESTED_FROM = 0.35
SUGGESTIONS_MAX = 5
SIMILAR_WITHIN = timedelta(days=30)
TEXT_WEIGHT, PLACE_WEIGHT, TIME_WEIGHT = 0.6, 0.25, 0.15
NEXT_BUILDING = 0.5


def normalised(text: str) -> str:
    """NFKC (which makes full width half), lower case, blanks folded: the form in which texts are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def terms(text: str) -> list[str]:
    """What a text is found by: each two neighbouring Chinese characters, the last one of a run, each Latin word."""
    found: dict[str, None] = {}
    for run in _runs(normalised(text)):
        found |= dict.fromkeys(_pieces(run))
        if _IS_HAN.match(run):
            found[run[-1]] = None
    return list(found)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a reader typed: terms that must stand in the index, and parts that must stand in the text as typed."""

    terms: tuple[str, ...]
    prefixes: tuple[str, ...]
    parts: tuple[str, ...]


def sought(text: str) -> Sought | None:
    """A single character is sought as the beginning of a term. Nothing where nothing can be sought."""
    plain = normalised(text)
    runs = _runs(plain)
    if not runs:
        return None
    single = [run for run in runs if len(run) == 1]
    whole = [piece for run in runs if len(run) > 1 for piece in _pieces(run)]
    return Sought(tuple(dict.fromkeys(whole)), tuple(dict.fromkeys(single)), tuple(plain.split(" ")))


def jaccard(one: str, other: str) -> float:
    """Shared terms in all terms: 0 where nothing is shared, 1 for the same words."""
    mine, theirs = frozenset(terms(one)), frozenset(terms(other))
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def score(*, text: float, same_building: bool, apart: timedelta) -> float:
    """How alike two matters are: words, place (the same building 1, the next one a half), and time within 30 days."""
    place = 1.0 if same_building else NEXT_BUILDING
    near = max(0.0, 1 - abs(apart) / SIMILAR_WITHIN)
    return TEXT_WEIGHT * text + PLACE_WEIGHT * place + TIME_WEIGHT * near


def _runs(plain: str) -> list[str]:
    """Stretches of one script: `3栋` is a word and a Chinese stretch."""
    return _RUN.findall(plain)


def _pieces(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] if _IS_HAN.match(run) else [run]
