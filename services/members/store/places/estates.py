"""Rows of estates and of the buildings in them."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from chassis.transaction import Transaction
from services.members.domain.places.estate import Estate
from services.members.store import rows
from services.members.store.places.tables import estate_buildings, estates


async def load(tx: Transaction, estate_id: UUID, *, lock: bool = False) -> Estate:
    statement = select(estates).where(estates.c.id == estate_id)
    found = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if found is None:
        raise rows.not_found()
    return estate_of(found)


async def save(tx: Transaction, estate: Estate) -> Estate:
    values = {"id": estate.id, "name": estate.name, "community_id": estate.community_id}
    return replace(estate, revision=await rows.write(tx, estates, values, estate.revision))


async def put_in(tx: Transaction, estate_id: UUID, building_ids: Collection[UUID]) -> None:
    members = [{"estate_id": estate_id, "building_id": building_id} for building_id in building_ids]
    await rows.put(tx, estate_buildings, members)


async def take_out(tx: Transaction, estate_id: UUID, building_ids: Collection[UUID]) -> None:
    await tx.execute(
        delete(estate_buildings).where(
            estate_buildings.c.estate_id == estate_id, estate_buildings.c.building_id.in_(building_ids)
        )
    )


def estate_of(row: Any) -> Estate:
    return Estate(id=row.id, name=row.name, community_id=row.community_id, revision=row.revision)
