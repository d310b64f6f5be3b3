"""What the programs that send have used of the processor."""

from benchmarks.processor import children, used
from cli.instance import Instance

PROGRAMS = ("notify-worker", "notify-api", "gateway", "redis", "postgres")


def used_seconds(instance: Instance) -> dict[str, float]:
    """By program since its start; PostgreSQL with its children."""
    pids = {name: list(instance.pids(name).values()) for name in PROGRAMS}
    pids["postgres"] += [child for parent in pids["postgres"] for child in children(parent)]
    return {name: sum(map(used, each)) for name, each in pids.items()}


def milliseconds_each(before: dict[str, float], after: dict[str, float], count: int) -> dict[str, float]:
    return {name: round((after[name] - spent) * 1000 / count, 2) for name, spent in before.items()}
