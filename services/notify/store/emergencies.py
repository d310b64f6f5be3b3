"""Emergencies: rows <-> domain objects."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, func, select, text

from chassis.auth import Scopes
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.emergency import Emergency, State
from services.notify.domain.message import Message
from services.notify.store import rows
from services.notify.store.tables import emergencies, messages, places
from services.notify.views import page_of, seen_from

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


async def in_force(tx: Transaction) -> list[dict[str, Any]]:
    """What is in force now, with the names of its areas."""
    e = emergencies.c
    statement = (
        select(e.id, e.area_id, e.reason, e.ends_at, places.c.name.label("area_name"))
        .join_from(emergencies, places, places.c.area_id == e.area_id, isouter=True)
        .where(e.state == State.IN_FORCE, e.ends_at > tx.now)
        .order_by(e.begins_at)
    )
    return [dict(row._mapping) for row in await tx.execute(statement)]


async def page(
    tx: Transaction, scopes: Scopes, state: str | None, limit: int, after: list[Any] | None
) -> list[dict[str, Any]]:
    """Emergencies of the reader's areas, newest first."""
    where = [seen_from(scopes, emergencies.c.area_id), *([emergencies.c.state == state] if state else [])]
    return await page_of(tx, emergencies, where, at="requested_at", limit=limit, after=after)


async def seen(tx: Transaction, scopes: Scopes, emergency_id: UUID) -> dict[str, Any]:
    """One emergency; 404 outside the reader's areas."""
    where = (emergencies.c.id == emergency_id, seen_from(scopes, emergencies.c.area_id))
    row = (await tx.execute(select(emergencies).where(*where))).one_or_none()
    if row is None:
        raise Refused("emergency_unknown", status=404)
    return dict(row._mapping)


async def figures(tx: Transaction, emergency_id: UUID) -> list[dict[str, Any]]:
    """How many were told by which channel, and what became of it."""
    of = (messages.c.channel, messages.c.state, messages.c.reason)
    statement = select(*of, func.count().label("count"), func.count(messages.c.person_id.distinct()).label("people"))
    statement = statement.where(messages.c.emergency_id == emergency_id).group_by(*of).order_by(*of)
    return [dict(row._mapping) for row in await tx.execute(statement)]


async def messages_page(
    tx: Transaction, emergency_id: UUID, limit: int, after: list[Any] | None
) -> list[dict[str, Any]]:
    """The messages of an emergency, newest first."""
    where = [messages.c.emergency_id == emergency_id]
    return await page_of(tx, messages, where, at="created_at", limit=limit, after=after)


def _emergency(row: Row[Any]) -> Emergency:
    found = dict(row._mapping)
    return Emergency(**found | {"state": State(found["state"])})
