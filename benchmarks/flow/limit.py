"""The limit: the same statements and Redis commands, issued by one script on raw asyncpg, with nothing around them.

No HTTP on our side, no models, no rules, no tokens, no tracing. Batches form as in our services: whatever waits when
the last batch has committed is the next one.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from redis.asyncio import Redis

from benchmarks.flow.load import Journey
from benchmarks.flow.provider import Provider

SCHEMA = Path(__file__).with_name("limit.sql")
IN_FLIGHT = 20
BATCH = 1_000
BODY = json.dumps({"type": "tickets.ticket_assigned.v1", "data": {"state": "assigned", "round": 1}, "pad": "x" * 500})


class Limit:
    def __init__(self, pool: asyncpg.Pool, redis: Redis, provider: Provider) -> None:
        self.pool, self.redis, self.provider = pool, redis, provider
        self.journeys: dict[UUID, Journey] = {}
        self.sequenced = asyncio.Event()
        self.queued: asyncio.Queue[UUID] = asyncio.Queue()
        self.of_submission: dict[UUID, UUID] = {}
        self.reports: asyncio.Queue[UUID] = asyncio.Queue()

    async def file(self, number: int) -> str:
        """The transaction of a filing: key, rights, place, ticket, history, assignment, timer, two events."""
        ticket, building = uuid4(), uuid4()
        self.journeys[ticket] = Journey(time.time())
        async with self.pool.acquire() as connection, connection.transaction():
            run = connection.execute
            await connection.fetchval("SELECT shift FROM clock")
            await run("INSERT INTO once_request VALUES ('a', 'r', $1, $2)", str(ticket), b"h" * 32)
            await connection.fetch("SELECT role, scope_path FROM grants WHERE subject_id = $1", building)
            await connection.fetch("SELECT path, name FROM areas WHERE id = $1", building)
            name = str(await connection.fetchval("SELECT nextval('number')"))
            row = "INSERT INTO tickets VALUES ($1, $2, 'sanitation', 'words', 'assigned', $3, $3, now(), 2)"
            await run(row, ticket, name, building)
            await connection.executemany(
                "INSERT INTO moves VALUES ($1, $2, 'm', 's', now(), '{}')", [(ticket, 1), (ticket, 2)]
            )
            await run("INSERT INTO assignments VALUES ($1, 1, $2, 'words', '{}')", ticket, building)
            await run("INSERT INTO timer VALUES ($1, 'clock', $2, now(), '{}')", uuid4(), str(ticket))
            await self.announce(connection, ticket, 2)
            await run("UPDATE once_request SET status = 201, answer = $2 WHERE key = $1", str(ticket), b"a" * 400)
        self.reached(ticket, "answered")
        self.sequenced.set()
        return str(ticket)

    async def announce(self, connection: Any, subject: UUID, count: int) -> None:
        statement = (
            "INSERT INTO feed_event (lane, event_id, type, subject, revision, body)"
            " SELECT 0, unnest($1::uuid[]), 't', $2, 1, $3"
        )
        await connection.execute(statement, [uuid4() for _ in range(count)], subject, BODY)

    def reached(self, ticket: UUID, hop: str) -> None:
        self.journeys[ticket].reached[hop] = time.time() - self.journeys[ticket].sent_at

    async def feed(self) -> None:
        """Sequence, push, read and apply, one batch after the other."""
        async with self.pool.acquire() as connection:
            while True:
                await self.sequenced.wait()
                self.sequenced.clear()
                events = await self.given_positions(connection)
                if len(events) == BATCH:  # there may be more
                    self.sequenced.set()
                if events:
                    await self.carried(events)
                    await self.applied(connection, events)

    async def given_positions(self, connection: Any) -> list[Any]:
        async with connection.transaction():
            head = await connection.fetchval("SELECT position FROM feed_head WHERE lane = 0 FOR UPDATE")
            waiting = (
                "SELECT ordinal, subject, event_id FROM feed_event WHERE position IS NULL ORDER BY ordinal"
                f" LIMIT {BATCH}"
            )
            rows: list[Any] = await connection.fetch(waiting)
            await connection.execute(
                "UPDATE feed_event e SET position = v.p FROM unnest($1::bigint[], $2::bigint[]) AS v(o, p)"
                " WHERE e.ordinal = v.o",
                [row["ordinal"] for row in rows],
                [head + n for n in range(1, len(rows) + 1)],
            )
            await connection.execute("UPDATE feed_head SET position = position + $1 WHERE lane = 0", len(rows))
        return rows

    async def carried(self, events: list[Any]) -> None:
        pipe = self.redis.pipeline(transaction=False)
        for _ in events:
            pipe.xadd("bench.limit", {"e": BODY, "p": ""}, maxlen=10_000, approximate=True)
        ids = await pipe.execute()
        await self.redis.xrange("bench.limit", ids[0], ids[-1])

    async def applied(self, connection: Any, events: list[Any]) -> None:
        """One transaction for the batch: once-marks, then for each assignment a notification, a prompt, a message."""
        tickets = [t for t in dict.fromkeys(row["subject"] for row in events) if "told" not in self.journeys[t].reached]
        messages = {ticket: uuid4() for ticket in tickets}
        async with connection.transaction():
            await connection.execute("SELECT position FROM feed_cursor WHERE lane = 0 FOR UPDATE")
            marks = [(row["event_id"],) for row in events]
            await connection.executemany("INSERT INTO once_event VALUES ('t', $1, 0, 1)", marks)
            for ticket, message in messages.items():
                run = connection.execute
                await run("INSERT INTO notifications VALUES ($1, $1, $2, '[]')", uuid4(), ticket)
                await run("INSERT INTO prompts VALUES ($1, $2, $3, '{}', 'planned')", uuid4(), ticket, str(message))
                row = "INSERT INTO messages (id, about, state, attempt, facts, sealed)"
                await run(f"{row} VALUES ($1, $2, 'queued', 0, '{{}}', $3)", message, ticket, b"s" * 120)
            await connection.execute("UPDATE feed_cursor SET position = position + $1 WHERE lane = 0", len(events))
        for ticket, message in messages.items():
            self.of_submission[message] = ticket
            self.reached(ticket, "told")
            self.queued.put_nowait(message)

    async def sender(self) -> None:
        """Claim and commit, call the provider, record and commit."""
        while True:
            message = await self.queued.get()
            async with self.pool.acquire() as connection, connection.transaction():
                await connection.execute("UPDATE messages SET state = 'claimed', attempt = 1 WHERE id = $1", message)
                await connection.execute("INSERT INTO submissions VALUES ($1, $1, 'claimed', NULL, now())", message)
            await self.provider.send("13800009001", str(message), "1")
            async with self.pool.acquire() as connection, connection.transaction():
                await connection.execute("UPDATE submissions SET state = 'submitted', ref = 'r' WHERE id = $1", message)
                await connection.execute(
                    "UPDATE messages SET state = 'submitted', submitted_at = now() WHERE id = $1", message
                )
                await self.announce(connection, self.of_submission[message], 1)
            self.reached(self.of_submission[message], "submitted")

    async def recorder(self) -> None:
        while True:
            message = await self.reports.get()
            async with self.pool.acquire() as connection, connection.transaction():
                row = "INSERT INTO delivery_reports (submission_id, status, at) VALUES ($1, 'delivered', now())"
                await connection.execute(row, message)
                await connection.execute(
                    "UPDATE messages SET state = 'delivered', closed_at = now() WHERE id = $1", message
                )
                await self.announce(connection, self.of_submission[message], 1)
            self.reached(self.of_submission[message], "delivered")

    async def take_reports(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The smallest HTTP server that the gateway accepts."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                size = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                for report in json.loads(await reader.readexactly(size)):
                    self.reports.put_nowait(UUID(report["out_id"]))
                writer.write(
                    b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{"code":0}'
                )
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()


Load = Callable[[Callable[[int], Awaitable[str]]], Awaitable[dict[str, Journey]]]
