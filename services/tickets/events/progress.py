"""What moves a case on or lets it wait, as announced."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from services.tickets.domain.ticket import Ticket
from services.tickets.events.base import GROUP, OTHER, SOME, SOMEBODY, SOON, Example, TicketEvent

_WORKING = {"state": "in_progress", "handler_id": SOMEBODY}


class TicketHandedOver(TicketEvent, type="tickets.ticket_handed_over.v1"):
    """Another member of the same group does it now."""

    EXAMPLE: ClassVar[dict[str, Any]] = {**_WORKING}


class TicketTransferred(TicketEvent, type="tickets.ticket_transferred.v1"):
    """The secretary gave the case to another group; the clock goes on."""

    rule_id: str
    first_group_id: UUID | None
    accept_due_at: datetime | None
    EXAMPLE: ClassVar[dict[str, Any]] = {"rule_id": "transfer", "first_group_id": GROUP, "accept_due_at": SOON}


class TicketNudged(TicketEvent, type="tickets.ticket_nudged.v1"):
    """The resident asks again."""

    resolve_due_at: datetime | None
    EXAMPLE: ClassVar[dict[str, Any]] = {**_WORKING, "resolve_due_at": SOON}


class CohandlerAdded(TicketEvent, type="tickets.cohandler_added.v1"):
    """Another group helps, through a case of its own."""

    child_id: UUID
    required: bool
    EXAMPLE: ClassVar[dict[str, Any]] = {**_WORKING, "child_id": OTHER, "required": True}


class _Due(TicketEvent):
    resolve_due_at: datetime | None
    EXAMPLE: ClassVar[dict[str, Any]] = {**_WORKING, "resolve_due_at": SOON}

    @classmethod
    def of(cls, ticket: Ticket, **more: Any) -> Self:
        return super().of(ticket, resolve_due_at=ticket.dues.resolve, **more)


class TicketPaused(_Due, type="tickets.ticket_paused.v1"):
    """The resident's word, or somebody outside, is waited for; the resolve clock stands."""

    reason: str
    until: datetime
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "state": "waiting_external",
        "state_type": "paused",
        "resolve_due_at": SOON,
        "reason": "wait_for_external",
        "until": SOON,
    }


class TicketResumed(_Due, type="tickets.ticket_resumed.v1"):
    """The word came, the day is there, or the budget is used up: the clock goes on."""

    cause: str
    EXAMPLE: ClassVar[dict[str, Any]] = {**_WORKING, "resolve_due_at": SOON, "cause": "word"}


class ExtensionAsked(_Due, type="tickets.extension_asked.v1"):
    """The group asks for a longer limit, in time."""

    minutes: int
    EXAMPLE: ClassVar[dict[str, Any]] = {**_WORKING, "resolve_due_at": SOON, "minutes": 1440}


class TicketExtended(_Due, type="tickets.ticket_extended.v1"):
    """A longer limit was granted; the resident reads the new day and why."""

    minutes: int
    EXAMPLE: ClassVar[dict[str, Any]] = {**_WORKING, "resolve_due_at": SOON, "minutes": 1440}


class ExtensionRefused(_Due, type="tickets.extension_refused.v1"):
    """It was not granted, or not decided in time."""

    reason: str
    EXAMPLE: ClassVar[dict[str, Any]] = {**_WORKING, "resolve_due_at": SOON, "reason": "undecided"}


class TicketDueChanged(_Due, type="tickets.ticket_due_changed.v1"):
    """What was reckoned is due at another time, though nothing happened to the case: a calendar came."""

    cause: str
    EXAMPLE: ClassVar[dict[str, Any]] = {**_WORKING, "resolve_due_at": SOON, "cause": "calendar"}


class ResolutionRetracted(TicketEvent, type="tickets.resolution_retracted.v1"):
    """It is not done after all, says the handler, before anybody was asked."""

    EXAMPLE: ClassVar[dict[str, Any]] = {**_WORKING}


class TicketLookedBack(TicketEvent, type="tickets.ticket_looked_back.v1"):
    """A look four weeks after closing: it holds, or it is there again."""

    look_back: str
    EXAMPLE: ClassVar[dict[str, Any]] = {"state": "closed", "state_type": "closed", "look_back": "holds"}


class CallTaskOpened(TicketEvent, type="tickets.call_task_opened.v1"):
    """Somebody who did not do the work should ring the resident up."""

    call_task_id: UUID
    purpose: str
    why: str
    due_at: datetime
    EXAMPLE: ClassVar[dict[str, Any]] = {
        "state": "following_up",
        "state_type": "awaiting",
        "call_task_id": OTHER,
        "purpose": "follow_up",
        "why": "no_answer",
        "due_at": SOON,
    }


class _Mediation(TicketEvent):
    party_ids: list[UUID]
    agreement_ref: UUID | None
    EXAMPLE: ClassVar[dict[str, Any]] = {"category": "venue", "party_ids": [SOMEBODY], "agreement_ref": None}


class MediationOpened(_Mediation, type="tickets.mediation_opened.v1"):
    """A dispute is talked over between its parties, by named mediators."""


class MediationSettled(_Mediation, type="tickets.mediation_settled.v1"):
    """The parties have agreed; every one of them is told."""

    EXAMPLE: ClassVar[dict[str, Any]] = {"category": "venue", "party_ids": [SOMEBODY], "agreement_ref": SOME}


class CalendarYearMissing(Example, type="tickets.calendar_year_missing.v1"):
    """The official notice of a year has not been loaded; what is due in it is provisional."""

    year: int
    EXAMPLE: ClassVar[dict[str, Any]] = {"year": 2027}
