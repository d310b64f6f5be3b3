"""Hot spots, and the households that make them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects.postgresql import insert

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.cluster import COUNTED_KINDS, COUNTED_ORIGINS, Cluster
from services.tickets.store.tables import clusters, tickets

HOUSEHOLDS_LOOKED_AT = 500
_OF_PLACE = (
    "building_id = :building_id AND category = :category AND filed_at > :since AND kind = ANY(CAST(:kinds AS text[]))"
    " AND origin = ANY(CAST(:origins AS text[])) AND parent_id IS NULL AND NOT hidden"
    " AND state NOT IN ('rejected', 'withdrawn')"
)
_HOUSEHOLDS = text(f"""
WITH here AS (SELECT id, household FROM tickets WHERE {_OF_PLACE} ORDER BY filed_at DESC LIMIT :most)
SELECT household, CAST(NULL AS uuid) AS person_id FROM here WHERE household IS NOT NULL
UNION SELECT NULL, w.person_id FROM watchers w JOIN here ON here.id = w.ticket_id WHERE w.why = 'me_too'
""")  # noqa: S608


_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended('cluster ' || :building_id || ' ' || :category, 0))")


async def alone(tx: Transaction, building_id: UUID, category: str) -> None:
    """From here to the end of the transaction nobody else counts this matter in this building: reports of one instant
    would otherwise each see only themselves."""
    await tx.execute(_ALONE, {"building_id": str(building_id), "category": category})


async def households(tx: Transaction, building_id: UUID, category: str, since: datetime) -> int:
    """How many households told of it: by their own tickets, or by "me too"."""
    values = {
        "building_id": building_id,
        "category": category,
        "since": since,
        "kinds": sorted(COUNTED_KINDS),
        "origins": sorted(COUNTED_ORIGINS),
        "most": HOUSEHOLDS_LOOKED_AT,
    }
    rows = (await tx.execute(_HOUSEHOLDS, values)).all()
    index = tx.service.sealing.index
    return len({bytes(row.household) if row.household else index(f"person:{row.person_id}") for row in rows})


async def open_once(tx: Transaction, cluster: Cluster) -> bool:
    """Whether it is new: one stands open per building and category."""
    statement = insert(clusters).values(asdict(cluster)).on_conflict_do_nothing()
    return bool((await tx.execute(statement)).rowcount)


async def standing(tx: Transaction, building_id: UUID, category: str) -> Cluster | None:
    """The open one, locked."""
    statement = select(clusters).where(
        clusters.c.building_id == building_id, clusters.c.category == category, clusters.c.closed_at.is_(None)
    )
    row = (await tx.execute(statement.with_for_update())).first()
    return _cluster(row) if row else None


async def load(tx: Transaction, cluster_id: UUID) -> Cluster:
    row = (await tx.execute(select(clusters).where(clusters.c.id == cluster_id).with_for_update())).first()
    if row is None:
        raise Refused("cluster_unknown", status=404)
    return _cluster(row)


async def save(tx: Transaction, cluster: Cluster) -> None:
    values = asdict(cluster)
    await tx.execute(update(clusters).where(clusters.c.id == values.pop("id")).values(values))


async def members(tx: Transaction, cluster: Cluster, since: datetime, states: Sequence[str]) -> list[UUID]:
    """The cases it is made of, in the order of their ids."""
    statement = select(tickets.c.id).where(
        tickets.c.building_id == cluster.building_id,
        tickets.c.category == cluster.category,
        tickets.c.filed_at > since,
        tickets.c.kind.in_(sorted(COUNTED_KINDS)),
        tickets.c.origin.in_(sorted(COUNTED_ORIGINS)),
        tickets.c.parent_id.is_(None),
        tickets.c.hidden.is_(False),
        tickets.c.state.in_(states),
    )
    return [row.id for row in await tx.execute(statement.order_by(tickets.c.id).limit(HOUSEHOLDS_LOOKED_AT))]


def _cluster(row: Row[Any]) -> Cluster:
    return Cluster(**row._mapping)
