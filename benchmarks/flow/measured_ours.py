"""Measures our own chain on a running system: operators file, leaders are told, databases tell the hops."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import asyncpg
import httpx

from benchmarks.flow.load import Journey, Measured, measured
from benchmarks.flow.provider import point_reports_at
from demo.public_api import Json, Person, Refusal
from demo.stage import Stage

Load = Callable[[Callable[[int], Awaitable[str]]], Awaitable[dict[str, Journey]]]
# Places and categories that go to three different leaders.
DESKS = (
    ("东坪一村", "sanitation", "operator_dongshanping"),
    ("东坪一村", "safety", "operator_dongshanping"),
    ("中一路社区", "venue", "operator_zhongyilu"),
    ("中一路社区", "care", "operator_zhongyilu"),
    ("中一路社区", "services", "operator_zhongyilu"),
    ("中一路社区", "noise", "operator_zhongyilu"),
)
TOLD = (
    "SELECT about, created_at, submitted_at, closed_at, state FROM messages"
    " WHERE template = 'case-assigned' AND about = ANY($1::uuid[])"
)
QUIET_SECONDS = 20.0
TRY_AGAIN_SECONDS = 0.2
TRIES_MAX = 100


async def measure_ours(stage: Stage, load: Load, http: httpx.AsyncClient, report_url: str) -> Measured:
    await point_reports_at(stage.system.urls["gateway"], report_url, http)

    async def send(number: int) -> str:
        place, category, desk = DESKS[number % len(DESKS)]
        buildings = stage.buildings[place]
        body = {
            "category": category, "description": f"complaint {number}", "anonymous": True,
            "building_id": buildings[number % len(buildings)], "channel": "telephone",
        }  # fmt: skip
        return str((await taken(stage.act(desk), body))["id"])

    for _, _, desk in DESKS:  # each buys her token before the clock starts
        await stage.act(desk).get("tickets", "/v1/worklists")
    journeys = await load(send)
    connection = await asyncpg.connect(stage.system.databases["notify"])
    try:
        await all_delivered(connection, list(journeys))
        await note_hops(connection, journeys, stage.shift)
    finally:
        await connection.close()
    return measured(journeys.values())


async def taken(person: Person, body: Json) -> Json:
    """A client as it should be: refused for overload, it asks again with the same key; the wait counts."""
    key = str(uuid4())
    for _ in range(TRIES_MAX):
        try:
            return await person.post("tickets", "/v1/tickets", body, key=key)
        except Refusal as refusal:
            if refusal.status not in (429, 503):
                raise
            await asyncio.sleep(TRY_AGAIN_SECONDS)
    raise TimeoutError("refused again and again")


async def all_delivered(connection: asyncpg.Connection, tickets: list[str]) -> None:
    """Until all are there, or nothing has come for a while."""
    done, since = -1, time.monotonic()
    while done < len(tickets) and time.monotonic() - since < QUIET_SECONDS:
        now = sum(row["state"] == "delivered" for row in await connection.fetch(TOLD, tickets))
        if now != done:
            done, since = now, time.monotonic()
        await asyncio.sleep(0.1)


async def note_hops(connection: asyncpg.Connection, journeys: dict[str, Journey], shift: timedelta) -> None:
    """The databases' clock is shifted; the load's is not."""
    for row in await connection.fetch(TOLD, list(journeys)):
        journey = journeys[str(row["about"])]
        for hop, column in (("told", "created_at"), ("submitted", "submitted_at"), ("delivered", "closed_at")):
            if row[column] is not None:
                journey.reached[hop] = (row[column] - shift).timestamp() - journey.sent_at
