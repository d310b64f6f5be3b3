"""`doctor`: what this machine has, what runs on it, and what is wrong with either."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from cli.databases import query
from cli.failures import CannotStart
from cli.health import status_of
from cli.options import AsJson, Directory, answer, chosen
from cli.postgres import postgres_binary
from cli.programs import base_from_environment, taken
from cli.run_file import Run
from cli.valkey import redis_binary

DISK_BYTES_MIN = 2_000_000_000
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `hint` says what to do; only `wrong` makes the command fail."""

    what: str
    state: str  # fine | mind | wrong
    found: str
    hint: str = ""


def doctor(directory: Directory = None, as_json: AsJson = False) -> None:
    """Look at the machine and at what runs; say what to do.   Example: ./yihu doctor"""
    instance = chosen(directory)
    findings = [*_machine(instance.directory), *(_running(instance.run()) if instance.is_up() else _idle())]
    answer([asdict(finding) for finding in findings], "\n".join(map(_line, findings)), as_json)
    if any(finding.state == "wrong" for finding in findings):
        raise typer.Exit(1)


def _machine(directory: Path) -> Iterator[Finding]:
    yield Finding("python", "fine", f"{platform.python_version()} at {sys.executable}")
    yield Finding("processors", "fine" if (os.cpu_count() or 1) > 1 else "mind", str(os.cpu_count()), "two are enough")
    yield _disk(directory)
    yield _program("PostgreSQL", lambda: [str(postgres_binary("postgres")), "--version"], "set YIHU_DATABASE_URL")
    yield _program("Redis", lambda: [redis_binary(), "--version"], "set YIHU_REDIS_URL")
    yield _user()
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    yield Finding(
        "browser", "fine" if chromium else "mind", chromium or "none", "" if chromium else "browser tests skip"
    )


def _disk(directory: Path) -> Finding:
    place = next(path for path in (directory, *directory.parents) if path.exists())
    free = shutil.disk_usage(place).free
    state = "fine" if free > DISK_BYTES_MIN else "wrong"
    return Finding("disk", state, f"{free / 1e9:.1f} GB free at {place}", "" if state == "fine" else "make room")


def _program(name: str, command: Callable[[], list[str]], instead: str) -> Finding:
    try:
        done = subprocess.run(command(), capture_output=True, text=True, check=True)
    except (CannotStart, OSError, subprocess.CalledProcessError) as error:
        return Finding(name, "wrong", str(error), f"run ./yihu up again, or {instead}")
    return Finding(name, "fine", done.stdout.strip())


def _user() -> Finding:
    if os.geteuid() != 0:
        return Finding("user", "fine", "an ordinary one")
    spaces = shutil.which("unshare") and subprocess.run(
        ["unshare", "--user", "--map-user=1000", "true"], capture_output=True, check=False
    )
    if spaces and spaces.returncode == 0:
        return Finding("user", "fine", "root; PostgreSQL runs in a user namespace")
    return Finding("user", "mind", "root without user namespaces", "PostgreSQL runs as nobody; better use no root")


def _idle() -> Iterator[Finding]:
    base = base_from_environment()
    busy = taken(base)
    ports = ", ".join(map(str, busy)) or "free"
    yield Finding("ports", "mind" if busy else "fine", f"from {base}: {ports}", "set YIHU_PORT_BASE" if busy else "")
    yield Finding("system", "fine", "nothing runs; start it with ./yihu up")


def _running(run: Run) -> Iterator[Finding]:
    programs = {name: each for name, each in run.get("programs", {}).items() if name not in ("postgres", "redis")}
    with ThreadPoolExecutor(len(programs) or 1) as pool:
        yield from pool.map(_readiness, programs, [each["port"] for each in programs.values()])
    for service, addresses in run.get("databases", {}).items():
        yield _feed(service, addresses["owner"])


def _readiness(name: str, port: int) -> Finding:
    status = status_of(f"http://127.0.0.1:{port}", "/livez" if name == "gateway" else "/readyz")
    if status == 200:
        return Finding(name, "fine", "ready")
    found = "does not answer" if status is None else f"not ready ({status})"
    return Finding(name, "wrong", found, f"./yihu start {name}; its log is log/{name}.log")


def _feed(service: str, url: str) -> Finding:
    """Parked events wait for a person; a reader far behind does not catch up by itself for long."""
    try:
        parked = query(url, "SELECT count(*) AS n FROM parked WHERE state IN ('parked', 'behind')")[0]["n"]
        behind = query(
            url, "SELECT coalesce(max(h.position - r.acked), 0) AS n FROM feed_reader r JOIN feed_head h USING (lane)"
        )[0]["n"]
    except Exception as error:  # a database that is away is a finding as well
        return Finding(f"{service} feed", "wrong", f"{type(error).__name__}: {error}", "./yihu start postgres")
    hint = f"./yihu parked list --service {service}" if parked else ""
    return Finding(f"{service} feed", "wrong" if parked else "fine", f"{parked} parked, {behind} behind", hint)


def _line(finding: Finding) -> str:
    hint = f"  -> {finding.hint}" if finding.hint and finding.state != "fine" else ""
    return f"{finding.state:<6}{finding.what:<16}{finding.found}{hint}"
