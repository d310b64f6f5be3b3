"""Reaching the resident: one word with her, or three tries half an hour apart."""

from datetime import datetime, timedelta
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.state import Move, target
from services.tickets.domain.ticket import Ticket

ATTEMPTS_THAT_COUNT = 3
ATTEMPT_GAP = timedelta(minutes=30)


def record_contact(ticket: Ticket, *, result: str, contact_at: datetime, by: UUID, at: datetime) -> Ticket:
    """The handler reached the resident, or tried; three tries half an hour apart count as contact."""
    target(ticket.state, Move.RECORD_CONTACT, ticket.barred)
    if contact_at > at or contact_at < (ticket.round_started_at or ticket.filed_at):
        raise Refused("contact_time_impossible", status=422, errors=[{"pointer": "/at", "code": "impossible"}])
    apart = ticket.attempted_at is None or contact_at - ticket.attempted_at >= ATTEMPT_GAP
    attempts = ticket.attempts + (1 if result == "attempt" and apart else 0)
    counts = result == "reached" or attempts >= ATTEMPTS_THAT_COUNT
    return ticket.moved(
        Move.RECORD_CONTACT,
        at=contact_at,
        by=by,
        reason=result,
        details={"counts": counts},
        attempts=attempts,
        attempted_at=contact_at if result == "attempt" and apart else ticket.attempted_at,
        contacted_at=ticket.contacted_at or (contact_at if counts else None),
    )
