"""Which question a text answers: the first test that holds decides, and in doubt nobody's question is answered.

An answer that goes to the wrong question is worse than one that a person must read.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.notify.domain import reply as words
from services.notify.domain.prompt import CLOSED, Prompt, waits
from services.notify.domain.reply import Chosen


class Step(StrEnum):
    """The test that decided."""

    THREAD = "thread"
    UNCLEAR = "unclear"
    LETTERS = "letters"
    COMPLETED = "completed"
    ONLY_OPEN = "only_open"
    WORD = "word"
    UNDECIDED = "undecided"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Reply:
    """A text as it is matched: normalised, the extension it came to, and the option kept from an undecided one."""

    norm: str
    ext: str
    at: datetime
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One question and the option chosen for it."""

    prompt: Prompt
    chosen: Chosen


@dataclass(frozen=True, slots=True)
class Match:
    """What a text turned out to be; `asking` are the questions that it left open."""

    step: Step
    hits: tuple[Hit, ...] = ()
    asking: tuple[Prompt, ...] = ()


def match(reply: Reply, asked: Sequence[Prompt]) -> Match:
    """Match a text against the questions of its number that are open or closed within 72 hours."""
    for test in TESTS:
        found = test(reply, asked)
        if found is not None:
            return found
    return Match(Step.WORDS)


def thread_of(ext: str, asked: Iterable[Prompt]) -> Prompt | None:
    """The question whose extension a text came to."""
    return next((p for p in asked if ext and p.ext_held and p.ext == ext), None)


def _thread(reply: Reply, asked: Sequence[Prompt]) -> Match | None:
    """The extension names the question, open or closed; a letter of another question beside it makes it unclear."""
    prompt = thread_of(reply.ext, asked)
    if prompt is None:
        return None
    pairs = words.lettered(reply.norm)
    norm = pairs[0][1] if len(pairs) == 1 and pairs[0][0] == prompt.letter else reply.norm
    hit = _hit(prompt, norm)
    if hit is not None:
        return Match(Step.THREAD, (hit,))
    return Match(Step.WORDS if prompt.state in CLOSED else Step.UNCLEAR, asking=(prompt,))


def _letters(reply: Reply, asked: Sequence[Prompt]) -> Match | None:
    """`A1 B2`: every letter must be that of an open question, every digit one of its options."""
    by_letter = {p.letter: p for p in _waiting(reply, asked)}
    pairs = words.lettered(reply.norm)
    hits = [_hit(by_letter[letter], digit) for letter, digit in pairs if letter in by_letter]
    found = tuple(hit for hit in hits if hit is not None)
    return Match(Step.LETTERS, found) if found and len(found) == len(pairs) else None


def _kept(reply: Reply, asked: Sequence[Prompt]) -> Match | None:
    """`A` alone completes the `1` that was kept."""
    prompt = next((p for p in _waiting(reply, asked) if p.letter == reply.norm), None)
    hit = _hit(prompt, reply.kept) if prompt is not None and reply.kept else None
    return Match(Step.COMPLETED, (hit,)) if hit is not None else None


def _without_thread(reply: Reply, asked: Sequence[Prompt]) -> Match | None:
    """The only question that could be meant, if it is open: the only open one, or the only one that has this word."""
    takes = [hit for p in asked if (hit := _hit(p, reply.norm)) is not None]
    if reply.ext or len(takes) != 1 or not waits(takes[0].prompt, reply.at):
        return None
    if len(_waiting(reply, asked)) == 1:
        return Match(Step.ONLY_OPEN, (takes[0],))
    return Match(Step.WORD, (takes[0],)) if takes[0].chosen.by_word else None


def _undecided(reply: Reply, asked: Sequence[Prompt]) -> Match | None:
    """An option of open questions, and nobody can say of which."""
    takes = tuple(p for p in _waiting(reply, asked) if p.letter and _hit(p, reply.norm) is not None)
    return Match(Step.UNDECIDED, asking=takes) if takes else None


def _waiting(reply: Reply, asked: Iterable[Prompt]) -> list[Prompt]:
    return [p for p in asked if waits(p, reply.at)]


def _hit(prompt: Prompt, norm: str) -> Hit | None:
    found = words.chosen(norm, prompt.options)
    return Hit(prompt, found) if found is not None else None


TESTS: Final[Sequence[Callable[[Reply, Sequence[Prompt]], Match | None]]] = (
    _thread,
    _letters,
    _kept,
    _without_thread,
    _undecided,
)
