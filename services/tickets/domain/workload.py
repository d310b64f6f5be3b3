"""Who of a group does it: the one with the least to do, never the reporter, nobody on leave, nobody over her cap."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.state import Move, target
from services.tickets.domain.ticket import Step, Ticket

CAP = 8
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Load:
    """What one member has on her hands, and when she was last given something."""

    person_id: UUID
    open: int
    given_at: datetime | None = None
    on_leave: bool = False


@dataclass(frozen=True, slots=True)
class GroupSettings:
    """What the leader has settled: how much a member carries, whether the system names the handler, and whether a
    member may take a case herself."""

    cap: int = CAP
    chooses_at_once: bool = False
    members_accept: bool = False
    revision: int = 0


def able(loads: Sequence[Load], cap: int, barred: Collection[UUID]) -> list[Load]:
    """Those who can take one more, the fairest choice first: least to do, longest without a new one, then by id."""
    free = [load for load in loads if not load.on_leave and load.open < cap and load.person_id not in barred]
    return sorted(free, key=lambda load: (load.open, load.given_at or _NEVER, str(load.person_id)))


def barred(ticket: Ticket, history: Sequence[Step]) -> frozenset[UUID]:
    """The reporter; and, where another handler was asked for at a reopening, those of the rounds before."""
    found = {ticket.reporter_id} if ticket.reporter_id else set()
    reopened = max((step.round for step in history if step.details.get("another_handler")), default=0)
    for step in history:
        if step.round < reopened and step.details.get("handler_id"):
            found.add(UUID(step.details["handler_id"]))
    return frozenset(found)


def check_handler(ticket: Ticket, person_id: UUID, history: Sequence[Step], *, on_leave: bool) -> None:
    """Whether this person may do it at all."""
    if person_id == ticket.reporter_id:
        raise Refused("conflict_of_interest")
    if person_id in barred(ticket, history):
        raise Refused("handler_barred")
    if on_leave:
        raise Refused("on_leave")


def hand_over(ticket: Ticket, *, handler_id: UUID, load: Load, cap: int, by: UUID | None, at: datetime) -> Ticket:
    """Another member of the same group does it from now on."""
    target(ticket.state, Move.HAND_OVER, ticket.barred)
    if handler_id == ticket.handler_id:
        raise Refused("handler_already")
    if load.open >= cap:
        raise Refused("over_cap", missing=["capacity"])
    details = {"handler_id": str(handler_id), "from": str(ticket.handler_id) if ticket.handler_id else None}
    return ticket.moved(Move.HAND_OVER, at=at, by=by, details=details, handler_id=handler_id)
