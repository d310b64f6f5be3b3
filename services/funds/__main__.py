"""`python -m services.funds api | worker | migrate | describe | verify [--json]`.

`verify` ends with 0 when the ledger is clean, 1 when something is wrong with it, 2 when it could not be checked.
"""

import asyncio
import json
import sys
from dataclasses import asdict

from chassis.service import Running, main
from services.funds.app import build
from services.funds.views.verify import Check, verify


def verify_command(*, as_json: bool) -> int:
    """Check the whole ledger and say what is wrong with it."""
    try:
        checks = asyncio.run(_checks())
    except Exception as error:
        sys.stderr.write(f"verify could not run: {type(error).__name__}\n")
        return 2
    clean = not any(check.bad for check in checks)
    if as_json:
        print(json.dumps({"clean": clean, "checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        print("\n".join(f"{'ok  ' if not c.bad else 'BAD '} {c.name}{_first(c)}" for c in checks))
    return 0 if clean else 1


def _first(check: Check) -> str:
    return f" ({check.bad}, first {check.first})" if check.bad else ""


async def _checks() -> list[Check]:
    running = Running(build())
    try:
        async with running.reading() as tx:
            return await verify(tx)
    finally:
        await running.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["verify"]:
        sys.exit(verify_command(as_json="--json" in sys.argv))
    main(build)
