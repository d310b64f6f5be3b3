"""The residents: who answers what, how often and how soon, from a script. The same seed gives the same answers.

A script is TOML:

    seed = 7

    [[answer]]
    pattern = "回复([A-Z]?1)接单"   # found in the text as the handset shows it
    reply = '\\1'                     # \\1 is what the first group found
    share = 0.3                      # of the texts that the pattern fits
    delay = [1, 120]                 # seconds, in the simulated time of the rhythm

    [[answer]]
    pattern = "."
    reply = "我正在开车,稍后回复。"
    share = 0.02
    of = "numbers"                   # these handsets answer every text by themselves
    delay = [1, 2]
"""

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


@dataclass(frozen=True, slots=True)
class Reply:
    text: str
    after_seconds: float


class Answer(BaseModel):
    """One way to answer. Ways that fit the same text share it out among them, in their order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pattern: str = Field(min_length=1, max_length=200)
    reply: str = Field(min_length=1, max_length=1_000)
    share: float = Field(gt=0, le=1)
    of: Literal["texts", "numbers"] = "texts"
    delay: tuple[float, float] = (1.0, 60.0)

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a pattern: {error}") from error
        return pattern

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not 0 <= self.delay[0] <= self.delay[1]:
            raise ValueError("delay: the shortest and the longest, in seconds")
        try:
            re.compile(f"{self.pattern}|").match("").expand(self.reply)  # type: ignore[union-attr]
        except (re.error, IndexError) as error:
            raise ValueError(f"reply: {error}") from error
        return self


class Script(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 0
    answer: list[Answer] = Field(default=[], max_length=1_000)


class Residents:
    """Nobody answers until a script is given. Draws depend on the number and on how many texts it has had."""

    def __init__(self) -> None:
        self.script = Script()
        self._texts: dict[str, int] = defaultdict(int)

    def hire(self, script: str) -> Script:
        """Follow this script from now on, as from the beginning."""
        try:
            self.script = Script.model_validate(tomllib.loads(script))
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"not TOML: {error}") from error
        self._texts.clear()
        return self.script

    def dismiss(self) -> None:
        self.script = Script()
        self._texts.clear()

    def replies(self, number: str, text: str) -> Iterator[Reply]:
        """What the holder of this number answers, at most once as a person and once as a machine."""
        self._texts[number] += 1
        nth = self._texts[number]
        for of, draw in (("texts", f"{number} {nth}"), ("numbers", number)):
            left = self._drawn(f"{of} {draw}")
            for answer in self.script.answer:
                found = re.search(answer.pattern, text) if answer.of == of else None
                if found is None:
                    continue
                left -= answer.share
                if left < 0:
                    shortest, longest = answer.delay
                    after = shortest + (longest - shortest) * self._drawn(f"delay {of} {number} {nth}")
                    yield Reply(found.expand(answer.reply), after)
                    break

    def _drawn(self, what: str) -> float:
        """Between 0 and 1, always the same for the same seed."""
        digest = hashlib.sha256(f"{self.script.seed} {what}".encode()).digest()
        return int.from_bytes(digest[:8]) / 2**64
