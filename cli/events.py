"""`events`: what the services have announced, oldest first, straight from their feeds."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import typer

from cli.databases import query
from cli.options import USAGE, AsJson, Directory, chosen, fail
from cli.run_file import Run

PRODUCERS = ("members", "tickets", "funds", "notify")
LOOK_EVERY_SECONDS = 0.5
FOLLOW_ROWS_MAX = 500

LAST = """
    SELECT ordinal, lane, position, type, subject, body, announced_at FROM feed_event
    WHERE ordinal > $1 AND ($2 = '' OR type LIKE $2 || '%') AND ($3 = '' OR body::jsonb ->> 'correlation' = $3)
    ORDER BY ordinal DESC LIMIT $4
"""
NEXT = LAST.replace("DESC", "ASC")


def events(
    service: Annotated[str, typer.Option(help="Only one producer.")] = "",
    kind: Annotated[str, typer.Option("--type", help="Only types that begin so: tickets.ticket_filed.")] = "",
    correlation: Annotated[str, typer.Option(help="Only one case: the id of its first ticket.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    follow: Annotated[bool, typer.Option("--follow", help="Go on with what comes; Ctrl-C ends.")] = False,
    directory: Directory = None,
    as_json: AsJson = False,
) -> None:
    """List what was announced, one line each.   Example: ./yihu events --follow --type tickets."""
    if service and service not in PRODUCERS:
        raise fail(f"{service} announces nothing; there are: {', '.join(PRODUCERS)}", USAGE)
    run = chosen(directory).run()
    producers = [service] if service else [name for name in PRODUCERS if name in run.get("databases", {})]
    if not producers:
        raise fail("nothing runs here; start it with ./yihu up")
    seen = dict.fromkeys(producers, 0)
    for row in _last(run, seen, kind, correlation, limit):
        _show(row, as_json)
    if follow:
        for row in _following(run, seen, kind, correlation):
            _show(row, as_json)


def _last(run: Run, seen: dict[str, int], kind: str, correlation: str, limit: int) -> list[dict[str, Any]]:
    found = _rows(run, seen, LAST, kind, correlation, limit)
    return found[-limit:]


def _following(run: Run, seen: dict[str, int], kind: str, correlation: str) -> Iterator[dict[str, Any]]:
    try:
        while True:
            yield from _rows(run, seen, NEXT, kind, correlation, FOLLOW_ROWS_MAX)
            time.sleep(LOOK_EVERY_SECONDS)
    except KeyboardInterrupt:
        return


def _rows(run: Run, seen: dict[str, int], sql: str, kind: str, correlation: str, limit: int) -> list[dict[str, Any]]:
    """The rows of all producers in one order of time; what was seen is remembered."""

    def of(producer: str) -> list[dict[str, Any]]:
        url = run["databases"][producer]["owner"]
        rows = query(url, sql, seen[producer], kind, correlation, limit)
        seen[producer] = max([seen[producer], *(row["ordinal"] for row in rows)])
        return [{**dict(row), "producer": producer} for row in rows]

    with ThreadPoolExecutor(len(seen)) as pool:
        found = [row for rows in pool.map(of, seen) for row in rows]
    return sorted(found, key=lambda row: (row["announced_at"], row["ordinal"]))


def _show(row: dict[str, Any], as_json: bool) -> None:
    body = json.loads(row["body"])
    if as_json:
        at = {"lane": row["lane"], "position": row["position"], "announced_at": row["announced_at"].isoformat()}
        typer.echo(json.dumps(body | at, ensure_ascii=False))
        return
    place = f"{row['producer']}/{row['lane']}/{row['position'] or '…'}"
    name = row["type"].partition(".")[2].removesuffix(".v1")
    data = " ".join(f"{key}={_short(value)}" for key, value in body.get("data", {}).items() if value is not None)
    typer.echo(f"{row['announced_at']:%H:%M:%S} {place:<18}{name:<26}{_short(str(row['subject']))} {data}")


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    return text[-6:] if len(text) == 36 and text.count("-") == 4 else text[:40]
