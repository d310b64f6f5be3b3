"""Notify's own words for where a message is (`created`, `sending`, …), as clients of the compatible API know them.

A table of shapes: the first that fits names the status. The same table finds messages by status.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.notify.domain.message import EMAIL, Message, State

RECIPIENT: Final = frozenset(
    {
        "undelivered",
        "isv.MOBILE_NUMBER_ILLEGAL",
        "isv.BLACK_KEY_CONTROL_LIMIT",
        "isv.DOMESTIC_NUMBER_NOT_SUPPORTED",
        "FailedOperation.PhoneNumberInBlacklist",
        "FailedOperation.PhoneNumberParseFail",
        "InvalidParameterValue.IncorrectPhoneNumber",
        *("21211", "21214", "21217", "21265", "21610", "21612", "21614"),
        *("smtp_550", "smtp_551", "smtp_553"),
    }
)
"""What is the recipient's: the vendors' codes for a number that takes no text, and a text that did not arrive."""
TEMPORARY: Final = frozenset({"expired", "no_report"})


@dataclass(frozen=True, slots=True)
class Shape:
    """A state, and where it matters a channel and a set of reasons (or, with `others`, every reason but these)."""

    state: State
    channel: str = ""
    reasons: frozenset[str] | None = None
    others: bool = False

    def fits(self, message: Message) -> bool:
        if message.state is not self.state or (self.channel and message.channel != self.channel):
            return False
        return self.reasons is None or (message.reason in self.reasons) is not self.others


STATUSES: Final[Sequence[tuple[str, Shape]]] = (
    ("created", Shape(State.QUEUED)),
    ("sending", Shape(State.CLAIMED)),
    ("sending", Shape(State.UNKNOWN)),
    ("sending", Shape(State.PARKED)),
    ("sending", Shape(State.SUBMITTED, "sms")),
    ("sent", Shape(State.SUBMITTED, EMAIL)),
    ("delivered", Shape(State.DELIVERED)),
    ("permanent-failure", Shape(State.SUPPRESSED)),
    ("permanent-failure", Shape(State.CANCELLED)),
    ("permanent-failure", Shape(State.FAILED, reasons=RECIPIENT)),
    ("temporary-failure", Shape(State.FAILED, reasons=TEMPORARY)),
    ("technical-failure", Shape(State.FAILED, reasons=RECIPIENT | TEMPORARY, others=True)),
)
NAMES: Final = (
    "cancelled",
    "created",
    "sending",
    "sent",
    "delivered",
    "pending",
    "failed",
    "technical-failure",
    "temporary-failure",
    "permanent-failure",
    "pending-virus-check",
    "validation-failed",
    "virus-scan-failed",
    "returned-letter",
    "accepted",
    "received",
)
"""Every status a client may ask for; of those that are not in the table there is nothing."""


def status_of(message: Message) -> str:
    """Notify's word for where a message is."""
    return next(name for name, shape in STATUSES if shape.fits(message))


def shapes_of(status: str) -> list[Shape]:
    """The shapes of a status; `failed` is Notify's word for all three failures."""
    return [shape for name, shape in STATUSES if name == status or (status == "failed" and name.endswith("-failure"))]


def written_time(at: datetime | None) -> str | None:
    """A time as Notify writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at else None
