"""Emergencies: rows <-> domain objects."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select, text

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.emergency import Emergency, State
from services.notify.domain.message import Message
from services.notify.store import rows
from services.notify.store.tables import emergencies

CHANGING: Final = ("state", "approved_by", "begins_at", "ends_at", "ended_at", "ended_by", "revision")
_IN_FORCE: Final = text(
    "SELECT e.id, wanted.community_id"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:communities AS uuid[])) AS wanted(id, community_id)"
    " JOIN emergencies e ON e.id = wanted.id AND e.state = 'in_force' AND e.begins_at <= :now AND e.ends_at > :now"
    " LEFT JOIN places p ON p.area_id = wanted.community_id"
    " WHERE e.area_id = wanted.community_id OR e.area_id = ANY(p.path)"
)


async def add(tx: Transaction, emergency: Emergency) -> Emergency:
    """Write a new emergency."""
    await rows.add(tx, emergencies, [rows.values(emergency)])
    return emergency


async def save(tx: Transaction, emergency: Emergency) -> Emergency:
    """Write what may change of an emergency this transaction holds locked."""
    saved = replace(emergency, revision=emergency.revision + 1)
    await rows.put(tx, emergencies, [rows.values(saved)], CHANGING)
    return saved


async def lock(tx: Transaction, emergency_id: UUID) -> Emergency:
    """One emergency, locked; 404 where there is none."""
    row = (
        await tx.execute(select(emergencies).where(emergencies.c.id == emergency_id).with_for_update())
    ).one_or_none()
    if row is None:
        raise Refused("emergency_unknown", status=404)
    return _emergency(row)


async def in_force_for(tx: Transaction, named: Sequence[Message]) -> frozenset[tuple[UUID, UUID | None]]:
    """Of the messages that name an emergency: which (emergency, community) pairs hold now."""
    if not named:
        return frozenset()
    pairs = sorted({(m.emergency_id, m.community_id) for m in named if m.emergency_id and m.community_id})
    wanted = {"ids": [one for one, _ in pairs], "communities": [c for _, c in pairs], "now": tx.now}
    return frozenset((row.id, row.community_id) for row in await tx.execute(_IN_FORCE, wanted))


def _emergency(row: Row[Any]) -> Emergency:
    found = dict(row._mapping)
    return Emergency(**found | {"state": State(found["state"])})
