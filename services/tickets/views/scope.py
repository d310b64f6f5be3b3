"""Which tickets a person may list: by her grants, and those that are her own."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, cast, false, or_, text
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.auth import Actor
from chassis.transaction import Transaction
from services.tickets.domain.watching import READS
from services.tickets.store.tables import tickets
from services.tickets.views.sql import Part

_COMMUNITIES_OF = text("""
SELECT a.id, c.id AS community_id FROM areas a LEFT JOIN communities c ON c.id = ANY(a.path)
WHERE a.id = ANY(CAST(:ids AS uuid[]))
""")
_GROUPS_UNDER = text("""
SELECT o.id, c.id AS community_id FROM organizations o
LEFT JOIN areas a ON a.id = o.area_id LEFT JOIN communities c ON c.id = ANY(a.path)
WHERE o.path && CAST(:ids AS uuid[])
""")

# Planned for the values of each question, by its indexes, and never shared out over workers: many ask at the same time.
_PLAN_EACH = (
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_seqscan', 'off', true),"
    " set_config('max_parallel_workers_per_gather', '0', true)"
)
_HANDLES = "SELECT EXISTS (SELECT 1 FROM tickets WHERE handler_id = $1)"


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways by which a person may see a case; each has an index of its own, their union is what she sees.

    `few`: so few cases that words are sought in each of them, and not the cases by the words."""

    condition: Part
    community_id: UUID | None = None
    watched: bool = False
    few: bool = False


def overlaps(column: ColumnElement[object], ids: list[UUID]) -> ColumnElement[bool]:
    return column.op("&&", is_comparison=True)(cast(ids, ARRAY(Uuid)))


def granted(actor: Actor, permission: str) -> ColumnElement[bool]:
    """What a grant opens: an area with all its places, or a group's own cases."""
    scopes = actor.scopes(permission)
    found = []
    if scopes.areas:
        found.append(overlaps(tickets.c.area_path, scopes.areas))
    if scopes.organizations:
        found.append(overlaps(tickets.c.group_path, scopes.organizations))
    return or_(false(), *found)


async def ways(tx: Transaction, permission: str) -> list[Way]:
    """By a grant on places, by a grant on groups, as reporter, as handler, as watcher."""
    await tx.driver.execute(_PLAN_EACH)
    scopes, person = tx.actor.scopes(permission), tx.actor.person_id
    found = []
    if scopes.areas:
        found.append(await _by_area(tx, scopes.areas))
    if scopes.organizations:
        found.append(await _by_group(tx, scopes.organizations))
    if await tx.driver.fetchval(_HANDLES, person):
        found.append(Way(Part("t.handler_id = ?", (person,))))
    found.append(Way(Part("t.reporter_id = ?", (person,)), few=True))
    watched = Part("v.person_id = ? AND v.why = ANY(?)", (person, sorted(READS)))
    return [*found, Way(watched, watched=True)]


async def _by_area(tx: Transaction, areas: Sequence[UUID]) -> Way:
    """Within one community its own index serves."""
    rows = (await tx.execute(_COMMUNITIES_OF, {"ids": list(areas)})).all()
    communities = {row.community_id for row in rows}
    inside = Part("t.area_path && ?", (list(areas),))
    if len(rows) < len(set(areas)) or len(communities) != 1 or None in communities:
        return Way(inside)
    (only,) = communities
    return Way(Part.joined(" AND ", [Part("t.community_id = ?", (only,)), inside]), only)


async def _by_group(tx: Transaction, organizations: Sequence[UUID]) -> Way:
    """A group's cases lie in its own community."""
    rows = (await tx.execute(_GROUPS_UNDER, {"ids": list(organizations)})).all()
    groups = [row.id for row in rows]
    of_group = Part("t.group_id = ?", (groups[0],)) if len(groups) == 1 else Part("t.group_id = ANY(?)", (groups,))
    own = Part.joined(" AND ", [of_group, Part("t.group_path && ?", (list(organizations),))])
    communities = {row.community_id for row in rows}
    return Way(own, communities.pop() if len(communities) == 1 else None)
