"""What a text from a resident says: cleaned, and read as a way out, as an option, or as words for a person.

The original is kept beside it. `1 楼漏水` is a text about the first floor, not the answer 1.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.notify.domain.prompt import Option

TEXT_CHARACTERS_MAX: Final = 2_000
OPT_OUT_ALL: Final = "退订全部"
STARTS: Final = frozenset({"订阅", "恢复", "START"})
OPT_OUTS: Final = frozenset({"R", "T", "TD", "N", "退订", "拒收", OPT_OUT_ALL, "STOP", "UNSUBSCRIBE"})
MEASURE_WORDS: Final = tuple("楼号栋单元层点月日个次年")
_DROPPED: Final = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFE0F, 0x20E3]
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_OUTER: Final = " 。.,，、!！?？;；:：~～\"'“”‘’「」『』【】[]()（）《》<>-—_*#"
_PREFIX: Final = re.compile("^(?:回复|我选|回(?!复)|选|答)[ :：,，]*(?=.)")
_DIGIT_WORDS: Final = {
    **dict(zip("一二三四五六七八九", "123456789", strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", "123456789", strict=True)),
    "两": "2",
    "十": "10",
    "拾": "10",
}
_LISTED: Final = re.compile(r"^(\d{1,2})[、.,，。)）](?!\d)\s*(.*)$")
_LETTERED: Final = re.compile(r"([A-Z]) ?(\d{1,2})")
_LETTERED_ONLY: Final = re.compile(r"^[A-Z] ?\d{1,2}(?:[ ,、;]*[A-Z] ?\d{1,2})*$")
_SPLIT: Final = re.compile(r"^(.+?)[\s,，。.、;；:：!！?？]+(.+)$")


@dataclass(frozen=True, slots=True)
class Chosen:
    """An option, with the words that came after it; by its digit, or by a word that stands for it."""

    option: Option
    comment: str = ""
    by_word: bool = False


def cleaned(text: str) -> str:
    """The text as it may be stored and shown: no control characters, no lone surrogates, bounded."""
    kept = _SURROGATES.sub("", text)
    return "".join(c for c in kept if c in "\n\t" or ord(c) not in _DROPPED or c == "\u200d")[:TEXT_CHARACTERS_MAX]


def normalised(text: str) -> str:
    """The text as it is compared: `１`, `①`, `“1”`, `回复1` and `一` are all `1`."""
    plain = unicodedata.normalize(
        "NFKC", _SURROGATES.sub("", text.replace("\n", " ").replace("\t", " ")).translate(_DROPPED)
    )
    plain = " ".join(plain.split()).upper().strip(_OUTER)
    plain = _PREFIX.sub("", plain).strip(_OUTER)
    return _DIGIT_WORDS.get(plain, plain)


def is_opt_out(norm: str) -> bool:
    """The whole text asks to be left alone."""
    return norm in OPT_OUTS


def is_start(norm: str) -> bool:
    """The whole text asks to hear of things again."""
    return norm in STARTS


def lettered(norm: str) -> tuple[tuple[str, str], ...]:
    """`A1 B2` as letters with their digits; empty for every other text, and where a letter comes twice."""
    if not _LETTERED_ONLY.match(norm):
        return ()
    pairs = tuple(_LETTERED.findall(norm))
    return pairs if len({letter for letter, _ in pairs}) == len(pairs) else ()


def chosen(norm: str, options: Sequence[Option]) -> Chosen | None:
    """The option a text names, alone or before a comment; None when it is a text for a person."""
    alone = _named(norm, options)
    if alone is not None:
        return Chosen(alone, by_word=not norm.isdigit())
    listed = _LISTED.match(norm) or _SPLIT.match(norm)
    if listed is None:
        return None
    head, rest = _DIGIT_WORDS.get(listed[1], listed[1]), listed[2].strip(_OUTER)
    named = _named(head, options)
    if named is None or rest.startswith(MEASURE_WORDS):
        return None
    return Chosen(named, rest, by_word=not head.isdigit())


def _named(norm: str, options: Sequence[Option]) -> Option | None:
    """By digit, or by word: the longest first, so that a refusal (不去) wins over the assent inside it (去)."""
    words = [(word.upper(), option) for option in options for word in (option.key, option.label, *option.words)]
    for word, option in sorted(words, key=lambda pair: -len(pair[0])):
        if norm == unicodedata.normalize("NFKC", word):
            return option
    return None


def option_faults(options: Sequence[Option]) -> list[str]:
    """Why these options cannot be asked: a word that means leaving, or two options with the same word."""
    seen: dict[str, str] = {}
    faults = []
    for option in options:
        for word in {normalised(w) for w in (option.key, option.label, *option.words)}:
            if is_opt_out(word):
                faults.append(f"{option.code}: {word} is an opt-out word")
            if seen.setdefault(word, option.code) != option.code:
                faults.append(f"{option.code}: {word} is also {seen[word]}")
    return faults


def is_machine(number: str) -> bool:
    """Numbers nobody holds in her hand (106…, 95…, 10086): recorded, never answered."""
    local = number.removeprefix("+86")
    return local.startswith(("106", "95", "100", "12"))
