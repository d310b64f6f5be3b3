"""The movable clock: one row per database, and the gateway that shows times to people."""

import json
import re
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.databases import query
from cli.failures import Failure

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
STEP = re.compile(r"(\d+)([smhdw])")


def step(text: str) -> timedelta:
    """`+1h`, `+2d12h`: forward only, for nothing here may happen before something that has happened."""
    words = text.removeprefix("+")
    if not words or STEP.sub("", words):
        raise ValueError(f"{text!r} is no step forward; write +30m, +1h or +2d12h")
    return sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in STEP.findall(words)), timedelta())


def shift(run: Mapping[str, Any]) -> timedelta:
    shifts = _in_all(run, "SELECT shift FROM clock")
    return max(shifts, default=timedelta())


def advance(run: Mapping[str, Any], by: timedelta) -> datetime:
    """All together: they are set to one value, so that databases that lost a step come along."""
    wanted = shift(run) + by
    _in_all(run, "UPDATE clock SET shift = $1 RETURNING shift", wanted)
    _tell_gateway(run["urls"]["gateway"], wanted)
    return datetime.now(UTC) + wanted


def _in_all(run: Mapping[str, Any], statement: str, *arguments: object) -> list[timedelta]:
    databases = run.get("databases") or {}
    if not databases:
        raise Failure("nothing runs here; start it with ./yihu up")
    with ThreadPoolExecutor(len(databases)) as pool:
        rows = pool.map(lambda addresses: query(addresses["owner"], statement, *arguments), databases.values())
        return [row[0]["shift"] for row in rows]


def _tell_gateway(url: str, wanted: timedelta) -> None:
    request = urllib.request.Request(  # noqa: S310 (our own address)
        f"{url}/sim/settings",
        data=json.dumps({"clock_shift_seconds": int(wanted.total_seconds())}).encode(),
        headers={"Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        answer.read()
