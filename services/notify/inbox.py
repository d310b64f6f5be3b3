"""Events in: the fields notify relies on, and what each event leads to. A handler here calls nobody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from chassis.reader import Read, Reader
from chassis.transaction import Transaction
from services.notify.handlers import planning, prompts
from services.notify.store import copies


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


class NudgedCounsellor(Reader, of="tickets.counsellor_nudged.v1"):
    """Counsellors have something to look at; what, nobody else may know."""

    person_ids: list[UUID] = Field(max_length=100)


class RequestedCode(Reader, of="members.sign_in_code_requested.v1"):
    """Somebody wants to sign in by a code."""

    challenge_id: UUID
    expires_at: datetime


class UsedCode(Reader, of="members.sign_in_code_used.v1"):
    """The code has done its work."""

    challenge_id: UUID


class ChangedLeader(Reader, of="members.group_leader_changed.v1"):
    """Who leads a group now."""

    organization_id: UUID
    leader_id: UUID | None = None
    deputy_id: UUID | None = None


class ChangedGroup(Reader, of="members.organization_changed.v1"):
    """A group's public name and place."""

    organization_id: UUID
    name: str
    area_id: UUID | None = None
    state: str


class ChangedPlace(Reader, of="members.area_changed.v1"):
    """A place's public name and where it lies."""

    area_id: UUID
    kind: str
    path: list[UUID]
    name: str
    state: str


class ChangedCategory(Reader, of="tickets.category_changed.v1"):
    """What a category is called."""

    category: str
    label: str
    state: str


async def tell(event: Reader, tx: Transaction) -> None:
    """Apply the rules whose event this is."""
    await planning.plan(facts_of(event), tx)


async def tell_of_ticket(event: OfTicket, tx: Transaction) -> None:
    """Withdraw the questions this event settles, then apply the rules."""
    await prompts.withdraw_settled(event.ticket_id, event.of, tx)
    await planning.plan(facts_of(event), tx)


async def end_code(event: UsedCode, tx: Transaction) -> None:
    await planning.cancel_challenge(event.challenge_id, tx)


async def copy_leader(event: ChangedLeader, tx: Transaction) -> None:
    await copies.copy_leader(tx, group_id=event.organization_id, leader_id=event.leader_id, deputy_id=event.deputy_id)


async def copy_group(event: ChangedGroup, tx: Transaction) -> None:
    await copies.copy_group(
        tx, group_id=event.organization_id, name=event.name, area_id=event.area_id, state=event.state
    )


async def copy_place(event: ChangedPlace, tx: Transaction) -> None:
    await copies.copy_place(
        tx, area_id=event.area_id, name=event.name, kind=event.kind, path=event.path, state=event.state
    )


async def copy_category(event: ChangedCategory, tx: Transaction) -> None:
    await copies.copy_category(tx, category=event.category, label=event.label, state=event.state)


def facts_of(event: Reader) -> dict[str, Any]:
    """The event's declared fields that are there, as plain JSON values: all a rule or a text may use."""
    return event.model_dump(mode="json", exclude_none=True)


_OF_TICKETS: Sequence[type[OfTicket]] = (
    FiledTicket,
    IdentifiedReporter,
    AcceptedTicket,
    RejectedTicket,
    AssignedTicket,
    ReturnedTicket,
    ReopenedTicket,
    WithdrawnTicket,
    NearDeadline,
    PassedDeadline,
    EscalatedTicket,
    AskedFollowUp,
    CancelledFollowUp,
    RefusedAnswer,
)

READS: tuple[Read, ...] = (
    *(Read(model, tell_of_ticket) for model in _OF_TICKETS),
    Read(NudgedCounsellor, tell),
    Read(RequestedCode, tell),
    Read(UsedCode, end_code),
    Read(ChangedLeader, copy_leader, copy=True),
    Read(ChangedGroup, copy_group, copy=True),
    Read(ChangedPlace, copy_place, copy=True),
    Read(ChangedCategory, copy_category, copy=True),
)
