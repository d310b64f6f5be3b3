"""What tickets tells: help is asked for, and how the ticket goes on."""

from dataclasses import replace
from uuid import UUID

from chassis.transaction import Transaction
from services.funds.domain.application import MOVES, Category, Move
from services.funds.events import ApplicationReturned
from services.funds.handlers.applications import void_approval
from services.funds.handlers.drafts import draft
from services.funds.store import applications, approvals, copies, funds, ledger
from services.funds.store.copies import TicketRef


async def help_requested(ticket: TicketRef, tx: Transaction) -> None:
    """The need becomes an application in draft. Told twice, it is still one."""
    await copies.put_ticket(tx, ticket)
    if await applications.of_ticket(tx, ticket.id):
        return
    fund_id = await funds.charity_of(tx, ticket.community_id)
    await draft(ticket, fund_id, Category.HARDSHIP, tx.new_id(), tx)


async def ticket_ended(ticket_id: UUID, state: str, tx: Transaction) -> None:
    """An application that nobody has decided goes back to its author; what was decided stays."""
    ticket = await copies.ticket(tx, ticket_id)
    if ticket is None:
        return
    await copies.put_ticket(tx, replace(ticket, state=state))
    for id in await applications.of_ticket(tx, ticket_id):
        await _send_back(id, tx)


async def ticket_reopened(ticket_id: UUID, tx: Transaction) -> None:
    ticket = await copies.ticket(tx, ticket_id)
    if ticket is not None:
        await copies.put_ticket(tx, replace(ticket, state="open"))


async def _send_back(application_id: UUID, tx: Transaction) -> None:
    seen = await applications.load(tx, application_id)
    if seen.approval_id is not None:
        await ledger.lock(tx, await funds.load(tx, seen.fund))
        approval = await approvals.load(tx, seen.approval_id, hold=True)
        if approval.decided_at is not None and seen.state == "deciding":
            return
        await void_approval(tx, seen)
    application = await applications.load(tx, application_id, hold=True)
    if Move.SEND_BACK in MOVES[application.state]:
        returned = await applications.save(tx, application.moved(Move.SEND_BACK))
        tx.announce(ApplicationReturned.of(returned), returned)
