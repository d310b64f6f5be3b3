"""Events in: what funds relies on, and what each leads to. Funds move money, so the content is always pulled."""

from typing import Final
from uuid import UUID

from chassis.reader import Read, Reader
from chassis.transaction import Transaction
from services.funds.handlers.tickets import help_requested, ticket_ended, ticket_reopened
from services.funds.store import copies
from services.funds.store.copies import TicketRef


class AreaSeen(Reader, of="members.area_changed.v1"):
    """A place and the places above it."""

    area_id: UUID
    kind: str
    path: list[UUID]
    name: str
    state: str


class OrganizationSeen(Reader, of="members.organization_changed.v1"):
    """A group, where it works and the organisations above it."""

    organization_id: UUID
    path: list[UUID]
    area_id: UUID | None = None
    name: str
    state: str


class HelpRequested(Reader, of="tickets.help_requested.v1"):
    """A need that the fund is asked for."""

    ticket_id: UUID
    number: str
    reporter_id: UUID | None = None


class TicketClosed(Reader, of="tickets.ticket_closed.v1"):
    """A ticket came to its end."""

    ticket_id: UUID


class TicketRejected(Reader, of="tickets.ticket_rejected.v1"):
    """A ticket was not taken."""

    ticket_id: UUID


class TicketWithdrawn(Reader, of="tickets.ticket_withdrawn.v1"):
    """A ticket was taken back."""

    ticket_id: UUID


class TicketReopened(Reader, of="tickets.ticket_reopened.v1"):
    """A ticket goes on."""

    ticket_id: UUID


async def copy_area(event: AreaSeen, tx: Transaction) -> None:
    row = event.model_dump(exclude={"area_id"}) | {"id": event.area_id}
    await copies.put_area(tx, row)


async def copy_organization(event: OrganizationSeen, tx: Transaction) -> None:
    row = event.model_dump(exclude={"organization_id"}) | {"id": event.organization_id}
    await copies.put_organization(tx, row)


async def on_help_requested(event: HelpRequested, tx: Transaction) -> None:
    """A ticket without a community has no fund to ask: recorded nowhere, no effect."""
    cause = tx.cause
    if cause is None or cause.community is None:
        return
    if cause.restated and await copies.ticket(tx, event.ticket_id):
        return
    ticket = TicketRef(
        id=event.ticket_id,
        number=event.number,
        community_id=cause.community,
        correlation=cause.correlation,
        reporter_id=event.reporter_id,
        state="open",
    )
    await help_requested(ticket, tx)


async def on_closed(event: TicketClosed, tx: Transaction) -> None:
    await ticket_ended(event.ticket_id, "closed", tx)


async def on_rejected(event: TicketRejected, tx: Transaction) -> None:
    await ticket_ended(event.ticket_id, "rejected", tx)


async def on_withdrawn(event: TicketWithdrawn, tx: Transaction) -> None:
    await ticket_ended(event.ticket_id, "withdrawn", tx)


async def on_reopened(event: TicketReopened, tx: Transaction) -> None:
    await ticket_reopened(event.ticket_id, tx)


READS: Final = (
    Read(AreaSeen, copy_area, copy=True),
    Read(OrganizationSeen, copy_organization, copy=True),
    Read(HelpRequested, on_help_requested, copy=True),
    Read(TicketClosed, on_closed),
    Read(TicketRejected, on_rejected),
    Read(TicketWithdrawn, on_withdrawn),
    Read(TicketReopened, on_reopened),
)
