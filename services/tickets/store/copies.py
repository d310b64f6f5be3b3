"""Members' public facts, as tickets has read them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Table, text
from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from services.tickets.store.tables import areas, coverage, group_leaders, memberships, organizations

_NEW_COMMUNITY = text("""
INSERT INTO communities (id, code) SELECT :id, coalesce(max(code), 0) + 1 FROM communities
ON CONFLICT (id) DO NOTHING
""")
_LOCK_COMMUNITIES = text("LOCK TABLE communities IN SHARE ROW EXCLUSIVE MODE")
_MOVED_WITH_PLACE = text("""
UPDATE tickets SET area_path = CAST(:path AS uuid[]) WHERE building_id = :id AND area_path <> CAST(:path AS uuid[])
""")
_IS_MEMBER = text("""
SELECT EXISTS (SELECT 1 FROM memberships WHERE organization_id = :group_id AND person_id = :person_id
               AND state = 'active')
    OR EXISTS (SELECT 1 FROM group_leaders WHERE organization_id = :group_id
               AND :person_id IN (leader_id, deputy_id))
    OR EXISTS (SELECT 1 FROM task_forces WHERE organization_id = :group_id AND :person_id = ANY(person_ids))
""")
_LEADS = text("""
SELECT EXISTS (SELECT 1 FROM group_leaders WHERE organization_id = :group_id AND :person_id IN (leader_id, deputy_id))
""")
_HAS_LEADER = text("""
SELECT EXISTS (SELECT 1 FROM group_leaders WHERE organization_id = :group_id AND leader_id IS NOT NULL)
""")
_SOMEBODY_IS = text("""
SELECT EXISTS (SELECT 1 FROM grants, clock WHERE role = :role AND scope_id = ANY(CAST(:path AS uuid[]))
    AND valid_from <= now() + shift AND (valid_until IS NULL OR valid_until > now() + shift))
""")
_GROUP = text("""
SELECT o.id, o.name, o.path, o.mandate, o.area_id, o.state, l.leader_id, l.deputy_id,
    CAST(:area_path AS uuid[]) && a.path AND (o.area_id = ANY(CAST(:area_path AS uuid[]))
      OR EXISTS (SELECT 1 FROM coverage v WHERE v.organization_id = o.id AND v.state = 'active'
                 AND v.area_id = ANY(CAST(:area_path AS uuid[])))) AS covers,
    CAST(:community_id AS uuid) = ANY(a.path) AS in_community
FROM organizations o LEFT JOIN areas a ON a.id = o.area_id LEFT JOIN group_leaders l ON l.organization_id = o.id
WHERE o.id = :id
""")
_PATH = text("SELECT path FROM areas WHERE id = :id AND state = 'active'")
_NAMES = text("""
SELECT id, name FROM areas WHERE id = ANY(CAST(:ids AS uuid[]))
UNION ALL SELECT id, name FROM organizations WHERE id = ANY(CAST(:ids AS uuid[]))
""")


async def put_area(tx: Transaction, row: Mapping[str, Any]) -> None:
    await _put(tx, areas, row)
    if row["kind"] in ("community", "village"):
        await tx.execute(_LOCK_COMMUNITIES)
        await tx.execute(_NEW_COMMUNITY, {"id": row["id"]})
    if row["kind"] == "building":
        await tx.execute(_MOVED_WITH_PLACE, {"id": row["id"], "path": row["path"]})


async def put_organization(tx: Transaction, row: Mapping[str, Any]) -> None:
    await _put(tx, organizations, {**row, "founded_at": tx.now}, kept=frozenset({"founded_at"}))


async def put_leader(tx: Transaction, row: Mapping[str, Any]) -> None:
    await _put(tx, group_leaders, row, key="organization_id")


async def put_membership(tx: Transaction, row: Mapping[str, Any]) -> None:
    await _put(tx, memberships, row)


async def put_coverage(tx: Transaction, row: Mapping[str, Any]) -> None:
    await _put(tx, coverage, row)


async def is_member(tx: Transaction, group_id: UUID | None, person_id: UUID) -> bool:
    return bool((await tx.execute(_IS_MEMBER, {"group_id": group_id, "person_id": person_id})).scalar_one())


async def has_leader(tx: Transaction, group_id: UUID | None) -> bool:
    return bool((await tx.execute(_HAS_LEADER, {"group_id": group_id})).scalar_one())


async def somebody_is(tx: Transaction, role: str, area_path: Sequence[UUID]) -> bool:
    """Whether anybody holds the role at this place now."""
    return bool((await tx.execute(_SOMEBODY_IS, {"role": role, "path": list(area_path)})).scalar_one())


async def leads(tx: Transaction, group_id: UUID | None, person_id: UUID) -> bool:
    return bool((await tx.execute(_LEADS, {"group_id": group_id, "person_id": person_id})).scalar_one())


async def group(tx: Transaction, id_: UUID, area_path: Sequence[UUID], community_id: UUID | None) -> Any:
    """A group with its leader, and whether it covers the place."""
    values = {"id": id_, "area_path": list(area_path), "community_id": community_id}
    return (await tx.execute(_GROUP, values)).first()


async def names(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The public names of places and groups."""
    rows = await tx.execute(_NAMES, {"ids": list(ids)})
    return {row.id: row.name for row in rows}


async def _put(
    tx: Transaction, table: Table, row: Mapping[str, Any], *, key: str = "id", kept: frozenset[str] = frozenset()
) -> None:
    statement = insert(table).values(row)
    changed = {name: statement.excluded[name] for name in row if name != key and name not in kept}
    await tx.execute(statement.on_conflict_do_update(index_elements=[key], set_=changed))


async def path_of(tx: Transaction, area_id: UUID) -> tuple[UUID, ...] | None:
    """From the root down to the place itself; nothing for a place nobody has heard of."""
    path = (await tx.execute(_PATH, {"id": area_id})).scalar()
    return tuple(path) if path else None
