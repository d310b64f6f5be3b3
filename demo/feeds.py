"""What the services announced, read from their own tables: the truth that every proof about events rests on."""

import json
from dataclasses import dataclass
from typing import Any

import asyncpg

from demo.system import System

PRODUCERS = ("members", "tickets", "funds", "notify")


@dataclass(frozen=True, slots=True)
class Announced:
    producer: str
    ordinal: int
    event_id: str
    type: str
    subject: str
    lane: int
    position: int | None
    body: dict[str, Any]

    @property
    def correlation(self) -> str:
        return str(self.body.get("correlation", ""))


async def read(system: System, producer: str, statement: str, *arguments: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(system.databases[producer])
    try:
        rows: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
    finally:
        await connection.close()
    return rows


async def announced(system: System, producer: str, after: int = 0) -> list[Announced]:
    rows = await read(
        system,
        producer,
        "SELECT ordinal, event_id, type, subject, lane, position, body FROM feed_event WHERE ordinal > $1"
        " ORDER BY ordinal",
        after,
    )
    return [event_from(producer, row) for row in rows]


def event_from(producer: str, row: asyncpg.Record) -> Announced:
    body = row["body"]
    return Announced(
        producer,
        row["ordinal"],
        str(row["event_id"]),
        row["type"],
        str(row["subject"]),
        row["lane"],
        row["position"],
        body if isinstance(body, dict) else json.loads(body),
    )


async def ends(system: System) -> dict[str, int]:
    """The last ordinal of each producer: a mark from which a chapter counts."""
    marks = {}
    for producer in PRODUCERS:
        rows = await read(system, producer, "SELECT coalesce(max(ordinal), 0) AS top FROM feed_event")
        marks[producer] = int(rows[0]["top"])
    return marks


async def drained(system: System) -> bool:
    """Every reader's cursor has reached the producer's head, in every lane, and every event has a position."""
    heads = {}
    for producer in PRODUCERS:
        if await read(system, producer, "SELECT 1 FROM feed_event WHERE position IS NULL LIMIT 1"):
            return False
        for row in await read(system, producer, "SELECT lane, position FROM feed_head"):
            heads[producer, row["lane"]] = row["position"]
    for reader in system.databases:
        for row in await read(system, reader, "SELECT producer, lane, position FROM feed_cursor"):
            if row["position"] < heads.get((row["producer"], row["lane"]), 0):
                return False
    return True
