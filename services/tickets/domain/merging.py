"""Several reports of one matter become one case; and what was wrongly put together is taken apart again."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain import link
from services.tickets.domain.link import LinkType
from services.tickets.domain.state import AWAITING, LIVE, Move, target
from services.tickets.domain.ticket import Ticket

UNMERGE_DAYS = 30


def merge(ticket: Ticket, into: Ticket, duplicates: Iterable[tuple[UUID, UUID]], *, by: UUID, at: datetime) -> Ticket:
    """The ticket ends in another one that goes on; no clock of the other starts, stops or begins anew by it."""
    target(ticket.state, Move.MERGE, ticket.barred)
    link.check(ticket.id, into.id, LinkType.DUPLICATE_OF, duplicates)
    if into.state not in LIVE | AWAITING:
        raise Refused(f"cannot_merge_into_{into.state.value}")
    return ticket.moved(
        Move.MERGE, at=at, by=by, details={"into_id": str(into.id)}, merged_into=into.id, closed_at=at, handler_id=None
    )


def unmerge(ticket: Ticket, *, by: UUID, at: datetime) -> Ticket:
    """It was another matter after all: back on the desk, its clock as if it had never been merged."""
    target(ticket.state, Move.UNMERGE, ticket.barred)
    if ticket.closed_at is not None and at > ticket.closed_at + timedelta(days=UNMERGE_DAYS):
        raise Refused("unmerge_too_late")
    return ticket.moved(Move.UNMERGE, at=at, by=by, merged_into=None, closed_at=None)


def split(ticket: Ticket, new_id: UUID, *, by: UUID, at: datetime) -> Ticket:
    """A second matter stood in the same words; it has a ticket of its own now."""
    return ticket.moved(Move.SPLIT, at=at, by=by, details={"to_id": str(new_id)})
