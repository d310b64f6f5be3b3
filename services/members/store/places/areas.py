"""Rows of areas."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select

from chassis.transaction import Transaction
from services.members.domain.places.area import Area, AreaKind, AreaState
from services.members.store import rows
from services.members.store.places.tables import areas, estate_buildings


def chosen() -> Select[Any]:
    """Areas, each with the estate it lies in."""
    joined = areas.outerjoin(estate_buildings, estate_buildings.c.building_id == areas.c.id)
    return select(areas, estate_buildings.c.estate_id).select_from(joined)


async def load(tx: Transaction, area_id: UUID, *, lock: bool = False) -> Area:
    statement = chosen().where(areas.c.id == area_id)
    found = (await tx.execute(statement.with_for_update(of=areas) if lock else statement)).one_or_none()
    if found is None:
        raise rows.not_found()
    return area_of(found)


async def load_many(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, Area]:
    found = await tx.execute(chosen().where(areas.c.id.in_(ids)))
    return {row.id: area_of(row) for row in found}


async def root(tx: Transaction) -> Area | None:
    """The top of the tree."""
    found = (await tx.execute(chosen().where(areas.c.parent_id.is_(None)).order_by(areas.c.id).limit(1))).one_or_none()
    return area_of(found) if found else None


async def below(tx: Transaction, area_id: UUID) -> list[Area]:
    """Everything inside an area, each after the one it lies in. Locked in this order, as every mover does."""
    inside = areas.c.path.contains([area_id]) & (areas.c.id != area_id)
    statement = chosen().where(inside).order_by(func.cardinality(areas.c.path), areas.c.id)
    return [area_of(row) for row in await tx.execute(statement.with_for_update(of=areas))]


async def open_children(tx: Transaction, area_id: UUID) -> int:
    inside = areas.c.parent_id == area_id
    found = await tx.execute(
        select(func.count()).select_from(areas).where(inside, areas.c.state == literal(AreaState.ACTIVE))
    )
    return int(found.scalar_one())


async def save(tx: Transaction, area: Area) -> Area:
    return replace(area, revision=await rows.write(tx, areas, _values(area), area.revision))


async def add(tx: Transaction, new: Sequence[Area]) -> list[Area]:
    """Many new areas at once, parents before children."""
    await rows.put(tx, areas, [_values(area) | {"revision": 1} for area in new])
    return [replace(area, revision=1) for area in new]


def area_of(row: Any) -> Area:
    return Area(
        id=row.id,
        kind=AreaKind(row.kind),
        parent_id=row.parent_id,
        path=tuple(row.path),
        name=row.name,
        community_id=row.community_id,
        division_code=row.division_code,
        local_code=row.local_code,
        number=row.number,
        has_property_management=row.has_property_management,
        dwelling_count=row.dwelling_count,
        lat=row.lat,
        lon=row.lon,
        estate_id=row.estate_id,
        state=AreaState(row.state),
        revision=row.revision,
    )


def _values(area: Area) -> dict[str, Any]:
    return {
        "id": area.id,
        "kind": area.kind,
        "parent_id": area.parent_id,
        "path": list(area.path),
        "name": area.name,
        "community_id": area.community_id,
        "division_code": area.division_code,
        "local_code": area.local_code,
        "number": area.number,
        "has_property_management": area.has_property_management,
        "dwelling_count": area.dwelling_count,
        "lat": area.lat,
        "lon": area.lon,
        "state": area.state,
    }
