"""Why somebody hears of a case that is not hers: and whether that also lets her read it."""

from collections.abc import Mapping
from enum import StrEnum

from chassis.refused import Refused
from services.tickets.domain.category import SEALED
from services.tickets.domain.profile import Kind
from services.tickets.domain.state import AWAITING, LIVE
from services.tickets.domain.ticket import Ticket


class Why(StrEnum):
    FILER = "filer"
    WATCH = "watch"
    ME_TOO = "me_too"
    MERGED_REPORTER = "merged_reporter"


# Who says "me too", or whose own report was merged, hears of the case and reads none of its words.
READS = frozenset({Why.FILER, Why.WATCH})
JOINED = frozenset({Why.ME_TOO, Why.MERGED_REPORTER})
STRONGER: Mapping[Why, int] = {Why.ME_TOO: 0, Why.WATCH: 1, Why.FILER: 2, Why.MERGED_REPORTER: 3}

PRIVATE_KINDS = frozenset({Kind.REPORT})
PRIVATE_CATEGORIES = SEALED | {"rights"}


def is_shown_to_neighbours(ticket: Ticket) -> bool:
    """Whether a neighbour may learn that there is such a case: place, category, state and how many, nothing else."""
    private = ticket.kind in PRIVATE_KINDS or ticket.category in PRIVATE_CATEGORIES or ticket.hidden
    return not private and ticket.parent_id is None and ticket.building_id is not None


def check_me_too(ticket: Ticket) -> None:
    if not is_shown_to_neighbours(ticket):
        raise Refused("ticket_unknown", status=404)
    if ticket.state not in LIVE | AWAITING:
        raise Refused(f"cannot_me_too_when_{ticket.state.value}")
