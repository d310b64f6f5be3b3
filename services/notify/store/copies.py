"""Copies of what others own, from their events: leaders, groups, places, categories, and who holds a role where."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.notify.store import rows
from services.notify.store.tables import categories, groups, leaders, places

PEOPLE_MAX = 100
_HOLDERS = text(
    "SELECT subject_id, coalesce(array_position(CAST(:path AS uuid[]), scope_id), 0) AS nearness FROM grants"
    " WHERE role = :role AND scope_id = ANY(CAST(:path AS uuid[])) AND valid_from <= :now"
    " AND (valid_until IS NULL OR valid_until > :now) ORDER BY nearness DESC, subject_id LIMIT 1000"
)

_EVERYWHERE = text(
    "SELECT DISTINCT subject_id FROM grants WHERE role = :role AND valid_from <= :now"
    " AND (valid_until IS NULL OR valid_until > :now) ORDER BY subject_id LIMIT 1000"
)


async def _copy(tx: Transaction, table: Table, key: str, values: dict[str, Any]) -> None:
    statement = upsert(table).values(values)
    await tx.execute(statement.on_conflict_do_update(index_elements=[key], set_=values))


async def copy_leader(tx: Transaction, **values: Any) -> None:
    await _copy(tx, leaders, "group_id", values)


async def copy_group(tx: Transaction, **values: Any) -> None:
    await _copy(tx, groups, "group_id", values)


async def copy_place(tx: Transaction, **values: Any) -> None:
    await _copy(tx, places, "area_id", values)


async def copy_category(tx: Transaction, **values: Any) -> None:
    await _copy(tx, categories, "category", values)


async def leader_of(tx: Transaction, group_id: UUID) -> UUID | None:
    """Who leads a group, or deputises."""
    row = (await tx.execute(select(leaders).where(leaders.c.group_id == group_id))).one_or_none()
    return (row.leader_id or row.deputy_id) if row else None


async def holders(tx: Transaction, role: str, community_id: UUID | None) -> list[UUID]:
    """Who holds a role for a community: at the nearest area above or at it where anybody does."""
    path = await path_of(tx, community_id)
    held = (await tx.execute(_HOLDERS, {"role": role, "path": path, "now": tx.now})).all()
    nearest = [row.subject_id for row in held if row.nearness == held[0].nearness]
    return list(dict.fromkeys(nearest))[:PEOPLE_MAX]


async def holders_everywhere(tx: Transaction, role: str) -> list[UUID]:
    """Who holds a role, wherever: for what concerns no place."""
    return list((await tx.execute(_EVERYWHERE, {"role": role, "now": tx.now})).scalars())


async def group_names(tx: Transaction, wanted: Iterable[UUID]) -> dict[UUID, str]:
    statement = select(groups.c.group_id, groups.c.name).where(rows.among(groups.c.group_id, rows.ids(wanted)))
    return {row.group_id: row.name for row in await tx.execute(statement)}


async def category_labels(tx: Transaction, wanted: Sequence[str]) -> dict[str, str]:
    statement = select(categories.c.category, categories.c.label).where(rows.among(categories.c.category, wanted))
    return {row.category: row.label for row in await tx.execute(statement)}


async def path_of(tx: Transaction, community_id: UUID | None) -> list[UUID]:
    """The areas a community lies in, itself among them."""
    if community_id is None:
        return []
    found = (await tx.execute(select(places.c.path).where(places.c.area_id == community_id))).scalar_one_or_none()
    return list(dict.fromkeys([*(found or []), community_id]))


async def path_of_group(tx: Transaction, group_id: UUID) -> list[UUID]:
    """The areas a group works in, itself not among them."""
    found = await tx.execute(select(groups.c.area_id).where(groups.c.group_id == group_id))
    return await path_of(tx, found.scalar_one_or_none())
