"""Events in: exactly the fields relied on, and what each leads to."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from chassis.reader import Read, Reader
from chassis.transaction import Transaction
from services.tickets.handlers import answering, inbound, reports, task_forces, work
from services.tickets.store import copies, rates


class AreaChanged(Reader, of="members.area_changed.v1"):
    """A place, whole."""

    area_id: UUID
    kind: str
    parent_id: UUID | None = None
    path: list[UUID]
    estate_id: UUID | None = None
    name: str
    has_property_management: bool | None = None
    lat: float | None = None
    long: float | None = Field(default=None, alias="lon")
    state: str


class HouseholdsCounted(Reader, of="members.households_counted.v1"):
    """How many households lived in a building when a month ended."""

    area_id: UUID
    month: str
    households: int


class OrganizationChanged(Reader, of="members.organization_changed.v1"):
    """A group, whole."""

    organization_id: UUID
    classification: str
    path: list[UUID]
    area_id: UUID | None = None
    mandate: tuple[str, ...] = ()
    name: str
    state: str


class GroupLeaderChanged(Reader, of="members.group_leader_changed.v1"):
    """Who leads a group now."""

    organization_id: UUID
    leader_id: UUID | None = None
    deputy_id: UUID | None = None


class MembershipChanged(Reader, of="members.membership_changed.v1"):
    """Who belongs to a group."""

    organization_id: UUID
    membership_id: UUID
    person_id: UUID
    tier: str
    state: str


class CoverageChanged(Reader, of="members.coverage_changed.v1"):
    """A group takes a category in an area."""

    coverage_id: UUID
    organization_id: UUID
    area_id: UUID
    category: str
    rank: str
    valid_from: datetime | None = Field(default=None, alias="from")
    valid_until: datetime | None = Field(default=None, alias="until")
    state: str


class TaskForceFormed(Reader, of="members.task_force_formed.v1"):
    """The people asked for stand."""

    organization_id: UUID
    ticket_id: UUID
    person_ids: list[UUID]
    until: datetime | None = None


class PromptAnswered(Reader, of="notify.prompt_answered.v1"):
    """Somebody answered a question of ours by one digit or button."""

    about: UUID
    round: int | None = None
    purpose: str
    option: str
    person_id: UUID | None = None
    channel: str = "sms"
    received_id: UUID | None = None


class PromptAnsweredLate(PromptAnswered, of="notify.prompt_answered_late.v1"):
    """The same, after the question had been closed."""


class MessageFailed(Reader, of="notify.message_failed.v1"):
    """A message did not arrive."""

    about: UUID | None = None
    round: int | None = None
    purpose: str | None = None
    rule: str | None = None


class PromptUnclear(Reader, of="notify.prompt_unclear.v1"):
    """An answer nobody could read."""

    about: UUID
    round: int | None = None
    purpose: str
    person_id: UUID | None = None


class TextReceived(Reader, of="notify.text_received.v1"):
    """Words came in; they wait at notify."""

    received_id: UUID
    person_id: UUID | None = None
    hints: tuple[UUID, ...] = ()
    confidential: bool = False


async def copy_area(event: AreaChanged, tx: Transaction) -> None:
    await copies.put_area(tx, event.model_dump(exclude={"area_id"}) | {"id": event.area_id})
    if event.kind in ("community", "village") and event.state == "active":
        await reports.await_close(event.area_id, tx)


async def copy_households(event: HouseholdsCounted, tx: Transaction) -> None:
    month = date.fromisoformat(f"{event.month}-01")
    await rates.put_households(tx, event.area_id, month, event.households)


async def copy_organization(event: OrganizationChanged, tx: Transaction) -> None:
    row = event.model_dump(exclude={"organization_id"}) | {"id": event.organization_id, "mandate": list(event.mandate)}
    await copies.put_organization(tx, row)
    if event.state != "active":
        await work.return_to_desk(event.organization_id, tx)


async def copy_leader(event: GroupLeaderChanged, tx: Transaction) -> None:
    await copies.put_leader(tx, event.model_dump())


async def copy_membership(event: MembershipChanged, tx: Transaction) -> None:
    await copies.put_membership(tx, event.model_dump(exclude={"membership_id"}) | {"id": event.membership_id})
    if event.state == "ended":
        await work.return_to_leader(event.organization_id, event.person_id, tx)


async def copy_coverage(event: CoverageChanged, tx: Transaction) -> None:
    await copies.put_coverage(tx, event.model_dump(exclude={"coverage_id"}) | {"id": event.coverage_id})


async def on_task_force(event: TaskForceFormed, tx: Transaction) -> None:
    await task_forces.formed(event.ticket_id, event.organization_id, event.person_ids, event.until, tx)


async def on_answer(event: PromptAnswered, tx: Transaction) -> None:
    reply = answering.Reply(
        ticket_id=event.about,
        round=event.round or 0,
        purpose=event.purpose,
        option=event.option,
        person_id=event.person_id,
        channel=event.channel,
        received_id=event.received_id,
    )
    await answering.take_reply(reply, tx)


async def on_late_answer(event: PromptAnsweredLate, tx: Transaction) -> None:
    reply = answering.Reply(
        ticket_id=event.about,
        round=event.round or 0,
        purpose=event.purpose,
        option=event.option,
        person_id=event.person_id,
        channel=event.channel,
        late=True,
    )
    await answering.take_reply(reply, tx)


async def on_failed_message(event: MessageFailed, tx: Transaction) -> None:
    if event.about is not None and event.purpose == "follow_up":
        await answering.call_back(event.about, event.round or 0, "undelivered", tx)


async def on_unclear(event: PromptUnclear, tx: Transaction) -> None:
    if event.purpose == "follow_up":
        await answering.call_back(event.about, event.round or 0, "unclear", tx)


async def on_text(event: TextReceived, tx: Transaction) -> None:
    await inbound.remember(event.received_id, event.person_id, event.hints, tx, confidential=event.confidential)


READS: tuple[Read, ...] = (
    Read(AreaChanged, copy_area, copy=True),
    Read(HouseholdsCounted, copy_households, copy=True),
    Read(OrganizationChanged, copy_organization, copy=True),
    Read(GroupLeaderChanged, copy_leader, copy=True),
    Read(MembershipChanged, copy_membership, copy=True),
    Read(CoverageChanged, copy_coverage, copy=True),
    Read(TaskForceFormed, on_task_force),
    Read(PromptAnswered, on_answer),
    Read(PromptAnsweredLate, on_late_answer),
    Read(MessageFailed, on_failed_message),
    Read(PromptUnclear, on_unclear),
    Read(TextReceived, on_text),
)
