"""The moves of a case, as announced."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from services.tickets.domain.ticket import Ticket
from services.tickets.events.base import GROUP, OTHER, SOME, SOMEBODY, SOON, TicketEvent


class _Matter(TicketEvent):
    origin: str
    channel: str
    building_id: UUID | None
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "state": "received",
        "origin": "resident",
        "channel": "sms",
        "building_id": OTHER,
    }

    @classmethod
    def of(cls, ticket: Ticket, **more: Any) -> Self:
        return super().of(
            ticket,
            origin=ticket.origin,
            channel=ticket.channel,
            building_id=ticket.building_id,
            **more,
        )


class TicketFiled(_Matter, type="tickets.ticket_filed.v1"):
    """A matter was brought and has its number."""


class TicketConfirmed(_Matter, type="tickets.ticket_confirmed.v1"):
    """A draft turned out to be a clear matter."""


class TicketTriaged(_Matter, type="tickets.ticket_triaged.v1"):
    """Kind, category, class or place were put right."""


class ReporterIdentified(TicketEvent, type="tickets.reporter_identified.v1"):
    """Who reported is known now; she can be acknowledged late."""


class TicketAssigned(TicketEvent, type="tickets.ticket_assigned.v1"):
    """A women's group takes the lead."""

    rule_id: str
    first_group_id: UUID | None
    accept_due_at: datetime | None
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "rule_id": "no_property_management",
        "first_group_id": GROUP,
        "accept_due_at": SOON,
    }


class TicketReturned(TicketEvent, type="tickets.ticket_returned.v1"):
    """The group gave the assignment back; the clock goes on."""

    reason: str
    suggested_group_id: UUID | None
    EXAMPLE: ClassVar[dict[str, Any]] = {"state": "received", "reason": "not_our_task", "suggested_group_id": None}


class TicketAccepted(TicketEvent, type="tickets.ticket_accepted.v1"):
    """The group's leader took the case and named who does it."""

    first_contact_due_at: datetime | None
    resolve_due_at: datetime | None
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "state": "accepted",
        "handler_id": SOMEBODY,
        "first_contact_due_at": SOON,
        "resolve_due_at": SOON,
    }

    @classmethod
    def of(cls, ticket: Ticket, **more: Any) -> Self:
        return super().of(ticket, first_contact_due_at=ticket.dues.contact, resolve_due_at=ticket.dues.resolve, **more)


class TicketStarted(TicketEvent, type="tickets.ticket_started.v1"):
    """Work has begun."""

    resolve_due_at: datetime | None
    EXAMPLE: ClassVar[dict[str, Any]] = {"state": "in_progress", "resolve_due_at": SOON}


class TicketContacted(TicketEvent, type="tickets.ticket_contacted.v1"):
    """The handler reached the resident, or tried."""

    contact_result: str
    EXAMPLE: ClassVar[dict[str, Any]] = {"state": "in_progress", "contact_result": "reached"}


class TaskForceRequested(TicketEvent, type="tickets.task_force_requested.v1"):
    """The group asks for so many people for this case."""

    building_id: UUID | None
    size: int
    purpose_code: str
    EXAMPLE: ClassVar[dict[str, Any]] = {"state": "accepted", "building_id": OTHER, "size": 9, "purpose_code": "patrol"}


class HelpRequested(TicketEvent, type="tickets.help_requested.v1"):
    """The fund is asked to help the one who reported. Can be restated."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"kind": "need", "category": "hardship"}


class TicketResolved(TicketEvent, type="tickets.ticket_resolved.v1"):
    """The handler says that it is done; the resident has not said so yet."""

    resolution: str
    EXAMPLE: ClassVar[dict[str, Any]] = {"state": "resolved", "state_type": "awaiting", "resolution": "done"}


class TicketClosed(TicketEvent, type="tickets.ticket_closed.v1"):
    """The case is closed, with what came of it."""

    outcome: str
    satisfaction: str | None
    reopen_until: datetime | None
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "state": "closed",
        "state_type": "closed",
        "outcome": "solved",
        "satisfaction": "satisfied",
        "reopen_until": SOON,
    }


class TicketReopened(TicketEvent, type="tickets.ticket_reopened.v1"):
    """The matter is back: the next round with the same group."""

    reason: str
    EXAMPLE: ClassVar[dict[str, Any]] = {"round": 2, "reason": "partly"}


class TicketRejected(TicketEvent, type="tickets.ticket_rejected.v1"):
    """The matter is not taken up, with the reason from the list."""

    reason: str
    reopen_until: datetime | None
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "state": "rejected",
        "state_type": "closed",
        "reason": "not_ours",
        "reopen_until": SOON,
    }


class TicketWithdrawn(TicketEvent, type="tickets.ticket_withdrawn.v1"):
    """The one who reported took it back."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"state": "withdrawn", "state_type": "closed"}


class _Link(TicketEvent):
    other_id: UUID
    link_type: str
    EXAMPLE: ClassVar[dict[str, Any]] = {"other_id": SOME, "link_type": "idea_for"}


class TicketLinked(_Link, type="tickets.ticket_linked.v1"):
    """The ticket hangs together with another."""


class TicketUnlinked(_Link, type="tickets.ticket_unlinked.v1"):
    """It does not, after all."""


class _Other(TicketEvent):
    other_id: UUID
    EXAMPLE: ClassVar[dict[str, Any]] = {"other_id": SOME}


class TicketMerged(_Other, type="tickets.ticket_merged.v1"):
    """The same matter as another ticket's, which goes on for both."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"state": "merged", "state_type": "closed", "other_id": SOME}


class TicketUnmerged(_Other, type="tickets.ticket_unmerged.v1"):
    """It was another matter after all: it stands for itself again."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"state": "received", "other_id": SOME}


class TicketSplit(_Other, type="tickets.ticket_split.v1"):
    """A second matter stood in the same words; `other_id` is its own ticket."""


class WatchersTold(TicketEvent, type="tickets.watchers_told.v1"):
    """Those who said "me too", watch, or had their report merged are to hear of it; at most a hundred an event."""

    what: str
    person_ids: list[UUID]
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "state": "closed",
        "state_type": "closed",
        "what": "closed",
        "person_ids": [SOMEBODY],
    }


class DeliberationOpened(TicketEvent, type="tickets.deliberation_opened.v1"):
    """An idea is being talked over."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"kind": "idea", "state": "deliberating"}


class IdeaDecided(TicketEvent, type="tickets.idea_decided.v1"):
    """An idea was adopted, fully or partly, or declined."""

    decision: str
    EXAMPLE: ClassVar[dict[str, Any]] = {"kind": "idea", "state": "adopted", "decision": "adopted_fully"}
