"""Ideas are talked over: the leader proposes a decision, the secretary, another person, confirms it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.state import Move, target
from services.tickets.domain.ticket import Ticket

EXTENTS = frozenset({"fully", "partly"})


def deliberate(ticket: Ticket, *, by: UUID, at: datetime) -> Ticket:
    return ticket.moved(Move.DELIBERATE, at=at, by=by)


def propose(ticket: Ticket, move: Move, *, decision: str, by: UUID) -> Ticket:
    """The leader says what the deliberation came to; nothing moves yet."""
    target(ticket.state, move, ticket.barred)
    return replace(ticket, proposed_decision=decision, proposed_by=by)


def decide(ticket: Ticket, move: Move, *, decision: str, reason: str, by: UUID, at: datetime) -> Ticket:
    """The secretary confirms what the leader proposed."""
    target(ticket.state, move, ticket.barred)
    if ticket.proposed_decision != decision:
        raise Refused("proposal_needed", proposed=ticket.proposed_decision)
    if ticket.proposed_by == by:
        raise Refused("second_person_needed")
    if not reason.strip():
        raise Refused("reason_needed", status=422, errors=[{"pointer": "/reason", "code": "required"}])
    details = {"decision": decision, "proposed_by": str(ticket.proposed_by)}
    if move is Move.ADOPT:
        return ticket.moved(move, at=at, by=by, reason=decision, details=details)
    return ticket.moved(move, at=at, by=by, reason=decision, details=details, closed_at=at, outcome="not_adopted")
