"""The desk: confirm a draft, put a matter right, refuse it, or take it back for the resident."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import closing
from services.tickets.domain import ticket as rules
from services.tickets.domain import triage as desk
from services.tickets.domain.category import ALWAYS_CONFIDENTIAL
from services.tickets.domain.clock import CLASSES
from services.tickets.domain.permission import Who
from services.tickets.domain.profile import Kind
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Ticket
from services.tickets.events import TicketConfirmed, TicketRejected, TicketTriaged, TicketWithdrawn
from services.tickets.handlers import filing, routing, telling, winding
from services.tickets.handlers.work import Command, acting_person
from services.tickets.store import notes, places, search_words, tickets
from services.tickets.store.reference import Reference, load_reference
from services.tickets.views.rights import check_move


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageTicket(Command):
    kind: Kind | None = None
    category: str | None = None
    class_code: str | None = None
    building_id: UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectTicket(Command):
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawTicket(Command):
    reason: str = ""


async def confirm_ticket(command: TriageTicket, tx: Transaction) -> Ticket:
    """The draft is a clear matter; it goes the way every matter goes."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.CONFIRM, command.expected)
    changed = replace(ticket, **await _changes(command, ticket, tx))
    confirmed = desk.confirm(changed, by=tx.actor.person_id, at=tx.now)
    saved = await routing.route(confirmed, tx, TicketConfirmed)
    await tickets.put_words(tx, saved)
    return saved


async def triage_ticket(command: TriageTicket, tx: Transaction) -> Ticket:
    """Put right what it is about and where; the clocks are reckoned anew from the same start."""
    ticket = await tickets.load(tx, command.ticket_id)
    found = await check_move(tx, ticket, Move.TRIAGE, command.expected)
    changes = await _changes(command, ticket, tx)
    await _check_class(ticket, changes, found, tx)
    triaged = desk.triage(ticket, by=acting_person(tx), at=tx.now, reason=command.reason, changes=changes)
    history = await tickets.history(tx, triaged)
    saved = await tickets.save(tx, await winding.wound(tx, triaged, history))
    if set(search_words.MARKED) & set(changes):
        await tickets.put_words(tx, saved)
    await winding.supersede_marks(tx, saved)
    await winding.wait_for_next(tx, saved, history)
    tx.announce(TicketTriaged.of(saved), saved)
    return saved


async def reject_ticket(command: RejectTicket, tx: Transaction) -> Ticket:
    """Not taken up, with a reason from the list and a sentence to the resident."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.REJECT, command.expected)
    if ticket.round > 1 and tx.actor.person_id in closing.rejecters(await tickets.history(tx, ticket)):
        raise Refused("not_independent")
    rejected = rules.reject(ticket, reason=command.reason, by=acting_person(tx), at=tx.now)
    saved = await tickets.save(tx, rejected)
    await notes.add(tx, saved, kind="rejection", text=command.sentence, audience="resident")
    tx.announce(TicketRejected.of(saved, reason=command.reason, reopen_until=saved.reopen_until), saved)
    return saved


async def withdraw_ticket(command: WithdrawTicket, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.WITHDRAW, command.expected)
    return await withdraw(ticket, command.reason, tx)


async def withdraw(ticket: Ticket, reason: str, tx: Transaction) -> Ticket:
    """Taken back. Where neighbours have the same matter only the reporter leaves, and the ticket goes on."""
    withdrawn = rules.withdraw(ticket, reason="withdrawn", by=tx.actor.person_id, at=tx.now)
    goes_on = await telling.has_joined(ticket, tx)
    saved = await tickets.save(tx, replace(ticket, reporter_id=None) if goes_on else withdrawn)
    if reason or goes_on:
        await notes.add(tx, saved, kind="withdrawal", text=reason, audience="internal" if goes_on else "resident")
    if not goes_on:
        tx.announce(TicketWithdrawn.of(saved), saved)
    return saved


async def _changes(command: TriageTicket, ticket: Ticket, tx: Transaction) -> dict[str, Any]:
    """What really differs, each checked as at filing."""
    reference = await load_reference(tx)
    changes: dict[str, Any] = {}
    if command.kind and command.kind is not ticket.kind:
        changes["kind"] = command.kind
        changes["hidden"] = ticket.hidden or command.kind is Kind.REPORT
    if command.category and command.category != ticket.category:
        changes["category"] = _category(command.category, ticket, reference, tx)
    changes["class_code"] = _class(command, ticket, changes, reference)
    if command.building_id and command.building_id != ticket.building_id:
        changes |= await _place(command.building_id, ticket, tx)
    return {name: value for name, value in changes.items() if getattr(ticket, name) != value}


def _category(code: str, ticket: Ticket, reference: Reference, tx: Transaction) -> str:
    known = reference.category(code, ticket.community_id, tx.now)
    if known is None or code in ALWAYS_CONFIDENTIAL:
        raise Refused("category_unknown", status=422, errors=[{"pointer": "/category", "code": "unknown"}])
    return code


def _class(command: TriageTicket, ticket: Ticket, changes: Mapping[str, Any], reference: Reference) -> str:
    """The one asked for; else that of the new category, unless it was called urgent."""
    if command.class_code:
        if command.class_code not in CLASSES:
            raise Refused("class_unknown", status=422, errors=[{"pointer": "/class", "code": "unknown"}])
        return command.class_code
    if ticket.class_code == "urgent" or not {"category", "kind"} & set(changes):
        return ticket.class_code
    kind, category = changes.get("kind", ticket.kind), changes.get("category", ticket.category)
    return filing.CLASS_OF_KIND.get(kind, reference.categories[category].class_code)


async def _place(building_id: UUID, ticket: Ticket, tx: Transaction) -> dict[str, Any]:
    facts = await places.facts_of(tx, building_id, ticket.category, numbered=False)
    if facts is None or facts.community_id is None:
        raise Refused(
            "building_unknown",
            status=422,
            errors=[{"pointer": "/building_id", "code": "unknown"}],
            candidates=await places.candidates(tx, ticket.community_id),
        )
    if ticket.community_id not in (None, facts.community_id):
        raise Refused("building_unknown", status=404)
    return {"building_id": building_id, "area_path": facts.place.path, "community_id": facts.community_id}


async def _check_class(ticket: Ticket, changes: Mapping[str, Any], found: frozenset[Who], tx: Transaction) -> None:
    """More time after the assignment is the secretary's to give."""
    if "class_code" not in changes or ticket.state in (State.DRAFT, State.RECEIVED):
        return
    classes = (await load_reference(tx)).classes_of(ticket.community_id, tx.now).classes
    longer = classes[changes["class_code"]].rank > classes[ticket.class_code].rank
    if longer and Who.SECRETARY not in found:
        raise Refused("longer_class_needs_secretary")
