"""`./yihu bench notify`: how fast texts are taken and drained, what others feel meanwhile, and what a kill costs."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from benchmarks.flow.__main__ import RESULTS, machine
from benchmarks.notify.accept import accept
from benchmarks.notify.beside import codes, questions
from benchmarks.notify.drain import drain, drained
from benchmarks.notify.kills import kills
from benchmarks.notify.report import table
from benchmarks.notify.system import bench_on
from benchmarks.tickets.load import Json

RECIPIENTS_MAX = 500_000
"""The gateway keeps a million submissions, and each part adds its own."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="yihu bench notify", description=__doc__)
    parser.add_argument("--recipients", type=int, default=100_000, help=f"of the drain, at most {RECIPIENTS_MAX:,}")
    parser.add_argument("--texts", type=int, default=4_000, help="taken as fast as it goes")
    parser.add_argument("--rate", type=float, default=200.0, help="texts per second of the open loop")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long the open loop lasts")
    parser.add_argument("--replies", type=int, default=60, help="questions that leaders answer during the drain")
    parser.add_argument("--kills", type=int, default=20, help="of the sender; 0 leaves them out")
    parser.add_argument("--kill-recipients", type=int, default=20_000, help="of the drain with the kills")
    parser.add_argument("--seed", type=int, default=7, help="of the pauses between the kills")
    parser.add_argument("--window", type=int, default=20, help="calls under way at the provider; more only by contract")
    given = parser.parse_args()
    if not 1 <= given.recipients <= RECIPIENTS_MAX or not 1 <= given.kill_recipients <= RECIPIENTS_MAX:
        parser.error(f"recipients: 1 to {RECIPIENTS_MAX}")
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"notify-{date.today().isoformat()}.json"
    result: Json = {
        "command": "./yihu bench notify " + " ".join(sys.argv[1:]),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_before": os.getloadavg(),
        "parameters": vars(given),
    }
    asyncio.run(run(given, result, partial(keep, result, path)))
    print(table(result))
    print(f"kept in {path}")


def keep(result: Json, path: Path) -> None:
    """After each part, so that a run cut short leaves what it has measured."""
    result["machine"] = machine()
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


async def run(given: argparse.Namespace, result: Json, kept: Callable[[], None]) -> None:
    with tempfile.TemporaryDirectory(prefix="yihu-bench-") as name:
        async with bench_on(Path(name), given.window) as bench:
            result["accept"] = await accept(bench, given.texts, given.rate, given.seconds)
            kept()
            for part in ("accept", "rate"):
                await drained(bench, part)
            beside = {"replies": await questions(bench, given.replies), "codes": codes(bench)}
            result["drain"] = await drain(bench, given.recipients, beside)
            kept()
            if given.kills:
                result["kills"] = await kills(bench, given.kill_recipients, given.kills, given.seed)
                kept()


if __name__ == "__main__":
    main()
