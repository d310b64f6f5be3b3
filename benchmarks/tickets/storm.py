"""Thousands of limits end at one instant: each is raised once, and soon."""

import asyncio
import time
from datetime import timedelta
from typing import Any

from benchmarks.tickets.load import NotDone
from benchmarks.tickets.system import Bench
from demo.places import id_of

LIMIT = timedelta(minutes=16)  # an urgent case is to be accepted, or given to a group, within 15
SECONDS_MAX = 600.0
COPIES = """
WITH ids AS (SELECT gen_random_uuid() AS id, 'storm-' || $2::text || '-' || n AS number FROM generate_series(1, $3) n),
made AS (
    INSERT INTO tickets SELECT (jsonb_populate_record(t, jsonb_build_object(
        'id', i.id, 'number', i.number, 'number_tail', i.number, 'correlation', i.id))).*
    FROM tickets t, ids i WHERE t.id = $1),
told AS (
    INSERT INTO moves SELECT (jsonb_populate_record(m, jsonb_build_object('ticket_id', i.id))).*
    FROM moves m, ids i WHERE m.ticket_id = $1)
INSERT INTO timer SELECT (jsonb_populate_record(x, jsonb_build_object('id', gen_random_uuid(), 'key', i.id))).*
FROM timer x, ids i WHERE x.kind = 'clock' AND x.key = $1::text
"""
RAISED = """
SELECT count(*) AS raised, count(DISTINCT ticket_id) AS tickets FROM marks
WHERE ticket_id IN (SELECT id FROM tickets WHERE number LIKE 'storm-%')
"""
ANNOUNCED_TWICE = """
SELECT count(*) AS n FROM (
    SELECT 1 FROM (SELECT subject, type, body::jsonb -> 'data' AS data FROM feed_event
                   WHERE type LIKE 'tickets.ticket_deadline%' OR type LIKE 'tickets.ticket_escalated%') e
    GROUP BY subject, type, data ->> 'clock', data ->> 'threshold' HAVING count(*) > 1) twice
"""


async def storm(bench: Bench, count: int) -> dict[str, Any]:
    """Half of them wait for a leader to accept, half have no group at all."""
    async with bench.alone():
        assigned, unassigned = await two_urgent_cases(bench)
        await bench.sql(COPIES, assigned, "assigned", count - count // 2)
        await bench.sql(COPIES, unassigned, "unassigned", count // 2)
        await bench.sql("ANALYZE")
        used, began = bench.processor_seconds(), time.monotonic()
        await bench.sql("UPDATE clock SET shift = shift + $1", LIMIT)
        raised = await all_raised(bench, count)
        seconds = time.monotonic() - began
        spent = {name: bench.processor_seconds()[name] - before for name, before in used.items()}
        await asyncio.sleep(2)
        (twice,) = await bench.sql(ANNOUNCED_TWICE)
        (after,) = await bench.sql(RAISED)
    return {
        "limits": count, "raised": raised, "announced_twice": twice["n"], "marks": after["raised"],
        "seconds": round(seconds, 1), "processor_seconds": {name: round(each, 1) for name, each in spent.items()},
    }  # fmt: skip


async def two_urgent_cases(bench: Bench) -> tuple[str, str]:
    """Filed through the door; a community without groups leaves its case without one."""
    body = {"category": "noise", "description": "urgent", "danger": True, "anonymous": True}
    ids = []
    for place in ("中一路社区", "水云路社区"):
        sent = body | {"building_id": id_of(f"{place}/1栋")}
        ids.append(await bench.wire.ask("file", "POST", "/v1/tickets", bench.bearer("district_officer"), sent))
    if [case["state"] for case in ids] != ["assigned", "received"]:
        raise NotDone(f"one case with a group and one without were wanted: {ids}")
    return ids[0]["id"], ids[1]["id"]


async def all_raised(bench: Bench, count: int) -> int:
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        (row,) = await bench.sql(RAISED)
        if row["tickets"] >= count or time.monotonic() > deadline:
            return int(row["tickets"])
        await asyncio.sleep(0.5)
