"""Rows 3 and 4: what others feel while the sender drains. A leader's reply, and a resident's code to sign in."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from benchmarks.flow.measured_ours import DESKS, taken
from benchmarks.notify.drain import Beside
from benchmarks.notify.system import Bench
from benchmarks.tickets.load import Call, Json, percentiles
from demo.proofs import until
from demo.stage import Stage

PAUSE_SECONDS = 0.5
LOOK_EVERY_SECONDS = 0.01
LOOKS_MAX = 4_000
ASKED_SECONDS_MAX = 180.0


async def questions(bench: Bench, count: int) -> Beside:
    """So many cases whose leaders have been asked; beside the drain they answer one after another."""
    stage, cases = bench.stage, {}
    for number in range(count):
        place, category, desk = DESKS[number % len(DESKS)]
        buildings = stage.buildings[place]
        body = {
            "category": category, "description": f"complaint {number}", "anonymous": True,
            "building_id": buildings[number % len(buildings)], "channel": "telephone",
        }  # fmt: skip
        filed = await taken(stage.act(desk), body)
        cases[filed["number"]] = filed["id"]
    asked = await until("the leaders are asked", lambda: asked_by_text(stage, cases), ASKED_SECONDS_MAX)

    async def answer(over: asyncio.Event) -> Json:
        waiting = iter(asked.items())

        async def one() -> Callable[[], Awaitable[bool]] | None:
            case, text = next(waiting, ("", {}))
            if not case:
                return None
            await stage.phones.text(text["number"], "1", in_reply_to=text["id"])
            return lambda: accepted(bench, case)

        return await timed(one, over, "reply")

    return answer


async def asked_by_text(stage: Stage, cases: dict[str, str]) -> dict[str, Json] | None:
    """Each case's question, by the case's id; none before all are there."""
    texts = [
        text for text in await stage.phones.submissions() if "回复1" in text["text"] and text["state"] == "delivered"
    ]
    found = {id_: text for number, id_ in cases.items() for text in texts if number in text["text"]}
    return found if len(found) == len(cases) else None


async def accepted(bench: Bench, case: str) -> bool:
    return bool(await bench.tickets.fetch("SELECT 1 FROM tickets WHERE id = $1 AND state = 'accepted'", UUID(case)))


def codes(bench: Bench) -> Beside:
    """Residents ask for a code, each once, until there are no more or the drain is over."""

    async def ask(over: asyncio.Event) -> Json:
        stage = bench.stage
        phones = iter([who.phone for who in (*stage.neighbours, *stage.reporters)])

        async def one() -> Callable[[], Awaitable[bool]] | None:
            phone = next(phones, None)
            if phone is None:
                return None
            before = await stage.phones.last_id(phone)
            body = {"phone": phone, "device": str(uuid4())}
            await stage.api.ask("POST", "members", "/v1/sign-in/challenges", headers={}, body=body)

            async def submitted() -> bool:
                return await stage.phones.last_id(phone) > before

            return submitted

        return await timed(one, over, "code")

    return ask


async def timed(
    one: Callable[[], Awaitable[Callable[[], Awaitable[bool]] | None]], over: asyncio.Event, name: str
) -> Json:
    """One after another with a pause; each from its start to what it leads to. What never came is told as missing."""
    calls: list[Call] = []
    missing = 0
    while not over.is_set():
        began = time.monotonic()
        done = await one()
        if done is None:
            break
        if not await seen(done):
            missing += 1
        else:
            calls.append(Call(name, began, time.monotonic() - began, 200))
        await asyncio.sleep(PAUSE_SECONDS)
    return {"count": len(calls), "missing": missing, "ms": percentiles(calls)}


async def seen(done: Callable[[], Awaitable[bool]]) -> bool:
    for _ in range(LOOKS_MAX):
        if await done():
            return True
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    return False
