"""What processes have used of the processor; it says more than the clock does on a machine that others work on."""

import os
from pathlib import Path

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def used(pid: int) -> float:
    """Seconds since its start; none where the process is gone."""
    words = _stat(pid)
    return (int(words[11]) + int(words[12])) / CLOCK_TICKS if words else 0.0


def children(parent: int) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [pid for pid in pids if (words := _stat(pid)) and int(words[1]) == parent]


def _stat(pid: int) -> list[str]:
    """From the state on; empty where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
