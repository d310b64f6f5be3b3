"""What processes have used of the processor; it says more than the clock does on a machine that others work on."""

import os
from pathlib import Path

from cli.instance import Instance

PROGRAMS = ("notify-worker", "notify-api", "gateway", "redis", "postgres")
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def used_seconds(instance: Instance) -> dict[str, float]:
    """By program since its start; PostgreSQL with its children."""
    pids = {name: list(instance.pids(name).values()) for name in PROGRAMS}
    pids["postgres"] += [child for parent in pids["postgres"] for child in _children(parent)]
    return {name: sum(map(_used, each)) for name, each in pids.items()}


def milliseconds_each(before: dict[str, float], after: dict[str, float], count: int) -> dict[str, float]:
    return {name: round((after[name] - spent) * 1000 / count, 2) for name, spent in before.items()}


def _used(pid: int) -> float:
    words = _stat(pid)
    return (int(words[11]) + int(words[12])) / CLOCK_TICKS if words else 0.0


def _children(parent: int) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [pid for pid in pids if (words := _stat(pid)) and int(words[1]) == parent]


def _stat(pid: int) -> list[str]:
    """From the state on; empty where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
