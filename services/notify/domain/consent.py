"""Consent to be told of a topic by a channel, and its withdrawal: statements that are only ever added.

What somebody refused stays refused until she says otherwise of the very same thing: the stricter reading wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

ALL_TOPICS: Final = "*"
ALL_CHANNELS: Final = "*"
PROMOTION: Final = "promotion"
"""As a topic: everything that advertises, whatever it is about."""


class Standing(StrEnum):
    """Where a person stands on one topic and channel."""

    GIVEN = "given"
    REFUSED = "refused"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Statement:
    """Something a person said once: yes (a consent) or no (an opt-out)."""

    given: bool
    topic: str
    channel: str
    at: datetime


def standing(statements: Iterable[Statement], topic: str, message_class: str, channel: str) -> Standing:
    """What the statements of a number and its person come to for one text."""
    exact = {topic, PROMOTION} if message_class == PROMOTION else {topic}
    said = [s for s in statements if s.topic in exact | {ALL_TOPICS} and s.channel in (channel, ALL_CHANNELS)]
    yes = [s for s in said if s.given]
    if any(not _lifted(no, yes, topic) for no in said if not no.given):
        return Standing.REFUSED
    return Standing.GIVEN if any(s.topic in exact for s in yes) else Standing.SILENT


def _lifted(no: Statement, yes: Iterable[Statement], topic: str) -> bool:
    """A later yes to the same thing, or to this very topic, takes a no back."""
    return any(s.at > no.at and s.topic in (no.topic, topic) and s.channel in (no.channel, ALL_CHANNELS) for s in yes)


def last_refused(statements: Iterable[Statement], channel: str) -> list[str]:
    """The topics that were refused last on a channel, and have not been taken back since."""
    said = [s for s in statements if s.channel in (channel, ALL_CHANNELS)]
    yes = [s for s in said if s.given]
    open_ = [s for s in said if not s.given and not _lifted(s, yes, s.topic)]
    last = max((s.at for s in open_), default=None)
    return sorted({s.topic for s in open_ if s.at == last})
