"""`./yihu bench live`: from a filed ticket to its mark on the ribbon of an open page, on a running system."""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from cli.instance import Instance
from demo.on_instance import system_on
from demo.proofs import NotProved, until
from demo.runner import set_the_clock
from demo.seed import seed
from demo.stage import Stage, stage_for

RESULTS = Path(__file__).resolve().parent.parent / "results"
HOUSEHOLDS = 300
FILES, READS = "operator_dongshanping", "secretary_dongshanping"
TOPICS = re.compile(r'hx-sse:connect="(/live\?t=[^"]+)"')
CASE = re.compile(r'data-case="([0-9a-f-]{36})"')
STILL_SECONDS = 5.0
MISSING_SECONDS_MAX = 30.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="yihu bench live", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100)
    parser.add_argument("--rate", type=float, default=4.0, help="tickets filed per second")
    result = asyncio.run(run(parser.parse_args()))
    path = RESULTS / f"live-{date.today().isoformat()}.json"
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


async def run(given: argparse.Namespace) -> dict[str, Any]:
    async with a_neighbourhood() as stage, an_open_ribbon(stage) as shown:
        await asyncio.sleep(STILL_SECONDS)  # what the seed stirred up has settled
        sent, answered = {}, {}
        for number in range(given.tickets):
            began = time.monotonic()
            ticket_id = await file(stage, number)
            sent[ticket_id], answered[ticket_id] = began, time.monotonic()
            await asyncio.sleep(max(0.0, 1 / given.rate - (time.monotonic() - began)))
        await all_shown(set(sent), shown)
        return {
            "machine": {"processors": os.cpu_count(), "system": platform.platform(), "load": os.getloadavg()},
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "command": "./yihu bench live " + " ".join(sys.argv[1:]),
            "tickets": given.tickets,
            "missing": len(sent.keys() - shown.keys()),
            "answered_to_mark_ms": spread(shown[one] - answered[one] for one in sent if one in shown),
            "sent_to_mark_ms": spread(shown[one] - sent[one] for one in sent if one in shown),
        }


@asynccontextmanager
async def a_neighbourhood() -> AsyncIterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="yihu-live-") as directory:
        instance = Instance(Path(directory))
        await asyncio.to_thread(instance.up, 0)
        try:
            async with stage_for(system_on(instance)) as stage:
                await set_the_clock(stage, date.today())
                await seed(stage, HOUSEHOLDS)
                yield stage
        finally:
            await asyncio.to_thread(instance.down)


@asynccontextmanager
async def an_open_ribbon(stage: Stage) -> AsyncIterator[dict[str, float]]:
    """The stream of one open page; when each case's first mark came on it."""
    shown: dict[str, float] = {}
    url, cookie = stage.system.urls["console"], {"Cookie": f"yihu={stage.act(READS).session_secret}"}
    page = await stage.api.http.get(f"{url}/ribbon", headers=cookie)
    found = TOPICS.search(page.text)
    if found is None:
        raise SystemExit("the ribbon's page has no stream")

    async def listen() -> None:
        async with stage.api.http.stream("GET", url + found.group(1), headers=cookie, timeout=None) as stream:
            async for line in stream.aiter_lines():
                for case in CASE.findall(line):
                    shown.setdefault(case, time.monotonic())

    listening = asyncio.create_task(listen())
    try:
        yield shown
    finally:
        listening.cancel()


async def file(stage: Stage, number: int) -> str:
    buildings = stage.buildings["东坪一村"]
    body = {
        "category": "sanitation", "description": f"complaint {number}", "anonymous": True, "channel": "telephone",
        "building_id": buildings[number % len(buildings)],
    }  # fmt: skip
    return str((await stage.act(FILES).post("tickets", "/v1/tickets", body))["id"])


async def all_shown(wanted: set[str], shown: dict[str, float]) -> None:
    async def probe() -> bool:
        return wanted <= shown.keys()

    with contextlib.suppress(NotProved):  # what is missing is told as a figure
        await until("every ticket has its mark", probe, MISSING_SECONDS_MAX)


def spread(seconds: Any) -> dict[str, int]:
    cuts = statistics.quantiles(sorted(seconds), n=100, method="inclusive")
    return {f"p{part}": round(cuts[part - 1] * 1000) for part in (50, 95, 99)}


if __name__ == "__main__":
    try:
        main()
    except httpx.HTTPError as error:
        raise SystemExit(f"yihu bench live: {error}") from error
