"""What funds announces: ids, states, numbers, public names. Never the amount or category of a person's help."""

from collections.abc import Iterable
from typing import Final, Self
from uuid import UUID

from chassis.feed import Event
from services.funds.domain.application import Application
from services.funds.domain.approval import Approval
from services.funds.domain.donation import Donation
from services.funds.domain.entry import Entry
from services.funds.domain.fund import Fund
from services.funds.domain.payment import Payment

_ID: Final = UUID("01900000-0000-7000-8000-0000000000f1")
_OTHER: Final = UUID("01900000-0000-7000-8000-0000000000f2")
_PERSON: Final = UUID("01900000-0000-7000-8000-0000000000f3")


class FundChanged(Event, type="funds.fund_changed.v1"):
    """A fund was opened or changed: its whole public state."""

    fund_id: UUID
    code: str
    name: str
    kind: str
    state: str

    @classmethod
    def of(cls, fund: Fund) -> Self:
        return cls(fund_id=fund.id, code=fund.code, name=fund.name, kind=fund.kind, state=fund.state)

    @classmethod
    def example(cls) -> Self:
        return cls(fund_id=_ID, code="F001", name="中一路社区公益基金", kind="charity", state="open")


class EntryPosted(Event, type="funds.entry_posted.v1"):
    """An entry stands in a fund's journal, at this place of its sequence."""

    fund_id: UUID
    entry_id: UUID
    kind: str
    slot: int
    seq: int

    @classmethod
    def of(cls, fund: Fund, entry: Entry, seq: int) -> Self:
        return cls(fund_id=fund.id, entry_id=entry.id, kind=entry.kind, slot=0, seq=seq)

    @classmethod
    def example(cls) -> Self:
        return cls(fund_id=_ID, entry_id=_OTHER, kind="inflow", slot=0, seq=17)


class _Commitment(Event):
    fund_id: UUID
    commitment_id: UUID

    @classmethod
    def of(cls, fund: Fund, commitment_id: UUID) -> Self:
        return cls(fund_id=fund.id, commitment_id=commitment_id)

    @classmethod
    def example(cls) -> Self:
        return cls(fund_id=_ID, commitment_id=_OTHER)


class CommitmentMade(_Commitment, type="funds.commitment_made.v1"):
    """Money of the fund was set aside for an approved case."""


class CommitmentReleased(_Commitment, type="funds.commitment_released.v1"):
    """What was left of a commitment is available again."""


class DonationReceived(Event, type="funds.donation_received.v1"):
    """A gift, or the proceeds of a sale, came into the fund."""

    donation_id: UUID
    fund_id: UUID

    @classmethod
    def of(cls, donation: Donation) -> Self:
        return cls(donation_id=donation.id, fund_id=donation.fund_id)

    @classmethod
    def example(cls) -> Self:
        return cls(donation_id=_OTHER, fund_id=_ID)


class _Application(Event):
    application_id: UUID
    ticket_id: UUID
    applicant_id: UUID | None
    author_id: UUID | None

    @classmethod
    def of(cls, application: Application) -> Self:
        return cls(
            application_id=application.id,
            ticket_id=application.ticket_id,
            applicant_id=application.applicant_id,
            author_id=application.author_id,
        )

    @classmethod
    def example(cls) -> Self:
        return cls(application_id=_ID, ticket_id=_OTHER, applicant_id=_PERSON, author_id=_PERSON)


class ApplicationOpened(_Application, type="funds.application_opened.v1"):
    """A need became an application for help, in draft."""


class ApplicationSubmitted(_Application, type="funds.application_submitted.v1"):
    """A clerk handed it in, with consent and evidence."""


class ApplicationReturned(_Application, type="funds.application_returned.v1"):
    """It went back to its author: to be mended, or because its ticket or its approval ended."""


class ApplicationApproved(_Application, type="funds.application_approved.v1"):
    """The votes are there and the money is set aside."""


class ApplicationRejected(_Application, type="funds.application_rejected.v1"):
    """An approver said no."""


class ApplicationWithdrawn(_Application, type="funds.application_withdrawn.v1"):
    """It was taken back before the money was paid."""


class ApplicationLapsed(_Application, type="funds.application_lapsed.v1"):
    """Nobody paid in time; the money is available again."""


class ApplicationClosed(_Application, type="funds.application_closed.v1"):
    """The household has signed for the money."""


class PaymentSent(Event, type="funds.payment_sent.v1"):
    """The cashier paid at the bank."""

    payment_id: UUID
    application_id: UUID
    ticket_id: UUID
    applicant_id: UUID | None
    author_id: UUID | None

    @classmethod
    def of(cls, payment: Payment, application: Application) -> Self:
        return cls(payment_id=payment.id, **ApplicationClosed.of(application).model_dump())

    @classmethod
    def example(cls) -> Self:
        return cls(payment_id=_OTHER, **ApplicationClosed.example().model_dump())


class ApprovalRequested(Event, type="funds.approval_requested.v1"):
    """These people are asked to vote, for the first time or once more."""

    approval_id: UUID
    subject_kind: str
    subject_id: UUID
    person_ids: tuple[UUID, ...]

    @classmethod
    def of(cls, approval: Approval, people: Iterable[UUID]) -> Self:
        kind = "application"
        return cls(approval_id=approval.id, subject_kind=kind, subject_id=approval.subject_id, person_ids=tuple(people))

    @classmethod
    def example(cls) -> Self:
        return cls(approval_id=_ID, subject_kind="application", subject_id=_OTHER, person_ids=(_PERSON,))


class _Approval(Event):
    approval_id: UUID
    subject_kind: str
    subject_id: UUID

    @classmethod
    def of(cls, approval: Approval) -> Self:
        return cls(approval_id=approval.id, subject_kind="application", subject_id=approval.subject_id)

    @classmethod
    def example(cls) -> Self:
        return cls(approval_id=_ID, subject_kind="application", subject_id=_OTHER)


class ApprovalGranted(_Approval, type="funds.approval_granted.v1"):
    """The last vote that was needed has been cast."""


class ApprovalRefused(_Approval, type="funds.approval_refused.v1"):
    """One approver said no."""


class ApprovalExpired(_Approval, type="funds.approval_expired.v1"):
    """Fourteen days went by without a decision."""


EVENTS: Final = (
    FundChanged,
    EntryPosted,
    CommitmentMade,
    CommitmentReleased,
    DonationReceived,
    ApplicationOpened,
    ApplicationSubmitted,
    ApplicationReturned,
    ApplicationApproved,
    ApplicationRejected,
    ApplicationWithdrawn,
    ApplicationLapsed,
    ApplicationClosed,
    PaymentSent,
    ApprovalRequested,
    ApprovalGranted,
    ApprovalRefused,
    ApprovalExpired,
)
