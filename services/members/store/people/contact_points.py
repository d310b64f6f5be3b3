"""Rows of contact points: the value sealed with the person's key and found by keyed index."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update

from chassis.transaction import Transaction
from services.members.domain.people.contact import ContactKind, ContactPoint
from services.members.store import rows
from services.members.store.people import sealed
from services.members.store.people.tables import contact_points, data_keys

_VALUE = "contact_points.value"


def chosen() -> Select[Any]:
    """Contact points, each with its person's wrapped key."""
    return select(contact_points, data_keys.c.wrapped).join(
        data_keys, data_keys.c.owner_id == contact_points.c.person_id
    )


async def load(tx: Transaction, person_id: UUID, point_id: UUID) -> ContactPoint:
    statement = chosen().where(contact_points.c.id == point_id, contact_points.c.person_id == person_id)
    found = (await tx.execute(statement.with_for_update(of=contact_points))).one_or_none()
    if found is None:
        raise rows.not_found()
    return point_of(tx, found)


async def of_people(tx: Transaction, person_ids: Collection[UUID]) -> dict[UUID, list[ContactPoint]]:
    """All contact points of these people, oldest first."""
    found: dict[UUID, list[ContactPoint]] = {person_id: [] for person_id in person_ids}
    statement = chosen().where(rows.among(contact_points.c.person_id, found)).order_by(contact_points.c.id)
    for row in await tx.execute(statement):
        found[row.person_id].append(point_of(tx, row))
    return found


async def found_by(tx: Transaction, kind: ContactKind, value: str) -> list[ContactPoint]:
    """Everybody whom this address reaches: who signs in with it first, then the verified, then the oldest."""
    statement = chosen().where(contact_points.c.blind_index == blind_index(tx, kind, value))
    order = (~contact_points.c.signs_in, contact_points.c.verified_at.is_(None), contact_points.c.id)
    return [point_of(tx, row) for row in await tx.execute(statement.order_by(*order))]


async def signing_in(tx: Transaction, number: str) -> ContactPoint | None:
    """Whose number this is to sign in with."""
    found = await found_by(tx, ContactKind.PHONE, number)
    return next((point for point in found if point.signs_in), None)


async def signing_in_already(tx: Transaction, values: Collection[str]) -> set[str]:
    """Which of these numbers somebody signs in with."""
    by_index = {blind_index(tx, ContactKind.PHONE, value): value for value in values}
    chosen = select(contact_points.c.blind_index).where(
        rows.among(contact_points.c.blind_index, by_index), contact_points.c.signs_in
    )
    return {by_index[bytes(index)] for index in (await tx.execute(chosen)).scalars()}


async def wait_for(tx: Transaction, kind: ContactKind, value: str) -> None:
    """One at a time per address, until this transaction ends: two cannot both find nobody and enrol her twice."""
    lock = int.from_bytes(blind_index(tx, kind, value)[:8], "big", signed=True)
    await tx.execute(select(func.pg_advisory_xact_lock(lock)))


async def add(tx: Transaction, new: Sequence[ContactPoint]) -> None:
    keys = await sealed.keys_of(tx, {point.person_id for point in new})
    await rows.put(tx, contact_points, [_values(tx, point, keys[point.person_id]) for point in new])


async def save(tx: Transaction, point: ContactPoint) -> ContactPoint:
    key = (await sealed.keys_of(tx, [point.person_id]))[point.person_id]
    changed = update(contact_points).where(contact_points.c.id == point.id).values(**_values(tx, point, key))
    await rows.change(tx, changed)
    return point


async def unprefer_others(tx: Transaction, point: ContactPoint) -> None:
    """One preferred point per kind."""
    others = (contact_points.c.person_id == point.person_id) & (contact_points.c.id != point.id)
    statement = update(contact_points).where(others, contact_points.c.kind == point.kind)
    await tx.execute(statement.values(preferred=False))


async def mark_verified(tx: Transaction, point_id: UUID, at: datetime) -> None:
    fresh = (contact_points.c.id == point_id) & contact_points.c.verified_at.is_(None)
    await tx.execute(update(contact_points).where(fresh).values(verified_at=at))


async def remove(tx: Transaction, point: ContactPoint) -> None:
    await tx.execute(delete(contact_points).where(contact_points.c.id == point.id))


def blind_index(tx: Transaction, kind: ContactKind, value: str) -> bytes:
    return tx.service.sealing.index(f"{kind}:{value}")


def point_of(tx: Transaction, row: Any) -> ContactPoint:
    return ContactPoint(
        id=row.id,
        person_id=row.person_id,
        kind=ContactKind(row.kind),
        value=sealed.opened(tx, row, row.value_sealed, _VALUE, row.id),
        verified_at=row.verified_at,
        signs_in=row.signs_in,
        preferred=row.preferred,
        unreachable_at=row.unreachable_at,
    )


def _values(tx: Transaction, point: ContactPoint, key: bytes) -> dict[str, Any]:
    return {
        "id": point.id,
        "person_id": point.person_id,
        "kind": point.kind,
        "value_sealed": sealed.seal(tx, point.value, key, _VALUE, point.id),
        "blind_index": blind_index(tx, point.kind, point.value),
        "verified_at": point.verified_at,
        "signs_in": point.signs_in,
        "preferred": point.preferred,
        "unreachable_at": point.unreachable_at,
    }
