"""Clocks of a ticket: when they are due is written with the move, and one timer row waits for the next threshold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain import threshold
from services.tickets.domain.clock import Clock, Reading
from services.tickets.domain.profile import RUNS_NO_CLOCK
from services.tickets.domain.state import Move
from services.tickets.domain.threshold import Point
from services.tickets.domain.ticket import Dues, Step, Ticket
from services.tickets.events import TicketDeadlineNear, TicketDeadlinePassed, TicketEscalated
from services.tickets.settings import TicketsSettings
from services.tickets.store import copies, marks, tickets
from services.tickets.store.reference import load_reference

TIMER = "clock"


def dispatch_limit(tx: Transaction) -> timedelta:
    return TicketsSettings.of(tx.service.settings).dispatch_limit


async def read_clocks(
    tx: Transaction, ticket: Ticket, history: Sequence[Step] | None = None
) -> Mapping[Clock, Reading]:
    known = history if history is not None else await tickets.history(tx, ticket)
    clocks = (await load_reference(tx)).clocks(ticket.community_id, dispatch_limit(tx))
    return clocks(known, ticket.class_code)


async def wound(tx: Transaction, ticket: Ticket, history: Sequence[Step]) -> Ticket:
    """The ticket with what its clocks say now. To be saved with the move that changed them."""
    if ticket.origin in RUNS_NO_CLOCK:
        return ticket
    reading = await read_clocks(tx, ticket, history)
    dues = Dues(reading[Clock.ACCEPT].due, reading[Clock.CONTACT].due, reading[Clock.RESOLVE].due)
    return replace(ticket, dues=dues)


async def wait_for_next(
    tx: Transaction,
    ticket: Ticket,
    history: Sequence[Step] | None = None,
    raised: frozenset[tuple[str, int]] = frozenset(),
) -> None:
    """Set the one timer of this ticket to its next threshold."""
    waiting = [point for point in await _points(tx, ticket, history) if point.key not in raised]
    if waiting:
        await tx.set_timer(TIMER, str(ticket.id), waiting[0].at)


async def strike(timer: DueTimer, tx: Transaction) -> None:
    """A threshold may have been reached: raise what is due, once, and wait for the next."""
    ticket = await tickets.find(tx, UUID(timer.key))
    if ticket is None:
        return
    history = await tickets.history(tx, ticket)
    raised = await marks.raised(tx, ticket.id, ticket.round)
    reached = [point for point in await _points(tx, ticket, history) if point.at <= tx.now and point.key not in raised]
    for point in reached:
        role = await _recipient(point, ticket, tx)
        if await marks.raise_once(tx, ticket.id, ticket.round, point, role):
            ticket = await _raise(point, role, ticket, tx)
        raised.add(point.key)
    await wait_for_next(tx, ticket, history, frozenset(raised))


async def supersede_marks(tx: Transaction, ticket: Ticket) -> None:
    await marks.supersede(tx, ticket.id, ticket.round)


async def _points(tx: Transaction, ticket: Ticket, history: Sequence[Step] | None) -> list[Point]:
    if ticket.origin in RUNS_NO_CLOCK:
        return []
    known = history if history is not None else await tickets.history(tx, ticket)
    calendar = (await load_reference(tx)).calendar
    reading = await read_clocks(tx, ticket, known)
    return threshold.ahead(ticket, known, reading, calendar, dispatch_limit(tx))


async def _raise(point: Point, role: str, ticket: Ticket, tx: Transaction) -> Ticket:
    """An escalation is a line of the history too; a warning is only a mark."""
    details = {"clock": point.clock, "threshold": point.threshold.amount, "recipient_role": role}
    if point.threshold.level >= threshold.ESCALATES_FROM:
        ticket = await tickets.save(
            tx, ticket.moved(Move.ESCALATE, at=tx.now, by=None, reason=point.clock, details=details)
        )
        event: type[TicketDeadlineNear | TicketDeadlinePassed | TicketEscalated] = TicketEscalated
    elif point.at < point.due_at:
        event = TicketDeadlineNear
    else:
        event = TicketDeadlinePassed
    tx.announce(
        event.of(
            _answerable(point, ticket),
            clock=point.clock,
            threshold=point.threshold.amount,
            due_at=point.due_at,
            level=point.threshold.level,
            recipient_role=role,
        ),
        ticket,
    )
    return ticket


def _answerable(point: Point, ticket: Ticket) -> Ticket:
    """The group the deadline is told to: until another has accepted, the first receiver answers for the contact."""
    return replace(ticket, group_id=ticket.contact_group_id) if point.clock == Clock.CONTACT else ticket


async def _recipient(point: Point, ticket: Ticket, tx: Transaction) -> str:
    """Whom to tell; where nobody stands, the next one up. Never silent."""
    role = point.threshold.recipient_role
    answerable = _answerable(point, ticket)
    while role in threshold.NEXT_UP and not await _stands(role, answerable, tx):
        role = threshold.NEXT_UP[role]
    return role


async def _stands(role: str, ticket: Ticket, tx: Transaction) -> bool:
    if role == "handler":
        return ticket.handler_id is not None
    if role == "leader":
        return await copies.has_leader(tx, ticket.group_id)
    return await copies.somebody_is(tx, role, ticket.area_path)
