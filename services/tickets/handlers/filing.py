"""A matter is brought: it gets its number, and in the same transaction the group that takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import category as category_rules
from services.tickets.domain import ticket as rules
from services.tickets.domain.anomaly import outside
from services.tickets.domain.category import OTHER, Category
from services.tickets.domain.link import JOINS_THE_CASE, LinkType
from services.tickets.domain.number import ticket_number
from services.tickets.domain.profile import Kind, Origin
from services.tickets.domain.question import checked
from services.tickets.domain.routing import Choice, Place
from services.tickets.domain.state import State
from services.tickets.domain.ticket import Ticket
from services.tickets.events import TicketAssigned, TicketFiled, TicketLinked
from services.tickets.handlers import attachments, dispatching, hot_spots, winding
from services.tickets.store import assignments, copies, links, pending, places, tickets
from services.tickets.store.imports import centres
from services.tickets.store.places import Facts
from services.tickets.store.reference import Reference, load_reference
from services.tickets.views.rights import groups_stand_in

OWN_ORIGINS = frozenset({Origin.RESIDENT, Origin.PATROL})
REVIEWED_ORIGINS = frozenset({Origin.RESIDENT, Origin.ON_BEHALF})
ASKED_NOTHING = frozenset({Origin.IMPORT, Origin.PATROL, Origin.HOT_SPOT})
CHECKED_AT_ITS_DOOR = frozenset({"sms", "open311"})
AS_GIVEN = (
    "kind", "origin", "channel", "title", "description", "building_id", "unit", "floor", "room", "place_text", "lat",
    "long", "reporter_id", "source_system", "source_key", "source_status", "found_at", "hidden", "about_group_id",
)  # fmt: skip
CLASS_OF_KIND = {Kind.IDEA: "idea", Kind.INQUIRY: "inquiry"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTicket:
    description: str
    kind: Kind = Kind.COMPLAINT
    category: str = OTHER
    title: str = ""
    building_id: UUID | None = None
    community_id: UUID | None = None
    unit: str = ""
    floor: str = ""
    room: str = ""
    place_text: str = ""
    lat: float | None = None
    long: float | None = None
    danger: bool = False
    reporter_id: UUID | None = None
    pending_phone: str | None = None
    origin: Origin = Origin.RESIDENT
    channel: str = "api"
    draft: bool = False
    filed_at: datetime | None = None
    source_system: str | None = None
    source_key: str | None = None
    source_status: str = ""
    found_at: UUID | None = None
    hidden: bool = False
    about_group_id: UUID | None = None
    correlation: UUID | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    links: tuple[tuple[LinkType, UUID], ...] = ()
    attachments: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """What the one who filed is told."""

    ticket: Ticket
    choice: Choice | None
    repeated: bool = False
    tracking_code: str = field(default="")


async def file_ticket(command: FileTicket, tx: Transaction) -> Filed:
    """The resident gets her number at once; who takes it is decided in the same breath."""
    reference = await load_reference(tx)
    facts = await _place(command, command.category, reference, tx)
    await _check_scope(command, facts, tx)
    category = _category(command, facts, reference, tx)
    if command.source_system and (first := await _already_imported(command, facts, tx)):
        return first
    await _check_about(command, facts, tx)
    ticket = _new(command, category, facts, reference, tx)
    far = await _is_far(command, facts, tx)
    ticket = replace(ticket, correlation=await _case_of(command, ticket, tx), outside_area=far)
    ticket = rules.filed(ticket, by=tx.actor.person_id)
    choice = _chosen(ticket, facts, reference, tx)
    if choice is not None:
        ticket = await dispatching.dispatched(ticket, choice, tx)
    return await _saved(command, ticket, choice, tx)


async def _saved(command: FileTicket, ticket: Ticket, choice: Choice | None, tx: Transaction) -> Filed:
    history = list(ticket.steps)
    ticket = await winding.wound(tx, ticket, history)
    watcher = tx.actor.person_id if _watches(ticket, tx) else None
    assigned = choice is not None and choice.group is not None
    explained = [assignments.row(ticket, choice, by=None, at=tx.now)] if choice is not None and assigned else []
    saved = await tickets.add(tx, ticket, explained, watcher=watcher)
    if command.pending_phone:
        await pending.add(tx, saved.id, command.pending_phone)
    await winding.wait_for_next(tx, saved, history)
    tx.announce(TicketFiled.of(replace(saved, state=history[0].state_to)), saved)
    if assigned and choice is not None:
        tx.announce(assigned_event(saved, choice.rule_id), saved)
        saved = await dispatching.helped(saved, choice, tx)
    for type_, other_id in command.links:
        await links.add(tx, saved.id, other_id, type_)
        tx.announce(TicketLinked.of(saved, other_id=other_id, link_type=type_), saved)
    await attachments.attach(saved, command.attachments, tx)
    await hot_spots.seen(saved, tx)
    return Filed(saved, choice, tracking_code=tracking_code(tx, saved.id))


def _watches(ticket: Ticket, tx: Transaction) -> bool:
    """Who files for another hears what comes of it, unless all cases of the place are before her anyway."""
    if tx.actor.person_id == ticket.reporter_id or ticket.origin is Origin.IMPORT:
        return False
    return not tx.actor.may("tickets.list", area_path=ticket.area_path)


def assigned_event(ticket: Ticket, rule_id: str) -> TicketAssigned:
    return TicketAssigned.of(
        ticket, rule_id=rule_id, first_group_id=ticket.first_group_id, accept_due_at=ticket.dues.accept
    )


def tracking_code(tx: Transaction, ticket_id: UUID) -> str:
    """Four digits that only the one who got the acknowledgement knows; stored nowhere."""
    return f"{int.from_bytes(tx.service.sealing.index(f'tracking:{ticket_id}')[:8]) % 10_000:04d}"


def _chosen(ticket: Ticket, facts: Facts, reference: Reference, tx: Transaction) -> Choice | None:
    if ticket.state is State.DRAFT or ticket.origin is Origin.IMPORT:
        return None
    return dispatching.chosen(ticket, facts, reference, tx)


def _category(command: FileTicket, facts: Facts, reference: Reference, tx: Transaction) -> Category:
    known = reference.of_community(facts.community_id, tx.now)
    return category_rules.chosen(command.category, command.kind, known, lenient=_nobody_to_ask(command))


def _answers(command: FileTicket, category: Category) -> Mapping[str, Any]:
    """What was answered to the questions of the category; who can be asked answers all that is required."""
    return command.answers if _nobody_to_ask(command) else checked(category.questions, command.answers)


def _nobody_to_ask(command: FileTicket) -> bool:
    """A text, a file, a patrol; Open311 has asked at its own door, in its own words."""
    return command.origin in ASKED_NOTHING or command.channel in CHECKED_AT_ITS_DOOR


async def _place(command: FileTicket, category: str, reference: Reference, tx: Transaction) -> Facts:
    area_id = command.building_id or command.community_id
    named = reference.named_groups
    facts = await places.facts_of(tx, area_id, category, named=named) if area_id else None
    if facts is not None and facts.community_id is not None:
        return facts
    if command.draft:
        return Facts(Place(None, await places.root_path(tx), "", None), None, 0, (), (), await places.next_serial(tx))
    pointer = "/building_id" if command.building_id else "/community_id"
    code = "unknown" if area_id else "required"
    raise Refused(
        "building_unknown" if command.building_id else "community_needed",
        status=422,
        errors=[{"pointer": pointer, "code": code}],
        candidates=await places.candidates(tx, command.community_id),
    )


async def _check_about(command: FileTicket, facts: Facts, tx: Transaction) -> None:
    if command.about_group_id is None:
        return
    row = await copies.group(tx, command.about_group_id, facts.place.path, facts.community_id)
    if row is None or not row.in_community:
        raise Refused("group_unknown", status=422, errors=[{"pointer": "/about_group_id", "code": "unknown"}])


async def _check_scope(command: FileTicket, facts: Facts, tx: Transaction) -> None:
    """Staff file for others in their own community; elsewhere no place is known to them."""
    if command.origin in OWN_ORIGINS:
        return
    permission = "tickets.import" if command.origin is Origin.IMPORT else "tickets.file_for_another"
    if tx.actor.may(permission, area_path=facts.place.path):
        return
    if not await groups_stand_in(tx, tx.actor.scopes(permission).organizations, facts.community_id):
        raise Refused("building_unknown", status=404)


async def _already_imported(command: FileTicket, facts: Facts, tx: Transaction) -> Filed | None:
    first = await tickets.by_source(tx, facts.community_id, command.source_system or "", command.source_key or "")
    return Filed(first, None, repeated=True, tracking_code=tracking_code(tx, first.id)) if first else None


async def _case_of(command: FileTicket, ticket: Ticket, tx: Transaction) -> UUID:
    """The case a ticket belongs to: its own, or that of the matter it was filed for."""
    for type_, other_id in command.links:
        other = await tickets.find(tx, other_id)
        if other is None or other.community_id != ticket.community_id:
            raise Refused("ticket_unknown", status=404)
        if type_ in JOINS_THE_CASE:
            return other.correlation
    return command.correlation or ticket.id


async def _is_far(command: FileTicket, facts: Facts, tx: Transaction) -> bool:
    """A point far from every place of the community is taken all the same, and marked."""
    if command.lat is None or facts.community_id is None:
        return False
    return outside(command.lat, command.long, await centres(tx, facts.community_id))


def _new(command: FileTicket, category: Category, facts: Facts, reference: Reference, tx: Transaction) -> Ticket:
    filed_at, id_ = command.filed_at or tx.now, tx.new_id()
    reviewed = category.review_first and command.origin in REVIEWED_ORIGINS
    return Ticket(
        id=id_,
        number=ticket_number(
            filed_on=reference.calendar.local_day(filed_at), community_code=facts.community_code, serial=facts.serial
        ),
        community_id=facts.community_id,
        area_path=facts.place.path,
        category=category.code,
        class_code=_class(command, category),
        answers=_answers(command, category),
        filed_at=filed_at,
        correlation=id_,
        state=State.DRAFT if command.draft or reviewed else State.RECEIVED,
        round_started_at=filed_at,
        **_as_given(command),
    )


def _as_given(command: FileTicket) -> dict[str, Any]:
    return {name: getattr(command, name) for name in AS_GIVEN}


def _class(command: FileTicket, category: Category) -> str:
    return "urgent" if command.danger else CLASS_OF_KIND.get(command.kind, category.class_code)
