"""Rows of a file becoming tickets: each is a ticket, a duplicate or an error, and what is odd about it is flagged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.transaction import Transaction
from services.tickets.domain import anomaly, layout
from services.tickets.domain import ticket as rules
from services.tickets.domain.anomaly import Centre
from services.tickets.domain.category import OTHER
from services.tickets.domain.layout import Imported, RowFault
from services.tickets.domain.number import ticket_number
from services.tickets.domain.place_name import Buildings
from services.tickets.domain.profile import Origin
from services.tickets.domain.state import State
from services.tickets.domain.ticket import Ticket
from services.tickets.handlers import filing
from services.tickets.store.imports import Import, Kept
from services.tickets.store.open311 import Jurisdiction
from services.tickets.store.reference import Reference


@dataclass(frozen=True, slots=True)
class Line:
    """One row as read: what it says, or why it says nothing."""

    row: int
    raw: Mapping[str, str]
    said: Imported | RowFault


class Making:
    """Rows of one batch becoming tickets: the second of a key is a duplicate, wherever the first is."""

    def __init__(
        self,
        current: Import,
        place: Jurisdiction,
        reference: Reference,
        people: Mapping[str, UUID],
        known: Mapping[str, UUID],
        centres: Sequence[Centre],
        buildings: Buildings,
        beginnings: Mapping[str, str],
        now: datetime,
    ) -> None:
        self.current, self.place, self.reference, self.people = current, place, reference, people
        self.known, self.centres, self.beginnings = dict(known), centres, beginnings
        self.buildings = buildings
        self.categories_here = reference.of_community(current.community_id, now)
        self.categories: dict[str, str | None] = {}
        self.new: list[Ticket] = []

    def kept(self, line: Line, serials: Iterator[int], tx: Transaction) -> Kept:
        row = line.said
        if isinstance(row, RowFault):
            return Kept(row=line.row, outcome="error", raw=line.raw, fault_column=row.column, fault=row.code)
        category = self._category(row.matter)
        flags = anomaly.flags(row, now=tx.now, category_known=category is not None, centres=self.centres)
        same = self.known.get(row.key)
        if same is None:
            ticket = self._ticket(row, category or OTHER, next(serials), tx)
            self.new.append(ticket)
            self.known[row.key] = ticket.id
        return Kept(
            row=line.row,
            outcome="ticket" if same is None else "duplicate",
            raw=line.raw,
            flags=flags if same is None else [*flags, "key_twice"],
            ticket_id=self.known[row.key],
            due_at=row.due_at,
            closed_at=row.closed_at,
            is_open=row.is_open,
        )

    def _category(self, matter: str) -> str | None:
        """Looked up once for each matter: files say the same words over and over."""
        if matter not in self.categories:
            known = [each for each in self.categories_here if each.visible]
            self.categories[matter] = layout.category_of(matter, known, self.beginnings)
        return self.categories[matter]

    def _ticket(self, row: Imported, category: str, serial: int, tx: Transaction) -> Ticket:
        filed_at = row.filed_at or tx.now
        id_, building = tx.new_id(), self.buildings.named(row.place)
        number = ticket_number(
            filed_on=self.reference.calendar.local_day(filed_at), community_code=int(self.place.code), serial=serial
        )
        made = Ticket(
            id=id_,
            number=number,
            community_id=self.place.id,
            area_path=building.path if building else self.place.path,
            building_id=building.id if building else None,
            kind=row.kind,
            category=category,
            class_code=filing.CLASS_OF_KIND.get(row.kind, self.reference.categories[category].class_code),
            origin=Origin.IMPORT,
            channel="import",
            filed_at=filed_at,
            correlation=id_,
            state=State.RECEIVED,
            round_started_at=filed_at,
            title=row.title,
            description=row.description[: layout.DESCRIPTION_MAX],
            place_text=row.place,
            lat=row.lat,
            long=row.long,
            reporter_id=self.people.get(row.phone or ""),
            source_system=self.current.layout,
            source_key=row.key,
            source_status=row.status,
            outside_area=anomaly.outside(row.lat, row.long, self.centres),
        )
        return rules.filed(made, by=self.current.made_by)
