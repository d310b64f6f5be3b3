"""`python -m services.tickets api | worker | migrate | describe`; `verify` rebuilds every due from history."""

import asyncio
import json
import sys
from dataclasses import asdict

from chassis.service import Running, main
from services.tickets.app import build
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


if __name__ == "__main__":
    if sys.argv[1:2] == ["verify"]:
        _verify()
    main(build)
