"""Opening an application for help: by a clerk, or because a ticket asks for it."""

from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.application import Application, Category, State
from services.funds.domain.code import code_of
from services.funds.events import ApplicationOpened
from services.funds.handlers.access import admitted_fund
from services.funds.store import applications, copies, funds
from services.funds.store.copies import TicketRef


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenApplication:
    id: UUID
    ticket_id: UUID
    fund_id: UUID | None
    category: Category


async def open_application(command: OpenApplication, tx: Transaction) -> Application:
    """A clerk opens one for a ticket, beside the one that the ticket's own event makes."""
    ticket = await open_ticket(tx, command.ticket_id)
    fund_id = command.fund_id or await funds.charity_of(tx, ticket.community_id)
    fund = await admitted_fund(tx, fund_id, "funds.apply")
    if fund.community_id != ticket.community_id:
        raise Refused("ticket_unknown")
    if (standing := await applications.find(tx, command.id)) is not None:
        return _same(standing, command)
    if (other := await applications.live_one(tx, ticket.id, command.category)) is not None:
        raise Refused("already_open", application_id=str(other))
    return await draft(ticket, fund.id, command.category, command.id, tx)


async def draft(ticket: TicketRef, fund_id: UUID | None, category: Category, id: UUID, tx: Transaction) -> Application:
    """The applicant is the reporter; the case stays one case across the services."""
    made = Application(
        id=id,
        code=code_of("H", id),
        ticket_id=ticket.id,
        community_id=ticket.community_id,
        correlation=ticket.correlation,
        fund_id=fund_id,
        category=category,
        asked_fen=None,
        proposed_fen=None,
        urgent=False,
        applicant_id=ticket.reporter_id,
        beneficiary_id=None,
        author_id=None,
        verifier_id=None,
        approval_id=None,
        commitment_id=None,
        state=State.DRAFT,
        revision=1,
    )
    saved = await applications.add(tx, made)
    tx.announce(ApplicationOpened.of(saved), saved)
    return saved


async def open_ticket(tx: Transaction, ticket_id: UUID) -> TicketRef:
    """The ticket, known here and not yet ended."""
    ticket = await copies.ticket(tx, ticket_id)
    if ticket is None:
        raise Refused("ticket_unknown")
    if ticket.state != "open":
        raise Refused("ticket_closed")
    return ticket


def _same(standing: Application, command: OpenApplication) -> Application:
    if standing.ticket_id != command.ticket_id:
        raise Refused("conflicting_source", fields=["ticket_id"])
    return standing
