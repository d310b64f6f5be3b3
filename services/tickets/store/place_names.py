"""The buildings of a community and what they and the places above them are called."""

from uuid import UUID

from sqlalchemy import text

from chassis.transaction import Transaction
from services.tickets.domain.place_name import Building, Buildings

_BUILDINGS = text("""
SELECT b.id, b.path, b.name, ARRAY(
    SELECT a.name FROM unnest(b.path) WITH ORDINALITY AS step(id, at) JOIN areas a ON a.id = step.id
    WHERE a.id <> b.id ORDER BY step.at) AS above
FROM areas b WHERE b.kind = 'building' AND b.state = 'active' AND :community_id = ANY(b.path)
""")


async def of_community(tx: Transaction, community_id: UUID) -> Buildings:
    rows = await tx.execute(_BUILDINGS, {"community_id": community_id})
    return Buildings(Building(row.id, tuple(row.path), row.name, row.above) for row in rows)
