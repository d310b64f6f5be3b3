"""What funds tells: who has to decide, and what became of an application. No sum, and no name, is among it."""

from uuid import UUID

from pydantic import Field

from chassis.reader import Reader


class RequestedApproval(Reader, of="funds.approval_requested.v1"):
    """Somebody's decision is wanted."""

    approval_id: UUID
    person_ids: list[UUID] = Field(max_length=100)


class OfApproval(Reader):
    """A decision that is wanted no more."""

    approval_id: UUID


class GrantedApproval(OfApproval, of="funds.approval_granted.v1"):
    """The decision was yes."""


class RefusedApproval(OfApproval, of="funds.approval_refused.v1"):
    """The decision was no."""


class ExpiredApproval(OfApproval, of="funds.approval_expired.v1"):
    """Nobody decided in time."""


class OfApplication(Reader):
    """An application, and who wrote it."""

    application_id: UUID | None = None
    author_id: UUID


class ReturnedApplication(OfApplication, of="funds.application_returned.v1"):
    """It came back to be mended."""


class ApprovedApplication(OfApplication, of="funds.application_approved.v1"):
    """It was granted."""


class RejectedApplication(OfApplication, of="funds.application_rejected.v1"):
    """It was not granted."""


class LapsedApplication(OfApplication, of="funds.application_lapsed.v1"):
    """Nobody went on with it in time."""


class SentPayment(OfApplication, of="funds.payment_sent.v1"):
    """The money is on its way."""


SETTLES = (GrantedApproval, RefusedApproval, ExpiredApproval)
OF_APPLICATIONS = (ReturnedApplication, ApprovedApplication, RejectedApplication, LapsedApplication, SentPayment)
