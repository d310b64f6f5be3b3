"""`python -m services.tickets api | worker | migrate | describe`; `verify` rebuilds every due from history;
`workflow FILE` says which of DIGIT's rows our table has."""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from chassis.service import Running, main
from services.tickets.app import build
from services.tickets.domain.workflow import read_workflow
from services.tickets.views.clock_check import Checked, verify_clocks


async def _checked() -> Checked:
    running = Running(build())
    try:
        return await verify_clocks(running)
    finally:
        await running.close()


def _verify() -> None:
    """Print each difference and the count; ends with 1 when there is one."""
    checked = asyncio.run(_checked())
    if "--json" in sys.argv:
        told = {"tickets": checked.tickets, "differences": [asdict(each) for each in checked.differences]}
        sys.stdout.write(json.dumps(told, default=str) + "\n")
    else:
        for each in checked.differences:
            sys.stdout.write(f"{each.ticket_id} {each.clock}: stored {each.stored}, rebuilt {each.rebuilt}\n")
        sys.stdout.write(f"{checked.tickets} tickets, {len(checked.differences)} differences\n")
    sys.exit(1 if checked.differences else 0)


def _workflow(path: Path) -> None:
    """Print the rows of our table that the file uses, by state, and each of its rows that ours cannot say."""
    read = read_workflow(json.loads(path.read_text(encoding="utf-8")))
    for state, moves in read.profile.rows.items():
        if moves:
            sys.stdout.write(f"{state}: {', '.join(sorted(moves))}\n")
    for gap in read.gaps:
        sys.stdout.write(f"not ours: {gap.state} {gap.action}: {gap.why} {gap.detail}".rstrip() + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["verify"]:
        _verify()
    if sys.argv[1:2] == ["workflow"]:
        _workflow(Path(sys.argv[2]))
        sys.exit(0)
    main(build)
