"""Chapters 14 and 15: one case's journey is complete; nothing that may not be told was told anywhere."""

import asyncio
from pathlib import Path
from typing import Any

import redis.asyncio as redis

from demo.cast import PARTS
from demo.feeds import PRODUCERS, announced, drained, read
from demo.proofs import equals, holds, until
from demo.stage import Stage

CASE_WORDS = ("楼道垃圾没人收", "楼前垃圾堆了三天", "住院后断了收入", "下午四点半孩子没人管")


async def one_journey(stage: Stage) -> str:
    """The chronicle's entries for the reopened case are exactly what the four feeds say of it."""
    await until("every reader has caught up", lambda: drained(stage.system))
    case = stage.seven[-1]
    told = {
        event.event_id: event.type
        for producer in PRODUCERS
        for event in await announced(stage.system, producer)
        if event.correlation == case.id
    }
    kept = await read(
        stage.system, "console", "SELECT event_id, type FROM entries WHERE correlation = $1::uuid", case.id
    )
    equals({str(row["event_id"]): row["type"] for row in kept}, told, "the journey")
    for needed in ("tickets.ticket_filed.v1", "tickets.ticket_reopened.v1", "notify.message_delivered.v1"):
        holds(needed in told.values(), f"the journey has {needed}")
    services = {type_.split(".")[0] for type_ in told.values()}
    return f"{len(told)} entries of {len(services)} services under one correlation, delivery reports included"


async def nothing_leaked(stage: Stage) -> str:
    """Names, numbers and case texts occur in no event, chronicle, Redis entry or log line."""
    await until("every reader has caught up", lambda: drained(stage.system))
    secrets = forbidden_words(stage)
    places = 0
    for where, text in [*await event_texts(stage), *await redis_texts(stage), *await log_texts(stage)]:
        places += 1
        found = next((word for word in secrets if word in text), None)
        holds(found is None, f"no personal word in {where}", f"{found[:1]}… ({len(found)} characters)" if found else "")
    return f"{len(secrets)} words looked for in {places} places: 0 found"


def forbidden_words(stage: Stage) -> list[str]:
    residents, parts = [*stage.reporters, *stage.neighbours], PARTS.values()
    names = [resident.name for resident in residents] + [part.name for part in parts]
    phones = [resident.phone for resident in residents] + [part.phone for part in parts]
    return [*names, *phones, *CASE_WORDS, *stage.facts.get("canaries", [])]


async def event_texts(stage: Stage) -> list[tuple[str, str]]:
    texts = []
    for producer in PRODUCERS:
        rows = await read(stage.system, producer, "SELECT body FROM feed_event")
        texts.append((f"the events of {producer}", "\n".join(str(row["body"]) for row in rows)))
    rows = await read(stage.system, "console", "SELECT to_jsonb(e)::text AS row FROM entries e")
    return [*texts, ("the chronicle", "\n".join(row["row"] for row in rows))]


async def redis_texts(stage: Stage) -> list[tuple[str, str]]:
    texts = []
    async with redis.from_url(stage.system.redis_url) as client:
        async for key in client.scan_iter():
            if await client.type(key) == b"stream":
                entries = await client.xrange(key)
                texts.append((f"Redis {key.decode()}", "\n".join(decoded(entry) for entry in entries or [])))
    return texts


def decoded(value: Any) -> str:
    """All that an entry holds, as readable text."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, dict):
        return "\n".join(f"{decoded(name)} {decoded(held)}" for name, held in value.items())
    return "\n".join(map(decoded, value)) if isinstance(value, tuple | list) else str(value)


async def log_texts(stage: Stage) -> list[tuple[str, str]]:
    def all_logs(directory: Path) -> list[tuple[str, str]]:
        return [(f"the log {path.name}", path.read_text(errors="replace")) for path in directory.rglob("*.log")]

    return await asyncio.to_thread(all_logs, stage.system.log_directory)
