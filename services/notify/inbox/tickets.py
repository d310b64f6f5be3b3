"""What tickets tells about a case: the fields notify relies on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import Field

from chassis.reader import Reader


class OfTicket(Reader):
    """What every event about a ticket tells, and its texts may hold."""

    ticket_id: UUID
    number: str
    category: str
    round: int
    case_class: str | None = Field(default=None, alias="class")
    group_id: UUID | None = None
    handler_id: UUID | None = None
    reporter_id: UUID | None = None


class FiledTicket(OfTicket, of="tickets.ticket_filed.v1"):
    """A case was filed."""

    origin: str


class IdentifiedReporter(OfTicket, of="tickets.reporter_identified.v1"):
    """The person behind a filed case became known later."""


class AcceptedTicket(OfTicket, of="tickets.ticket_accepted.v1"):
    """A group took the case."""

    resolve_due_at: datetime | None = None


class RejectedTicket(OfTicket, of="tickets.ticket_rejected.v1"):
    """The case is not ours."""


class AssignedTicket(OfTicket, of="tickets.ticket_assigned.v1"):
    """A case was given to a group."""

    accept_due_at: datetime | None = None


class TransferredTicket(OfTicket, of="tickets.ticket_transferred.v1"):
    """Another group has the case now."""


class HandedOverTicket(OfTicket, of="tickets.ticket_handed_over.v1"):
    """Another member of the group does it now."""


class NudgedTicket(OfTicket, of="tickets.ticket_nudged.v1"):
    """The resident asks again."""


class PausedTicket(OfTicket, of="tickets.ticket_paused.v1"):
    """The case waits for a word, until a day."""

    until: datetime


class ExtendedTicket(OfTicket, of="tickets.ticket_extended.v1"):
    """A longer limit was granted."""

    resolve_due_at: datetime | None = None


class AskedExtension(OfTicket, of="tickets.extension_asked.v1"):
    """A longer limit is asked for; undecided when the limit ends, it is refused."""

    resolve_due_at: datetime | None = None


class RefusedExtension(OfTicket, of="tickets.extension_refused.v1"):
    """A longer limit was not granted."""

    resolve_due_at: datetime | None = None


class MergedTicket(OfTicket, of="tickets.ticket_merged.v1"):
    """Another ticket goes on for both."""


class ToldWatchers(OfTicket, of="tickets.watchers_told.v1"):
    """Those who watch a case are to hear of it."""

    what: str
    person_ids: list[UUID] = Field(max_length=100)


class OpenedCallTask(OfTicket, of="tickets.call_task_opened.v1"):
    """The resident should be rung up."""

    due_at: datetime


class ReturnedTicket(OfTicket, of="tickets.ticket_returned.v1"):
    """The group gave the case back."""


class ReopenedTicket(OfTicket, of="tickets.ticket_reopened.v1"):
    """A new round begins."""


class WithdrawnTicket(OfTicket, of="tickets.ticket_withdrawn.v1"):
    """The reporter took the case back."""


class OfDeadline(OfTicket):
    """A clock reached a threshold; `recipient_role` names whom to tell."""

    due_at: datetime
    recipient_role: str


class NearDeadline(OfDeadline, of="tickets.ticket_deadline_near.v1"):
    """A deadline is near."""


class PassedDeadline(OfDeadline, of="tickets.ticket_deadline_passed.v1"):
    """A deadline has passed."""


class EscalatedTicket(OfDeadline, of="tickets.ticket_escalated.v1"):
    """A case went one level up."""


class AskedFollowUp(OfTicket, of="tickets.follow_up_asked.v1"):
    """The reporter is asked whether it was solved, or why not."""

    question: str
    valid_until: datetime | None = None


class CancelledFollowUp(OfTicket, of="tickets.follow_up_cancelled.v1"):
    """The question is settled by another door."""


class RefusedAnswer(OfTicket, of="tickets.answer_refused.v1"):
    """An answer came that changes nothing any more."""

    person_id: UUID | None = None


class ClosedTicket(OfTicket, of="tickets.ticket_closed.v1"):
    """The case is closed; it may be opened again."""


class DecidedIdea(OfTicket, of="tickets.idea_decided.v1"):
    """What becomes of a resident's idea."""


class OfMediation(OfTicket):
    """A dispute that is talked over by its parties."""

    party_ids: list[UUID] = Field(max_length=100)


class OpenedMediation(OfMediation, of="tickets.mediation_opened.v1"):
    """The parties are asked to talk."""


class SettledMediation(OfMediation, of="tickets.mediation_settled.v1"):
    """The parties have agreed."""


OF_TICKETS: Sequence[type[OfTicket]] = (
    FiledTicket,
    IdentifiedReporter,
    AcceptedTicket,
    RejectedTicket,
    AssignedTicket,
    TransferredTicket,
    HandedOverTicket,
    NudgedTicket,
    PausedTicket,
    ExtendedTicket,
    AskedExtension,
    RefusedExtension,
    MergedTicket,
    ToldWatchers,
    OpenedCallTask,
    ReturnedTicket,
    ReopenedTicket,
    WithdrawnTicket,
    NearDeadline,
    PassedDeadline,
    EscalatedTicket,
    AskedFollowUp,
    CancelledFollowUp,
    RefusedAnswer,
    ClosedTicket,
    DecidedIdea,
    OpenedMediation,
    SettledMediation,
)
