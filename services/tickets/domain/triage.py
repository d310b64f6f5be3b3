"""What the desk does to a case: a draft is clear, a mistake is put right, another house's matter becomes ours."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.state import Move
from services.tickets.domain.ticket import Ticket

# What triage changes and figures of an earlier moment must still know.
REMEMBERED = frozenset({"kind", "category", "building_id", "community_id"})


def confirm(ticket: Ticket, *, by: UUID | None, at: datetime) -> Ticket:
    """The draft holds a clear matter and a place."""
    confirmed = ticket.moved(Move.CONFIRM, at=at, by=by, details={"class": ticket.class_code})
    missing = [name for name in ("category", "community_id") if not getattr(ticket, name)]
    if missing:
        raise Refused("not_clear_yet", missing=missing)
    return confirmed


def triage(ticket: Ticket, *, by: UUID, at: datetime, reason: str, changes: Mapping[str, Any]) -> Ticket:
    """Kind, category, class or place are put right."""
    names = sorted(changes)
    was = {name: str(getattr(ticket, name)) for name in names if name in REMEMBERED and getattr(ticket, name)}
    details = {"changed": names, "class": changes.get("class_code", ticket.class_code), "was": was}
    return ticket.moved(Move.TRIAGE, at=at, by=by, reason=reason, details=details, **changes)


def take_over(ticket: Ticket, *, at: datetime) -> Ticket:
    """A matter another system kept becomes a case like any other: its clocks begin now."""
    details = {"changed": [], "class": ticket.class_code, "taken_over": True}
    return ticket.moved(Move.TRIAGE, at=at, by=None, reason="taken_over", details=details)
