"""The figures as the README shows them."""

from collections.abc import Iterable
from statistics import median
from typing import Any

from benchmarks.tickets.load import Json

CALLS = ("file", "accept", "record-contact", "resolve", "search")


def table(result: Json) -> str:
    parts = [lifecycles(result["sizes"]), readers(result["sizes"])]
    parts += [spikes(result["spike"])] if "spike" in result else []
    parts += [peer(result["peer"])] if "peer" in result else []
    parts += [f"storm: {result['storm']}"] if "storm" in result else []
    return "\n\n".join(parts)


def rows(*lines: Iterable[Any]) -> str:
    written = ["| " + " | ".join(map(str, line)) + " |" for line in lines]
    return "\n".join([written[0], "|---" * written[0].count(" | ") + "|---|", *written[1:]])


def lifecycles(sizes: Json) -> str:
    """Medians of the rounds; the loss is that of each round against the empty system beside it."""
    head = ["cases", "lifecycles/s", "empty beside it", "loss", "calls/s", "stale of reads", "refused", "all calls"]
    lines = []
    for cases, size in sizes.items():
        each = [pair["filled"] for pair in size["rounds"]]
        loss = [
            1 - pair["filled"]["per_second"] / pair["empty"]["per_second"] for pair in size["rounds"] if "empty" in pair
        ]
        beside = [pair["empty"]["per_second"] for pair in size["rounds"] if "empty" in pair]
        lines.append([
            cases, f"{median(r['per_second'] for r in each):.1f}", f"{median(beside):.1f}" if beside else "",
            f"{median(loss):.0%}" if loss else "", f"{median(r['calls_per_second'] for r in each):.0f}",
            stale(size.get("checked")), sum(r["refused"] for r in each),
            triple([r["all_calls_ms"] for r in each]), *(triple([r["calls_ms"][name] for r in each]) for name in CALLS),
        ])  # fmt: skip
    return rows([*head, *CALLS], *lines)


def stale(checked: Json | None) -> str:
    """How many reads after a write did not show it, of how many, in the lifecycles that look after each write."""
    if checked is None:
        return ""
    return f"{checked['stale_reads']} of {checked['reads']}"


def readers(sizes: Json) -> str:
    head = ["cases", "reader", "list p50 / p95 / p99 ms", "slowest list", "search p50 / p95 / p99 ms", "slowest search"]
    lines = []
    for cases, size in sizes.items():
        for reader, seen in size.get("reading", {}).items():
            cells = [[triple([seen[kind]]), slowest(seen[kind]["slowest"])] for kind in ("list", "search")]
            lines.append([cases, reader, *cells[0], *cells[1]])
    return rows(head, *lines)


def spikes(steps: list[Json]) -> str:
    head = ["lifecycles/s", "begun", "errors", "told to come again", "p50 / p95 / p99 ms", "the same from 10 s on"]
    lines = [
        [s["rate"], s["lifecycles"], s["errors"], s["refused"], triple([s["calls_ms"]]), triple([s["settled_ms"]])]
        for s in steps
    ]
    return rows(head, *lines)


def peer(result: Json) -> str:
    lines = []
    for way in ("ours", "django-helpdesk"):
        each = result.get(way, [])
        calls = {name: triple([r["calls_ms"][name] for r in each]) for name in (each[0]["calls_ms"] if each else {})}
        per_second = f"{median(r['pairs_per_second'] for r in each):.1f}" if each else ""
        lines.append([way, per_second, *(calls.get(name, "") for name in ("create", "close", "list"))])
    return rows(["way", "create + close /s", "create", "close", "list"], *lines)


def triple(seen: list[Json]) -> str:
    return " / ".join(f"{median(each[p] for each in seen):.0f}" for p in ("p50", "p95", "p99"))


def slowest(named: list[Any]) -> str:
    name, seen = named
    return f"{name.partition(' ')[2] or 'all'} ({seen['p95']:.0f})"
