"""A group that helps: it has a case of its own below the one it helps with. Nobody is asked about that one."""

from dataclasses import replace
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.state import Move, target
from services.tickets.domain.ticket import Ticket


def check(ticket: Ticket, group_id: UUID, helping: set[UUID]) -> None:
    """Another group than the one that leads, and each helps once."""
    target(ticket.state, Move.ADD_COHANDLER, ticket.barred)
    if group_id == ticket.group_id:
        raise Refused("group_has_it_already")
    if group_id in helping:
        raise Refused("group_helps_already")
    if group_id == ticket.about_group_id:
        raise Refused("report_is_about_this_group")
    if ticket.parent_id is not None:
        raise Refused("child_has_no_children")


def below(child: Ticket, parent: Ticket) -> Ticket:
    """The case of the helping group: the same matter and place, nobody to be asked, no complaint of its own."""
    return replace(child, parent_id=parent.id, correlation=parent.correlation)
