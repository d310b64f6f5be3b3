"""Rows of coverage."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.transaction import Transaction
from services.members.domain.groups.coverage import Coverage, Rank
from services.members.domain.period import Period
from services.members.store import rows
from services.members.store.groups.tables import coverage


async def load(tx: Transaction, coverage_id: UUID, *, lock: bool = False) -> Coverage:
    statement = select(coverage).where(coverage.c.id == coverage_id)
    found = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if found is None:
        raise rows.not_found()
    return coverage_of(found)


async def leads_overlapping(tx: Transaction, area_id: UUID, category: str, during: Period) -> list[Coverage]:
    """Lead groups of the same matter in the same place at the same time."""
    chosen = select(coverage).where(
        coverage.c.area_id == area_id,
        coverage.c.category == category,
        coverage.c.rank == Rank.LEAD,
        coverage.c.during.overlaps(rows.as_range(during)),
    )
    return [coverage_of(row) for row in await tx.execute(chosen)]


async def at_areas(tx: Transaction, area_ids: Collection[UUID]) -> list[Coverage]:
    chosen = select(coverage).where(coverage.c.area_id.in_(area_ids)).order_by(coverage.c.id)
    return [coverage_of(row) for row in await tx.execute(chosen)]


async def of_organization(tx: Transaction, organization_id: UUID) -> list[Coverage]:
    chosen = select(coverage).where(coverage.c.organization_id == organization_id).order_by(coverage.c.id)
    return [coverage_of(row) for row in await tx.execute(chosen)]


async def save(tx: Transaction, one: Coverage) -> Coverage:
    values = {
        "id": one.id,
        "community_id": one.community_id,
        "organization_id": one.organization_id,
        "area_id": one.area_id,
        "category": one.category,
        "rank": one.rank,
        "during": rows.as_range(one.during),
    }
    return replace(one, revision=await rows.write(tx, coverage, values, one.revision))


def coverage_of(row: Any) -> Coverage:
    return Coverage(
        id=row.id,
        community_id=row.community_id,
        organization_id=row.organization_id,
        area_id=row.area_id,
        category=row.category,
        rank=Rank(row.rank),
        during=rows.as_period(row.during),
        revision=row.revision,
    )
