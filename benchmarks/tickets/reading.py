"""Lists, worklists and searches as each kind of reader asks for them, one after another."""

from collections.abc import Iterator
from typing import Any

from benchmarks.tickets.load import Call, Json, by_name, percentiles
from benchmarks.tickets.system import Bench
from benchmarks.tickets.words import PHRASES, rare

READERS = {
    "resident": "resident", "leader": "leader_mutual", "operator": "operator_dongshanping",
    "secretary": "secretary_dongshanping", "operator of the district": "district_officer",
}  # fmt: skip
LISTS: tuple[Json, ...] = ({}, {"state": "closed"}, {"state": "in_progress"}, {"category": "noise"}, {"due": "overdue"})
WORKLISTS = ("", "/mine", "/breached", "/following_up")
HAVE_NO_DESK = ("resident",)


async def read_as_each(bench: Bench, repeats: int) -> dict[str, Any]:
    """By reader: percentiles of lists and of searches, and of the slowest question of each."""
    found = {}
    for reader, key in READERS.items():
        async with bench.alone() as wire:
            for number in range(repeats):
                await ask_everything(bench, key, number, desk=reader not in HAVE_NO_DESK)
            found[reader] = summary(wire.calls)
    return found


async def ask_everything(bench: Bench, key: str, number: int, *, desk: bool) -> None:
    who = bench.bearer(key)
    for filters in LISTS:
        name = "list " + " ".join(f"{k}={v}" for k, v in filters.items())
        await bench.wire.ask(name.strip(), "GET", "/v1/tickets", who, **filters)
    for worklist in WORKLISTS if desk else ():
        await bench.wire.ask(f"list worklists{worklist}", "GET", f"/v1/worklists{worklist}", who)
    for name, text in sought(number):
        await bench.wire.ask(f"search {name}", "POST", "/v1/tickets:search", who, {"text": text})


def sought(number: int) -> Iterator[tuple[str, str]]:
    one, other = PHRASES[number % len(PHRASES)], PHRASES[(number + 7) % len(PHRASES)]
    yield "common", one
    yield "two common", f"{one} {other}"
    yield "rare", rare(number)
    yield "common and rare", f"{one} {rare(number)}"
    yield "one character", one[0]
    yield "nothing", "龘靐齉"


def summary(calls: list[Call]) -> dict[str, Any]:
    kinds = {kind: [call for call in calls if call.name.startswith(kind)] for kind in ("list", "search")}
    return {
        kind: percentiles(each)
        | {"slowest": max(by_name(each).items(), key=lambda item: item[1]["p95"]), "by": by_name(each)}
        for kind, each in kinds.items()
    }
