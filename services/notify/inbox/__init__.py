"""Events in: the fields notify relies on, and what each event leads to. A handler here calls nobody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from chassis.reader import Read, Reader
from chassis.transaction import Transaction
from services.notify.handlers import planning, prompts
from services.notify.inbox.funds import OF_APPLICATIONS, SETTLES, OfApproval, RequestedApproval
from services.notify.inbox.rounds import ROUNDS
from services.notify.inbox.tickets import OF_TICKETS, OfTicket
from services.notify.store import copies


class MissingCalendarYear(Reader, of="tickets.calendar_year_missing.v1"):
    """The holidays of a year have not been loaded."""

    year: int


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


async def settle_approval(event: OfApproval, tx: Transaction) -> None:
    """Whoever has not been told yet that her decision is wanted need not be."""
    await planning.withdraw_settled(event.approval_id, event.of, tx)


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


READS: tuple[Read, ...] = (
    *(Read(model, tell_of_ticket) for model in OF_TICKETS),
    Read(NudgedCounsellor, tell),
    Read(MissingCalendarYear, tell),
    *(Read(model, tell) for model in (*ROUNDS, *OF_APPLICATIONS, RequestedApproval)),
    *(Read(model, settle_approval) for model in SETTLES),
    Read(RequestedCode, tell),
    Read(UsedCode, end_code),
    Read(ChangedLeader, copy_leader, copy=True),
    Read(ChangedGroup, copy_group, copy=True),
    Read(ChangedPlace, copy_place, copy=True),
    Read(ChangedCategory, copy_category, copy=True),
)
