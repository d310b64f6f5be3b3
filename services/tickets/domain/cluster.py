"""A hot spot: several households of one building with the same matter in a short time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.profile import Kind, Origin
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.watching import is_shown_to_neighbours

QUIET_AFTER = timedelta(days=7)
COUNTED_KINDS = frozenset({Kind.COMPLAINT, Kind.NEED})
COUNTED_ORIGINS = frozenset({Origin.RESIDENT, Origin.ON_BEHALF, Origin.SURVEY})


@dataclass(frozen=True, slots=True)
class Cluster:
    id: UUID
    community_id: UUID | None
    building_id: UUID
    category: str
    opened_at: datetime
    last_at: datetime
    households: int
    closed_at: datetime | None = None
    parent_id: UUID | None = None
    revision: int = 1

    @property
    def correlation(self) -> UUID:
        return self.id

    @property
    def quiet_at(self) -> datetime:
        """When it closes, if nothing more is reported."""
        return self.last_at + QUIET_AFTER


def counts(ticket: Ticket) -> bool:
    """Whether a ticket may belong to a hot spot: what neighbours may know of, brought by or for a resident."""
    brought = ticket.kind in COUNTED_KINDS and ticket.origin in COUNTED_ORIGINS
    return brought and is_shown_to_neighbours(ticket)


def with_parent(cluster: Cluster, parent_id: UUID) -> Cluster:
    """One case now stands for all of them."""
    if cluster.closed_at is not None:
        raise Refused("cannot_open_parent_when_closed")
    if cluster.parent_id is not None:
        raise Refused("parent_opened_already", parent_id=str(cluster.parent_id))
    return replace(cluster, parent_id=parent_id, revision=cluster.revision + 1)
