"""Chapters 14 and 15: one case's journey is complete; nothing that may not be told was told anywhere."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import redis.asyncio as redis

from demo.cast import PARTS
from demo.feeds import PRODUCERS, announced, drained, read
from demo.proofs import equals, holds, until
from demo.stage import Stage
from demo.traces import batches

EVENT_TYPE = re.compile(r"<code[^>]*>([a-z]+\.[a-z_]+\.v\d+)</code>")
CASE_WORDS = ("楼道垃圾没人收", "楼前垃圾堆了三天", "住院后断了收入", "下午四点半孩子没人管")


async def one_journey(stage: Stage) -> str:
    """The console's page of the reopened case tells just what the four feeds say of it, and only to who may see it."""
    await until("every reader has caught up", lambda: drained(stage.system))
    case = stage.seven[-1]
    announcements = [event for producer in PRODUCERS for event in await announced(stage.system, producer)]
    told = sorted(event.type for event in announcements if event.correlation == case.id)
    page = await console_page(stage, "secretary_dongshanping", f"/journeys/{case.id}")
    equals(page.status_code, 200, "the journey's page")
    equals(sorted(str(one) for one in EVENT_TYPE.findall(page.text)), told, "the journey")
    for needed in ("tickets.ticket_filed.v1", "tickets.ticket_reopened.v1", "notify.message_delivered.v1"):
        holds(needed in told, f"the journey has {needed}")
    hidden = await console_page(stage, "secretary_zhongyilu", f"/journeys/{case.id}")
    equals(hidden.status_code, 404, "what another community's secretary gets")
    services = {type_.split(".")[0] for type_ in told}
    return f"{len(told)} entries of {len(services)} services on the console's page, delivery reports included"


async def console_page(stage: Stage, key: str, path: str) -> httpx.Response:
    """As her browser asks for it."""
    cookies = {"yihu": stage.act(key).session_secret, "yihu_language": "en"}
    sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    return await stage.api.http.get(stage.system.urls["console"] + path, headers=sent)


async def nothing_leaked(stage: Stage) -> str:
    """Names, numbers and case texts occur in no event, chronicle, Redis entry, log line, trace or metric."""
    await until("every reader has caught up", lambda: drained(stage.system))
    secrets = forbidden_words(stage)
    traces = await asyncio.to_thread(batches, stage.system.log_directory)
    texts = [*await event_texts(stage), *await redis_texts(stage), *await log_texts(stage), *await metric_texts(stage)]
    texts += [(f"the {kind} sent out", body.decode(errors="replace")) for kind, body in traces.items()]
    for where, text in texts:
        found = next((word for word in secrets if word in text), None)
        holds(found is None, f"no personal word in {where}", f"{found[:1]}… ({len(found)} characters)" if found else "")
    return (
        f"{len(secrets)} words looked for in {len(texts)} places, {', '.join(traces) or 'no traces'} included: 0 found"
    )


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


async def metric_texts(stage: Stage) -> list[tuple[str, str]]:
    """What each process tells whoever scrapes it."""
    texts = []
    for name in (*PRODUCERS, "console"):
        answer = await stage.api.http.get(f"{stage.system.urls[name]}/metrics")
        equals(answer.status_code, 200, f"the metrics of {name}")
        texts.append((f"the metrics of {name}", answer.text))
    return texts


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
