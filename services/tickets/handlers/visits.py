"""Visits: planned and made. They move no state and no clock; only a recorded contact counts as one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.transaction import Transaction
from services.tickets.domain import visit as rules
from services.tickets.domain.permission import Who
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.visit import Visit
from services.tickets.handlers.work import acting_person
from services.tickets.store import tickets, visits
from services.tickets.views.rights import check, relations

VISITORS = frozenset({Who.HANDLER, Who.LEADER})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVisit:
    ticket_id: UUID
    planned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeVisit:
    ticket_id: UUID
    visit_id: UUID
    result: str
    made_at: datetime | None = None


async def plan_visit(command: PlanVisit, tx: Transaction) -> Visit:
    ticket = await _worked_on(command.ticket_id, tx)
    by = acting_person(tx)
    visit = rules.plan(ticket, tx.new_id(), planned_at=command.planned_at, by=by, now=tx.now)
    await visits.add(tx, visit)
    return visit


async def make_visit(command: MakeVisit, tx: Transaction) -> Visit:
    ticket = await _worked_on(command.ticket_id, tx)
    visit = await visits.load(tx, ticket.id, command.visit_id)
    made_at, by = command.made_at or tx.now, acting_person(tx)
    made = rules.done(visit, ticket, made_at=made_at, result=command.result, by=by, now=tx.now)
    await visits.save(tx, made)
    return made


async def _worked_on(ticket_id: UUID, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, ticket_id)
    await check(tx, ticket, relations(tx.actor, ticket) & VISITORS)
    return ticket
