"""Giving a case to a group, and giving it back: each return has a reason, and the third one calls the arbiter."""

from datetime import datetime
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.state import Move, target
from services.tickets.domain.ticket import Ticket

RETURNS_BEFORE_ARBITER = 3
RETURN_REASONS = frozenset(
    {
        "not_our_task",
        "not_our_place",
        "conflict_of_interest",
        "no_capacity",
        "not_stated",
        "duplicate",
        "lacks_information",
    }
)


def assign(
    ticket: Ticket,
    *,
    group_id: UUID,
    group_path: tuple[UUID, ...],
    by: UUID | None,
    at: datetime,
    reason: str,
    arbiter: bool,
    named_handler_id: UUID | None = None,
) -> Ticket:
    """A women's group takes the lead; after the third return only the secretary decides, and it binds."""
    target(ticket.state, Move.ASSIGN, ticket.barred)
    if ticket.arbiter_required and not arbiter:
        raise Refused("arbiter_required")
    check_not_about(ticket, group_id)
    return ticket.moved(
        Move.ASSIGN,
        at=at,
        by=by,
        reason=reason,
        details={"group_id": str(group_id)},
        group_id=group_id,
        group_path=group_path,
        handler_id=None,
        first_group_id=ticket.first_group_id or group_id,
        binding=ticket.arbiter_required,
        named_handler_id=named_handler_id,
        overloaded=False,
    )


def transfer(ticket: Ticket, *, group_id: UUID, group_path: tuple[UUID, ...], by: UUID, at: datetime) -> Ticket:
    """The secretary gives the case to another group; the clock goes on, and the first receiver stays the first."""
    target(ticket.state, Move.TRANSFER, ticket.barred)
    if group_id == ticket.group_id:
        raise Refused("group_has_it_already")
    check_not_about(ticket, group_id)
    return ticket.moved(
        Move.TRANSFER,
        at=at,
        by=by,
        details={"group_id": str(group_id)},
        group_id=group_id,
        group_path=group_path,
        handler_id=None,
        named_handler_id=None,
        overloaded=False,
        binding=ticket.arbiter_required,
    )


def check_not_about(ticket: Ticket, group_id: UUID) -> None:
    """A report is never given to the group it is about."""
    if group_id == ticket.about_group_id:
        raise Refused("report_is_about_this_group")


def give_back(ticket: Ticket, *, reason: str, suggested_group_id: UUID | None, by: UUID, at: datetime) -> Ticket:
    """The group gives the assignment back with a reason; the clock goes on."""
    target(ticket.state, Move.RETURN, ticket.barred)
    if reason not in RETURN_REASONS:
        raise Refused("reason_unknown", status=422, errors=[{"pointer": "/reason", "code": "unknown"}])
    if ticket.binding:
        raise Refused("assignment_is_binding")
    returns = ticket.returns + 1
    details = {"suggested_group_id": str(suggested_group_id) if suggested_group_id else None}
    return ticket.moved(
        Move.RETURN,
        at=at,
        by=by,
        reason=reason,
        details=details,
        returns=returns,
        handler_id=None,
        arbiter_required=returns >= RETURNS_BEFORE_ARBITER,
    )
