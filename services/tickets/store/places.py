"""Everything routing needs to know of a place, in one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from chassis.transaction import Transaction
from services.tickets.domain.routing import Coverage, Group, Place

_FACTS = text("""
WITH here AS (SELECT id, path, name, kind FROM areas WHERE id = :area_id AND state = 'active'),
duty AS (
    SELECT v.organization_id, v.area_id, v.category, v.rank FROM coverage v, here
    WHERE v.area_id = ANY(here.path) AND v.category IN ('*', :category) AND v.state = 'active'
      AND (v.valid_from IS NULL OR v.valid_from <= :now) AND (v.valid_until IS NULL OR v.valid_until > :now)
)
SELECT here.id, here.path, here.name, here.kind, c.id AS community_id, c.code AS community_code,
    (SELECT p.has_property_management FROM areas p
      WHERE p.id = ANY(here.path) AND p.has_property_management IS NOT NULL
      ORDER BY cardinality(p.path) DESC LIMIT 1) AS managed,
    (SELECT json_agg(duty) FROM duty) AS duty,
    (SELECT json_agg(json_build_object('id', o.id, 'name', o.name, 'path', o.path, 'mandate', o.mandate,
        'active', o.state = 'active', 'area_id', o.area_id,
        'chooses', (SELECT g.chooses_at_once FROM group_settings g WHERE g.organization_id = o.id)))
      FROM organizations o
      WHERE o.id IN (SELECT organization_id FROM duty)
         OR o.id = ANY(CAST(:named AS uuid[]))
         OR (o.area_id = ANY(here.path) AND o.state = 'active' AND cardinality(o.mandate) > 0)) AS groups,
    CASE WHEN :numbered THEN nextval('ticket_serial') ELSE 0 END AS serial
FROM here LEFT JOIN communities c ON c.id = ANY(here.path)
""")

_CANDIDATES = text("""
SELECT id, name FROM areas WHERE kind = 'building' AND state = 'active'
  AND (CAST(:community_id AS uuid) IS NULL OR :community_id = ANY(path)) ORDER BY name LIMIT 5
""")
_ROOT = text("SELECT path FROM areas WHERE parent_id IS NULL AND state = 'active' ORDER BY id LIMIT 1")
_SERIAL = text("SELECT nextval('ticket_serial')")
RANKS = {"lead": 0, "support": 1}


@dataclass(frozen=True, slots=True)
class Facts:
    place: Place
    community_id: UUID | None
    community_code: int
    coverage: tuple[Coverage, ...]
    groups: tuple[Group, ...]
    serial: int


async def facts_of(
    tx: Transaction, area_id: UUID, category: str, *, numbered: bool = True, named: Sequence[UUID] = ()
) -> Facts | None:
    """What routing decides from, with the next number if one is wanted; nothing when no such place is known. `named`
    are groups that rules call by their id."""
    values = {"area_id": area_id, "category": category, "now": tx.now, "numbered": numbered, "named": list(named)}
    row = (await tx.execute(_FACTS, values)).first()
    if row is None:
        return None
    depth = {id_: len(row.path) - 1 - at for at, id_ in enumerate(row.path)}
    coverage = tuple(_coverage(duty, depth) for duty in row.duty or ())
    covered = {duty.group_id: duty.distance for duty in coverage}
    return Facts(
        place=Place(row.id, tuple(row.path), row.name, row.managed),
        community_id=row.community_id,
        community_code=row.community_code or 0,
        coverage=coverage,
        groups=tuple(_group(group, depth, covered) for group in row.groups or ()),
        serial=row.serial,
    )


async def candidates(tx: Transaction, community_id: UUID | None) -> list[dict[str, str]]:
    rows = await tx.execute(_CANDIDATES, {"community_id": community_id})
    return [{"building_id": str(row.id), "name": row.name} for row in rows]


async def root_path(tx: Transaction) -> tuple[UUID, ...]:
    """Where a matter without any place stands: at the top, until somebody finds out."""
    row = (await tx.execute(_ROOT)).first()
    return tuple(row.path) if row else ()


async def next_serial(tx: Transaction) -> int:
    return int((await tx.execute(_SERIAL)).scalar_one())


def _coverage(duty: dict[str, Any], depth: dict[UUID, int]) -> Coverage:
    area_id = UUID(duty["area_id"])
    rank = RANKS.get(duty["rank"], 1)
    return Coverage(UUID(duty["organization_id"]), area_id, duty["category"], rank, depth[area_id])


def _group(row: dict[str, Any], depth: dict[UUID, int], covered: dict[UUID, int]) -> Group:
    id_, area_id = UUID(row["id"]), row["area_id"] and UUID(row["area_id"])
    distances = [known for known in (covered.get(id_), depth.get(area_id)) if known is not None]
    return Group(
        id_,
        row["name"],
        tuple(UUID(step) for step in row["path"]),
        frozenset(row["mandate"]),
        row["active"],
        min(distances, default=None),
        bool(row["chooses"]),
    )
