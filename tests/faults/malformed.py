"""Rows of a feed that no code of ours wrote."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg

from tests.faults.rows import READERS, rows
from tests.faults.world import World

_PLANT = (
    "INSERT INTO feed_event (lane, event_id, type, subject, revision, body) VALUES (0, $1, $2, $3, 1, $4)"
    " RETURNING ordinal"
)


@dataclass(frozen=True, slots=True)
class Planted:
    ordinal: int
    event_id: UUID


async def malformed_row(
    world: World, body: str, *, event_id: UUID | None = None, kind: str = "tickets.malformed.v1"
) -> Planted:
    """In lane 0 of tickets, with a type of its own: what the body says is another matter."""
    known = event_id or uuid4()
    connection = await asyncpg.connect(world.owner("tickets"))
    ordinal = await connection.fetchval(_PLANT, known, kind, uuid4(), body)
    await connection.close()
    world.history.fault("malformed row")
    return Planted(int(ordinal), known)


async def parked_in(world: World, planted: Planted) -> set[str]:
    """Who has set aside what stands in that row; it is poison from now on, whoever reads it."""
    where = "SELECT lane, position FROM feed_event WHERE ordinal = $1"
    lane, position = (await rows(world.owner("tickets"), where, planted.ordinal))[0]
    parked = "SELECT event_id FROM parked WHERE producer = 'tickets' AND lane = $1 AND position = $2"
    by_reader = {reader: await rows(world.owner(reader), parked, lane, position) for reader in READERS}
    world.poison |= {str(row["event_id"]) for found in by_reader.values() for row in found}
    return {reader for reader, found in by_reader.items() if found}
