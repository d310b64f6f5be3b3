"""Row 7: the sender is killed again and again while it drains. Nothing may be lost, and what goes twice must say so."""

import asyncio
import random
import signal
from collections import defaultdict
from datetime import timedelta

from benchmarks.notify.drain import OPEN, drained, queue
from benchmarks.notify.system import WORKER, Bench
from benchmarks.tickets.load import Json

PAUSE_SECONDS = (1.0, 4.0)
SETTLED_STEPS_MAX = 20
STEP = timedelta(minutes=2)
REFS = (
    "SELECT s.id::text, s.message_id, s.asked, m.possible_duplicate"
    " FROM submissions s JOIN messages m ON m.id = s.message_id WHERE m.reference LIKE 'kills-%'"
)


async def kills(bench: Bench, recipients: int, times: int, seed: int) -> Json:
    """Kills end early when nothing is left to send. The clock is moved on for what waits to be looked up."""
    dice = random.Random(seed)
    bench.signal(signal.SIGSTOP, [WORKER])
    numbers, _ = await queue(bench, recipients, "kills")
    bench.signal(signal.SIGCONT, [WORKER])
    killed = 0
    while killed < times and "queued" in await bench.states("kills"):
        await asyncio.sleep(dice.uniform(*PAUSE_SECONDS))
        if bench.instance.pids(WORKER):
            bench.signal(signal.SIGKILL, [WORKER])
            killed += 1
    await asyncio.to_thread(bench.instance.wait_answering, WORKER, 60.0)
    states = await settled(bench)
    return {"recipients": recipients, "kills": killed, "seed": seed, "states": states} | await truth(bench, numbers)


async def settled(bench: Bench) -> dict[str, int]:
    _, states = await drained(bench, "kills", quiet_seconds=10.0)
    for _ in range(SETTLED_STEPS_MAX):
        if not OPEN & states.keys():
            break
        await bench.stage.move_clock(STEP)
        _, states = await drained(bench, "kills", quiet_seconds=10.0)
    return states


async def truth(bench: Bench, numbers: set[str]) -> Json:
    """By the gateway's own log."""
    accepted = [each["client_ref"] for each in await bench.at_the_sink(numbers)]
    known = {row["id"]: row for row in await bench.database.fetch(REFS)}
    of_message: defaultdict[object, list[str]] = defaultdict(list)
    for ref in accepted:
        of_message[known[ref]["message_id"] if ref in known else ref].append(ref)
    twice = {message: refs for message, refs in of_message.items() if len(refs) > 1}
    unflagged = [refs for refs in twice.values() if not all(known[ref]["possible_duplicate"] for ref in refs)]
    return {
        "looked_up": sum(row["asked"] > 0 for row in known.values()),
        "lost": len(numbers) - len(of_message),
        "extras": len(accepted) - len(of_message),
        "extras_without_flag": len(unflagged),
        "more_than_one_extra": sum(len(refs) > 2 for refs in twice.values()),
        "unknown_to_notify": len(set(accepted) - known.keys()),
    }
