"""A visit to the place of a case: planned ahead, made, and written down with what came of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.state import WORK
from services.tickets.domain.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Visit:
    id: UUID
    ticket_id: UUID
    round: int
    planned_by: UUID | None = None
    planned_at: datetime | None = None
    made_by: UUID | None = None
    made_at: datetime | None = None
    result: str = ""


def plan(ticket: Ticket, id_: UUID, *, planned_at: datetime, by: UUID, now: datetime) -> Visit:
    """Nobody plans for yesterday, and only while the case is being worked on."""
    if ticket.state not in WORK:
        raise Refused(f"cannot_visit_when_{ticket.state.value}")
    if planned_at < now:
        raise Refused("visit_time_impossible", status=422, errors=[{"pointer": "/planned_at", "code": "past"}])
    return Visit(id_, ticket.id, ticket.round, planned_by=by, planned_at=planned_at)


def done(visit: Visit, ticket: Ticket, *, made_at: datetime, result: str, by: UUID, now: datetime) -> Visit:
    """Made once; never before the case was there, never ahead."""
    if visit.made_at is not None:
        raise Refused("visit_made_already")
    if not ticket.filed_at <= made_at <= now:
        raise Refused("visit_time_impossible", status=422, errors=[{"pointer": "/made_at", "code": "impossible"}])
    return replace(visit, made_by=by, made_at=made_at, result=result)
