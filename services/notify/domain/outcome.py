"""What goes to a provider and what may come back: an answer, a finding, a text; and what each leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.notify.domain.delivery_report import Status
from services.notify.domain.hours import SHANGHAI
from services.notify.domain.message import Message, Move
from services.notify.domain.segments import Segment


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One text, or one segment of it, on its way to one provider.

    `text` is the whole as the handset shows it, signature first; `template_code` and `parameters` are for providers
    that take only filed texts. `number` is the address: of the channel email it is a mailbox. `part` is there where we
    divide the text ourselves.
    """

    client_ref: UUID
    number: str
    signature: str
    template_code: str
    parameters: Mapping[str, str]
    ext: str | None
    sender: str = ""
    text: str = ""
    subject: str = ""
    unsubscribe_url: str = ""
    valid_minutes: int = 0
    part: Segment | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it and gave it a reference."""

    provider_ref: str
    billed: int | None = None


class RefusalClass(StrEnum):
    """What a refusing code means for us."""

    LIMIT = "limit"
    ACCOUNT = "account"
    CONTENT = "content"
    RECIPIENT = "recipient"
    OPT_OUT = "opt_out"
    UNLISTED = "unlisted"
    NOT_SENT = "not_sent"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class RefusedBy:
    """The provider said no, in words we can read; or no connection was ever made (`not_sent`)."""

    kind: RefusalClass
    code: str
    window: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows: a time-out, a reset, a 5xx, an unreadable answer."""

    why: str


Outcome = Accepted | RefusedBy | Lost


@dataclass(frozen=True, slots=True)
class Found:
    """The provider has the submission; `status` where it is final."""

    provider_ref: str | None
    status: Status | None
    code: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """The provider answered and does not have it."""


@dataclass(frozen=True, slots=True)
class CannotSay:
    """No readable answer to the question."""


Finding = Found | NotFound | CannotSay


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """A text a resident sent, as the provider pushed it."""

    sequence: str
    number: str
    text: str
    dest: str
    at: str


@dataclass(frozen=True, slots=True)
class BadItem:
    """One line of a push that is no delivery report; the others of its batch take effect."""

    why: str


BACK_OFF_SECONDS: Final = (30, 120, 300, 900)
TRIES_MAX: Final = 12
AGAIN: Final = frozenset({RefusalClass.LIMIT, RefusalClass.ACCOUNT, RefusalClass.NOT_SENT, RefusalClass.HOURS})
ELSEWHERE: Final = frozenset({RefusalClass.ACCOUNT, RefusalClass.NOT_SENT, RefusalClass.CONTENT})
OPENS_AT: Final = time(8, 0)


def refused(message: Message, by: RefusedBy, *, at: datetime, jitter: float, another: bool = False) -> Message:
    """A definite no: at once through another provider, or later, when the reason passes; else failed with it.

    Nobody goes around a carrier's limit: it is counted per number, over all providers.
    """
    if message.attempt >= TRIES_MAX:
        return message.moved(Move.REFUSED, reason="tries", closed_at=at)
    if another and by.kind in ELSEWHERE:
        return message.moved(Move.REFUSED_FOR_NOW, due_at=at, waiting_for=by.code)
    if by.kind not in AGAIN:
        return message.moved(Move.REFUSED, reason=by.code, closed_at=at)
    due_at = max(back_off(message.attempt, at=at, jitter=jitter), window_end(by, at))
    if due_at > message.valid_until:
        return message.moved(Move.REFUSED, reason=by.code, closed_at=at)
    return message.moved(Move.REFUSED_FOR_NOW, due_at=due_at, waiting_for=by.code)


def back_off(attempt: int, *, at: datetime, jitter: float) -> datetime:
    """30 s, 2, 5, 15, 15 … minutes; `jitter` from -1 to 1 moves it by up to a fifth."""
    seconds = BACK_OFF_SECONDS[min(attempt, len(BACK_OFF_SECONDS)) - 1]
    return at + timedelta(seconds=seconds * (1 + 0.2 * jitter))


def window_end(by: RefusedBy, at: datetime) -> datetime:
    """When a limit is over: at the end of the natural minute or hour (UTC+8), a day later, or at eight."""
    local = at.astimezone(SHANGHAI)
    if by.kind is RefusalClass.HOURS:
        opens = datetime.combine(local.date(), OPENS_AT, SHANGHAI)
        return (opens if opens > local else opens + timedelta(days=1)).astimezone(at.tzinfo)
    match by.window:
        case "minute":
            end = local.replace(second=0, microsecond=0) + timedelta(minutes=1)
        case "hour":
            end = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        case "day":
            end = local + timedelta(days=1)
        case _:
            end = local
    return end.astimezone(at.tzinfo)
