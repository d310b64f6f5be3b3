"""django-helpdesk beside us: in an environment of its own, on the same PostgreSQL, one server process as ours."""

import asyncio
import base64
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.tickets.fill import YEARS
from benchmarks.tickets.lifecycle import DESKS
from benchmarks.tickets.load import Json, Wire, closed_loop, percentiles, wire
from benchmarks.tickets.system import Bench
from benchmarks.tickets.words import spoken
from cli.children import free_port
from cli.databases import execute

PACKAGES = ("django-helpdesk==2.6.1", "gunicorn==27.0.1", "psycopg[binary]==3.3.9")
SITE = Path(__file__).resolve().parent / "helpdesk_site.py"
DATABASE = "helpdesk"
PAGE = 25  # what its own pages show
CLIENTS = 10
CSRF = "b" * 32
CLOSED = 4
READY_SECONDS_MAX = 20.0
STAFF_QUERY = base64.b64encode(json.dumps({"filtering": {}, "sorting": "created"}).encode()).decode()
STAFF_PAGE: dict[str, Any] = {
    "draw": 1, "start": 0, "length": PAGE, "order[0][column]": 0, "order[0][dir]": "desc", "search[value]": "",
}  # fmt: skip


async def beside_the_peer(bench: Bench, folder: Path, cases: int, pairs: int, rounds: int) -> Json:
    """Ours and theirs in turn; where theirs cannot be installed its column stays empty, and why is said."""
    try:
        python = await asyncio.to_thread(install, folder)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = f"django-helpdesk could not be installed, its column stays empty: {error}"
        print(reason.upper(), file=sys.stderr)
        return {"missing": reason, "ours": [await our_round(bench, pairs) for _ in range(rounds)]}
    found: dict[str, list[Json]] = {"ours": [], "django-helpdesk": []}
    async with peer(bench, python, cases) as client:
        for _ in range(rounds):
            found["ours"].append(await our_round(bench, pairs))
            bench.freeze()
            try:
                found["django-helpdesk"].append(await their_round(client, pairs))
            finally:
                bench.thaw()
            print(f"create and close, list: {found['ours'][-1]} {found['django-helpdesk'][-1]}", file=sys.stderr)
    return {"packages": PACKAGES, "cases": cases, **found}


def install(folder: Path) -> Path:
    uv = Path(sys.executable).parent / "uv"
    python = folder / "peer" / "bin" / "python"
    subprocess.run([uv, "venv", "-q", folder / "peer"], check=True)
    subprocess.run([uv, "pip", "install", "-q", "--python", python, *PACKAGES], check=True)
    return python


@asynccontextmanager
async def peer(bench: Bench, python: Path, cases: int) -> AsyncIterator[Wire]:
    password = (bench.instance.directory / "postgres.password").read_text()
    port = bench.instance.run()["programs"]["postgres"]["port"]
    admin = f"postgresql://postgres:{password}@127.0.0.1:{port}"
    await asyncio.to_thread(execute, f"{admin}/postgres", [f"CREATE DATABASE {DATABASE}"])
    environment = os.environ | {"BENCH_DATABASE": DATABASE, "BENCH_PORT": str(port), "BENCH_PASSWORD": password}
    environment |= {"PYTHONPATH": str(SITE.parent)}
    made = await asyncio.to_thread(
        subprocess.run, [python, SITE], env=environment, cwd="/", check=True, stdout=subprocess.PIPE, text=True
    )
    await fill_theirs(f"{admin}/{DATABASE}", cases)
    own = free_port()
    words = ["--workers", "1", "--threads", str(CLIENTS), "--bind", f"127.0.0.1:{own}", "--log-level", "warning"]
    command = [str(python.parent / "gunicorn"), *words, "--timeout", "300", "helpdesk_site"]
    server = await asyncio.to_thread(subprocess.Popen, command, env=environment, cwd=SITE.parent)
    try:
        async with wire(f"http://127.0.0.1:{own}") as client:
            cookies = {"sessionid": made.stdout.strip().splitlines()[-1], "csrftoken": CSRF}
            client.http.cookie_jar.update_cookies(cookies)
            await answering(client)
            yield client
    finally:
        server.terminate()
        server.wait()


async def answering(client: Wire) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while True:
        try:
            await client.ask("first", "GET", "/api/followups/?page_size=1", {})
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)
        else:
            return


async def fill_theirs(url: str, cases: int) -> None:
    """Tickets of three years in their own tables, nearly all closed, each with its history."""
    dice, connection = random.Random(1), await asyncpg.connect(url)
    try:
        now = await connection.fetchval("SELECT now()")
        tickets, history = [], []
        for number in range(1, cases + 1):
            at = now - YEARS * dice.random()
            status = CLOSED if dice.random() < 0.99 else 1
            text = spoken(number)
            tickets.append(
                (number, text[:40], at, at, f"r{number % 100_000}@bench.example", status, False, text, 3, "s", 1, 1)
            )
            history += [(number, at + timedelta(hours=n), "", spoken(number + n), True, 1) for n in range(3)]
        columns = "id title created modified submitter_email status on_hold description priority secret_key queue_id"
        await connection.copy_records_to_table(
            "helpdesk_ticket", records=tickets, columns=[*columns.split(), "assigned_to_id"]
        )
        columns = "ticket_id date title comment public user_id"
        await connection.execute("ALTER TABLE helpdesk_followup ALTER email_recipients SET DEFAULT '[]'")
        await connection.copy_records_to_table("helpdesk_followup", records=history, columns=columns.split())
        await connection.fetchval("SELECT setval(pg_get_serial_sequence('helpdesk_ticket', 'id'), $1)", cases)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def our_round(bench: Bench, pairs: int) -> Json:
    """The operator files and takes back; she who sees all cases lists them."""
    async with bench.alone() as client:

        async def pair(number: int) -> None:
            community, category, operator = DESKS[number % len(DESKS)]
            buildings = bench.buildings[community]
            body = {"category": category, "description": spoken(number), "anonymous": True, "channel": "telephone"}
            body["building_id"] = buildings[number % len(buildings)]
            case = await client.ask("create", "POST", "/v1/tickets", bench.bearer(operator), body)
            head = bench.bearer(operator) | {"If-Match": f'"{case["revision"]}"'}
            await client.ask("close", "POST", f"/v1/tickets/{case['id']}:withdraw", head, {"reason": "已经处理完毕"})

        seconds = await closed_loop(pair, range(pairs), CLIENTS)
        for _ in range(PAGE):
            await client.ask("list", "GET", "/v1/tickets", bench.bearer("district_officer"), limit=PAGE)
        return figures(client, pairs, seconds)


async def their_round(client: Wire, pairs: int) -> Json:
    client.calls.clear()
    head = {"X-CSRFToken": CSRF}

    async def pair(number: int) -> None:
        body = {"queue": 1, "title": spoken(number)[:40], "description": spoken(number), "status": 1, "priority": 3}
        body |= {"submitter_email": f"r{number}@bench.example"}
        made = await client.ask("create", "POST", "/api/tickets/", head, body)
        done = {"ticket": made["id"], "user": 1, "comment": "已经处理完毕", "new_status": CLOSED, "public": True}
        await client.ask("close", "POST", "/api/followups/", head, done)

    seconds = await closed_loop(pair, range(pairs), CLIENTS)
    for _ in range(PAGE):
        await client.ask(
            "list", "GET", f"/datatables_ticket_list/{STAFF_QUERY}", head,
            **STAFF_PAGE,
        )  # fmt: skip
    return figures(client, pairs, seconds)


def figures(client: Wire, pairs: int, seconds: float) -> dict[str, Any]:
    names = dict.fromkeys(call.name for call in client.calls if call.name != "first")
    found = {name: percentiles([call for call in client.calls if call.name == name]) for name in names}
    return {"pairs_per_second": round(pairs / seconds, 1), "calls_ms": found}
