"""What a provider says later about a submission, and what it does to it: forward only, the first real final wins."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.notify.domain.submission import State, Submission

_FINAL = {"delivered": State.DELIVERED, "undelivered": State.UNDELIVERED}


class Status(StrEnum):
    """What the handset did; `taken`: the provider handed it on to the carrier, and nothing is final yet."""

    TAKEN = "taken"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """One line of a provider's push, before it is matched."""

    client_ref: UUID | None
    provider_ref: str
    number: str
    status: Status
    code: str
    at: datetime | None
    billed: int | None


class Match(StrEnum):
    """How a report and a submission of ours fit together."""

    FORWARD = "forward"
    REPEATED = "repeated"
    CONTRADICTS = "contradicts"
    SUSPECT = "suspect"


def match(report: DeliveryReport, submission: Submission, *, same_number: bool) -> Match:
    """Reference, provider reference and number must agree; else it is suspect and changes nothing."""
    if not same_number or submission.provider_ref not in (None, report.provider_ref):
        return Match.SUSPECT
    if report.status is Status.TAKEN and submission.state not in (State.CLAIMED, State.UNKNOWN, State.NOT_FOUND):
        return Match.REPEATED
    if submission.state in (State.DELIVERED, State.UNDELIVERED):
        return Match.REPEATED if submission.state is _FINAL[report.status] else Match.CONTRADICTS
    if submission.state is State.REFUSED:
        return Match.CONTRADICTS
    return Match.FORWARD
