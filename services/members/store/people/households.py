"""Rows of households and residencies: the dwelling sealed with the household's own key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, tuple_, update

from chassis.transaction import Transaction
from services.members.domain.people.household import Household, Relation, Residency, Tenure, dwelling_key
from services.members.store import rows
from services.members.store.people import sealed
from services.members.store.people.tables import data_keys, households, residencies
from services.members.store.places.tables import areas

_DWELLING = "households.dwelling"


async def at(tx: Transaction, building_id: UUID, dwelling: str, when: datetime) -> Household | None:
    """The household in a dwelling at that time."""
    index = dwelling_index(tx, building_id, dwelling)
    statement = (
        select(households, data_keys.c.wrapped)
        .join(data_keys, data_keys.c.owner_id == households.c.id)
        .where(households.c.building_id == building_id, households.c.dwelling_index == index)
        .where(households.c.during.contains(when))
        .order_by(households.c.id)
        .limit(1)
    )
    found = (await tx.execute(statement)).one_or_none() if index else None
    return household_of(tx, found) if found else None


async def taken(tx: Transaction, wanted: Collection[tuple[UUID, str]], when: datetime) -> set[tuple[UUID, bytes]]:
    """Which of these dwellings have a household at that time."""
    indexed = {(building_id, dwelling_index(tx, building_id, dwelling)) for building_id, dwelling in wanted}
    pair = tuple_(households.c.building_id, households.c.dwelling_index)
    statement = select(households.c.building_id, households.c.dwelling_index).where(
        pair.in_([one for one in indexed if one[1]]), households.c.during.contains(when)
    )
    return {(row.building_id, bytes(row.dwelling_index)) for row in await tx.execute(statement)}


@dataclass(frozen=True, slots=True)
class Counted:
    """A building and how many households live in it."""

    id: UUID
    revision: int
    community_id: UUID | None
    households: int


async def counted(tx: Transaction, when: datetime) -> list[Counted]:
    """Every building, those without a household too."""
    there = and_(households.c.building_id == areas.c.id, households.c.during.contains(when))
    statement = (
        select(areas.c.id, areas.c.revision, areas.c.community_id, func.count(households.c.id).label("households"))
        .outerjoin(households, there)
        .where(areas.c.kind == "building", areas.c.state == "active")
        .group_by(areas.c.id)
    )
    return [Counted(**row._mapping) for row in await tx.execute(statement.order_by(areas.c.id))]


async def add(tx: Transaction, new: Sequence[Household]) -> None:
    keys = await sealed.new_keys(tx, [household.id for household in new])
    await rows.put(tx, households, [_values(tx, household, keys[household.id]) for household in new])


async def open_dwelling(tx: Transaction, household_id: UUID) -> str:
    statement = select(households, data_keys.c.wrapped).join(data_keys, data_keys.c.owner_id == households.c.id)
    found = (await tx.execute(statement.where(households.c.id == household_id))).one_or_none()
    if found is None:
        raise rows.not_found()
    return household_of(tx, found).dwelling


async def add_residencies(tx: Transaction, new: Sequence[Residency]) -> None:
    await rows.put(tx, residencies, [_residency_values(residency) for residency in new])


async def load_residency(tx: Transaction, person_id: UUID, residency_id: UUID) -> Residency:
    statement = select(residencies).where(residencies.c.id == residency_id, residencies.c.person_id == person_id)
    found = (await tx.execute(statement.with_for_update())).one_or_none()
    if found is None:
        raise rows.not_found()
    return residency_of(found)


async def residencies_of(tx: Transaction, person_id: UUID) -> list[Residency]:
    statement = select(residencies).where(residencies.c.person_id == person_id)
    return [residency_of(row) for row in await tx.execute(statement.order_by(func.lower(residencies.c.during)))]


async def save_residency(tx: Transaction, residency: Residency) -> Residency:
    changed = update(residencies).where(residencies.c.id == residency.id).values(**_residency_values(residency))
    await rows.change(tx, changed)
    return residency


def dwelling_index(tx: Transaction, building_id: UUID, dwelling: str) -> bytes | None:
    """What a dwelling is found by, within its building; an unknown one by nothing."""
    key = dwelling_key(dwelling)
    return tx.service.sealing.index(f"dwelling:{building_id}:{key}") if key else None


def household_of(tx: Transaction, row: Any) -> Household:
    return Household(
        id=row.id,
        community_id=row.community_id,
        building_id=row.building_id,
        dwelling=sealed.opened(tx, row, row.dwelling_sealed, _DWELLING, row.id),
        during=rows.as_period(row.during),
        tenure=Tenure(row.tenure),
        revision=row.revision,
    )


def residency_of(row: Any) -> Residency:
    return Residency(
        id=row.id,
        community_id=row.community_id,
        person_id=row.person_id,
        household_id=row.household_id,
        during=rows.as_period(row.during),
        relation=Relation(row.relation),
        main=row.main,
    )


def _values(tx: Transaction, household: Household, key: bytes) -> dict[str, Any]:
    return {
        "id": household.id,
        "community_id": household.community_id,
        "building_id": household.building_id,
        "dwelling_sealed": sealed.seal(tx, household.dwelling, key, _DWELLING, household.id),
        "dwelling_index": dwelling_index(tx, household.building_id, household.dwelling),
        "tenure": household.tenure,
        "during": rows.as_range(household.during),
        "revision": 1,
    }


def _residency_values(residency: Residency) -> dict[str, Any]:
    return {
        "id": residency.id,
        "community_id": residency.community_id,
        "person_id": residency.person_id,
        "household_id": residency.household_id,
        "relation": residency.relation,
        "main": residency.main,
        "during": rows.as_range(residency.during),
    }
