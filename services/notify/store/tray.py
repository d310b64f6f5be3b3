"""Tray items: rows <-> domain objects. Every change of one person's tray has its place in one order.

Whoever writes to a tray holds it until the end of the transaction, so a change with a higher number never becomes
visible before one with a lower: a stream that goes on after a number misses nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, delete, func, select, text, tuple_

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.tray import Item, State
from services.notify.store import rows
from services.notify.store.tables import tray_items

CHANNEL: Final = "notify_tray"
CHANGING: Final = ("state", "seen_at", "read_at", "archived_at", "change", "revision")
_ALONE = text("SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(:keys AS bigint[])) AS k ORDER BY k")
_CHANGES = text("SELECT nextval('tray_changes') FROM generate_series(1, :many)")
_TELL = text("SELECT pg_notify(:channel, p) FROM unnest(CAST(:people AS text[])) AS p")


async def add(tx: Transaction, new: Sequence[Item]) -> list[Item]:
    """Put items into trays, and tell whoever watches them."""
    added = await _numbered(tx, new)
    await rows.add(tx, tray_items, [rows.values(item) for item in added])
    return added


async def save(tx: Transaction, item: Item) -> Item:
    """Write what may change of an item this transaction holds locked."""
    (saved,) = await _numbered(tx, [replace(item, revision=item.revision + 1)])
    await rows.put(tx, tray_items, [rows.values(saved)], CHANGING)
    return saved


async def _numbered(tx: Transaction, changed: Sequence[Item]) -> list[Item]:
    people = {item.person_id for item in changed}
    await tx.execute(_ALONE, {"keys": [_key(person) for person in people]})
    numbers = (await tx.execute(_CHANGES, {"many": len(changed)})).scalars()
    await tx.execute(_TELL, {"channel": CHANNEL, "people": [str(person) for person in people]})
    return [replace(item, change=number) for item, number in zip(changed, numbers, strict=True)]


def _key(person_id: UUID) -> int:
    return int.from_bytes(person_id.bytes[8:], "big", signed=True)


async def lock(tx: Transaction, item_id: UUID, person_id: UUID) -> Item:
    """An item of this person, locked; 404 for every other."""
    statement = select(tray_items).where(tray_items.c.id == item_id, tray_items.c.person_id == person_id)
    row = (await tx.execute(statement.with_for_update())).one_or_none()
    if row is None:
        raise Refused("tray_item_unknown", status=404)
    return _item(row)


async def page(
    tx: Transaction, person_id: UUID, states: Iterable[str], limit: int, after: Sequence[Any] | None
) -> list[Item]:
    """A person's items in these states, newest first; one more than the page shows."""
    statement = _of(person_id).where(rows.among(tray_items.c.state, states))
    if after:
        at, item_id = datetime.fromisoformat(after[0]), UUID(after[1])
        statement = statement.where(tuple_(tray_items.c.created_at, tray_items.c.id) < (at, item_id))
    statement = statement.order_by(tray_items.c.created_at.desc(), tray_items.c.id.desc()).limit(limit + 1)
    return [_item(row) for row in await tx.execute(statement)]


async def changes(tx: Transaction, person_id: UUID, after: int, limit: int) -> list[Item]:
    """A person's items that changed after a change, in the order of their last changes."""
    statement = _of(person_id).where(tray_items.c.change > after).order_by(tray_items.c.change).limit(limit)
    return [_item(row) for row in await tx.execute(statement)]


async def last_change(tx: Transaction, person_id: UUID) -> int:
    """The number of the last change of a person's tray; 0 where nothing has come yet."""
    statement = select(func.coalesce(func.max(tray_items.c.change), 0)).where(tray_items.c.person_id == person_id)
    return int((await tx.execute(statement)).scalar_one())


async def counts(tx: Transaction, person_id: UUID) -> dict[str, int]:
    """How many items a person has in each state."""
    statement = select(tray_items.c.state, func.count().label("many")).where(tray_items.c.person_id == person_id)
    found = {row.state: row.many for row in await tx.execute(statement.group_by(tray_items.c.state))}
    return {str(state): found.get(state, 0) for state in State}


async def forget(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete items older than that; how many."""
    old = select(tray_items.c.id).where(tray_items.c.created_at < before).limit(limit)
    return (await tx.execute(delete(tray_items).where(tray_items.c.id.in_(old)))).rowcount


def _of(person_id: UUID) -> Select[Any]:
    return select(tray_items).where(tray_items.c.person_id == person_id)


def _item(row: Row[Any]) -> Item:
    return Item(**{**row._mapping, "state": State(row.state)})
