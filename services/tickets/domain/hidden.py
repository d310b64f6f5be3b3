"""A hidden reporter: those who do the work do not see who she is; they reach her through the desk."""

from collections.abc import Callable
from uuid import UUID

from services.tickets.domain.permission import Who
from services.tickets.domain.ticket import Ticket

SEE_HER = frozenset({Who.REPORTER, Who.OPERATOR, Who.SECRETARY})


def sees_reporter(ticket: Ticket, found: frozenset[Who]) -> bool:
    return not ticket.hidden or bool(found & SEE_HER)


def mask(ticket: Ticket, found: frozenset[Who], merged: frozenset[UUID]) -> Callable[[UUID | None], UUID | None]:
    """Names everybody who acted on a case, but not the one who is hidden.

    `merged` are the hidden reporters of cases that go on in this one: who may see them looks there, on record.
    """
    unseen = merged if sees_reporter(ticket, found) else merged | {ticket.reporter_id}
    return lambda person_id: None if person_id in unseen else person_id
