"""A dispute settled between named parties by named mediators: opened, talked over in sessions, settled."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.state import UNFINISHED
from services.tickets.domain.ticket import Ticket

MEDIATORS_MIN, PARTIES_MIN = 2, 2


class MediationState(StrEnum):
    OPEN = "open"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Mediation:
    """One per case. Parties are people or teams; a party is never a mediator."""

    ticket_id: UUID
    mediators: tuple[UUID, ...]
    parties: tuple[UUID, ...]
    opened_at: datetime
    state: MediationState = MediationState.OPEN
    settled_at: datetime | None = None
    outcome: str = ""
    agreement_ref: UUID | None = None


def begin(ticket: Ticket, *, mediators: tuple[UUID, ...], parties: tuple[UUID, ...], at: datetime) -> Mediation:
    """At least two mediators and two parties, on a case that is still open."""
    if ticket.state not in UNFINISHED:
        raise Refused(f"cannot_mediate_when_{ticket.state.value}")
    if set(mediators) & set(parties):
        raise Refused("party_is_mediator")
    for name, people, least in (("mediators", mediators, MEDIATORS_MIN), ("parties", parties, PARTIES_MIN)):
        if len(set(people)) < least:
            raise Refused(f"too_few_{name}", status=422, errors=[{"pointer": f"/{name}", "code": "too_few"}])
    return Mediation(ticket.id, tuple(dict.fromkeys(mediators)), tuple(dict.fromkeys(parties)), at)


def check_session(mediation: Mediation, *, held_at: datetime, present: Collection[UUID], at: datetime) -> None:
    """It was held since the mediation began, with a mediator, and with nobody who is neither party nor mediator."""
    if mediation.state is MediationState.SETTLED:
        raise Refused("mediation_is_settled")
    if held_at > at or held_at < mediation.opened_at:
        raise Refused("session_time_impossible", status=422, errors=[{"pointer": "/held_at", "code": "impossible"}])
    if set(present) - {*mediation.mediators, *mediation.parties}:
        raise Refused("stranger_present", status=422, errors=[{"pointer": "/present", "code": "unknown"}])
    if not set(present) & set(mediation.mediators):
        raise Refused("no_mediator_present", status=422, errors=[{"pointer": "/present", "code": "no_mediator"}])


def settle(mediation: Mediation, *, outcome: str, agreement_ref: UUID | None, sessions: int, at: datetime) -> Mediation:
    """What the parties have agreed, in words and by the agreement that holds it."""
    if mediation.state is MediationState.SETTLED:
        raise Refused("mediation_is_settled")
    if not sessions:
        raise Refused("session_needed", missing=["session"])
    if not outcome.strip():
        raise Refused("outcome_needed", status=422, errors=[{"pointer": "/outcome", "code": "required"}])
    return replace(mediation, state=MediationState.SETTLED, settled_at=at, outcome=outcome, agreement_ref=agreement_ref)


def again(mediation: Mediation) -> Mediation:
    """The case is back: it returns to its mediators. What was agreed stays readable until it is settled anew."""
    return replace(mediation, state=MediationState.OPEN, settled_at=None)
