"""Tickets and their history, between rows and domain objects."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, bindparam, insert, select, update

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.category import SEALED
from services.tickets.domain.profile import Kind, Origin
from services.tickets.domain.state import State
from services.tickets.domain.ticket import Dues, Step, Ticket
from services.tickets.store import sealed_words, search_words, steps, writing
from services.tickets.store.tables import tickets, watchers

_DERIVED = {"dues", "steps", "room", "description", "revision", "id"}
_PLAIN = tuple(each.name for each in fields(Ticket) if each.name not in _DERIVED)
_WRITTEN_ONCE = {
    "number",
    "origin",
    "channel",
    "filed_at",
    "source_system",
    "source_key",
    "source_status",
    "answers",
    "outside_area",
    "unit",
    "floor",
    "place_text",
    "lat",
    "long",
    "found_at",
}
_MOVING = tuple(name for name in _PLAIN if name not in _WRITTEN_ONCE)
_LOCKED = select(tickets).where(tickets.c.id == bindparam("id")).with_for_update()


async def add(tx: Transaction, ticket: Ticket, rows: Sequence[writing.Row] = (), watcher: UUID | None = None) -> Ticket:
    """A new ticket with its first lines of history, in one statement."""
    together = [*_new(tx, ticket), *rows]
    if watcher is not None:
        together.append((watchers, _watcher(ticket, watcher, "filer")))
    await writing.insert_together(tx, together)
    return replace(ticket, revision=1, steps=())


async def add_many(tx: Transaction, new: Sequence[Ticket]) -> None:
    """Many at once, table by table."""
    lines: dict[Table, list[dict[str, Any]]] = {}
    for ticket in new:
        for table, values in _new(tx, ticket):
            lines.setdefault(table, []).append(dict(values))
    for table, values_of in lines.items():
        empty = dict.fromkeys(name for values in values_of for name in values)
        await tx.execute(insert(table), [empty | values for values in values_of])


def _new(tx: Transaction, ticket: Ticket) -> list[writing.Row]:
    """The row of a new ticket, its first lines of history, and the words it is found by."""
    values = {name: _plain(getattr(ticket, name)) for name in _PLAIN}
    values |= {"id": ticket.id, "revision": 1, "number_tail": ticket.number[-7:]}
    values |= _timing(ticket) | sealed_words.columns(tx, ticket)
    values["household"] = _household(tx, ticket)
    return [(tickets, values), *steps.to_write(tx, ticket), search_words.row(ticket)]


async def save(tx: Transaction, ticket: Ticket, rows: Sequence[writing.Row] = ()) -> Ticket:
    """The ticket after its moves, with their lines of history, in one statement."""
    values = {name: _plain(getattr(ticket, name)) for name in _MOVING} | _timing(ticket) | {"id": ticket.id}
    revision = await writing.update_ticket_together(tx, values, [*steps.to_write(tx, ticket), *rows])
    if revision is None:
        raise Refused("ticket_unknown", status=404)
    return replace(ticket, revision=revision, steps=())


async def load(tx: Transaction, ticket_id: UUID) -> Ticket:
    """The ticket, locked until the transaction ends."""
    row = (await tx.execute(_LOCKED, {"id": ticket_id})).first()
    if row is None:
        raise Refused("ticket_unknown", status=404)
    return from_row(row)


async def find(tx: Transaction, ticket_id: UUID) -> Ticket | None:
    row = (await tx.execute(_LOCKED, {"id": ticket_id})).first()
    return from_row(row) if row else None


async def by_number(tx: Transaction, community_id: UUID, number: str) -> Ticket | None:
    """The ticket of this community with this number, locked."""
    wanted = select(tickets).where(tickets.c.community_id == community_id, tickets.c.number == number)
    row = (await tx.execute(wanted.with_for_update())).first()
    return from_row(row) if row else None


async def read_one(tx: Transaction, ticket_id: UUID) -> Ticket | None:
    """The ticket as it stands, for a look only."""
    row = (await tx.execute(select(tickets).where(tickets.c.id == ticket_id))).first()
    return from_row(row) if row else None


async def by_source(tx: Transaction, community_id: UUID | None, system: str, key: str) -> Ticket | None:
    """The ticket an import has already made of this row."""
    row = (
        await tx.execute(
            select(tickets).where(
                tickets.c.community_id == community_id, tickets.c.source_system == system, tickets.c.source_key == key
            )
        )
    ).first()
    return from_row(row) if row else None


async def history(tx: Transaction, ticket: Ticket) -> list[Step]:
    """All lines, those not yet written among them."""
    return [*await steps.of_ticket(tx, ticket.id), *ticket.steps]


async def edit(tx: Transaction, ticket: Ticket, values: Mapping[str, Any]) -> Ticket:
    """Words beside the moves: title, tags, public summary."""
    revision = (
        await tx.execute(
            update(tickets)
            .where(tickets.c.id == ticket.id)
            .values(**values, revision=tickets.c.revision + 1)
            .returning(tickets.c.revision)
        )
    ).scalar_one()
    return replace(ticket, revision=revision)


async def put_words(tx: Transaction, ticket: Ticket, given: Collection[str] = ()) -> None:
    """The words where they belong now: in the index, or under a seal when the matter is a delicate one. `given` are
    those just changed, even to nothing."""
    if ticket.category in SEALED:
        await sealed_words.seal(tx, ticket, given)
    await search_words.put(tx, ticket)


def from_row(row: Row[Any]) -> Ticket:
    """The ticket without what is sealed: a move needs no words."""
    known = row._mapping
    plain = {name: known[name] for name in _PLAIN} | {
        "kind": Kind(row.kind),
        "origin": Origin(row.origin),
        "state": State(row.state),
        "area_path": tuple(row.area_path),
        "group_path": tuple(row.group_path),
        "tags": tuple(row.tags),
    }
    dues = Dues(row.accept_due_at, row.contact_due_at, row.resolve_due_at)
    return Ticket(id=row.id, revision=row.revision, description=row.description, dues=dues, **plain)


def with_words(tx: Transaction, row: Row[Any]) -> Ticket:
    """The ticket as its readers see it, sealed words opened."""
    ticket = from_row(row)
    hidden = {name: value for name, value in sealed_words.opened(tx, row).items() if not getattr(ticket, name)}
    return replace(ticket, **hidden)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _watcher(ticket: Ticket, person_id: UUID, why: str) -> dict[str, Any]:
    return {"ticket_id": ticket.id, "person_id": person_id, "why": why, "filed_at": ticket.filed_at}


def _household(tx: Transaction, ticket: Ticket) -> bytes | None:
    """By which households are told apart and none is known: the dwelling where it is given, else the person."""
    if ticket.building_id is not None and ticket.room:
        return tx.service.sealing.index(f"home:{ticket.building_id}:{ticket.unit}:{ticket.floor}:{ticket.room}")
    return tx.service.sealing.index(f"person:{ticket.reporter_id}") if ticket.reporter_id else None


def _timing(ticket: Ticket) -> dict[str, Any]:
    clock, due_at = ticket.next_due
    return {
        "accept_due_at": ticket.dues.accept,
        "contact_due_at": ticket.dues.contact,
        "resolve_due_at": ticket.dues.resolve,
        "due_clock": clock,
        "due_at": due_at,
    }
