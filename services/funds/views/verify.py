"""Whatever the ledger says twice is computed again: sums, balances, available, numbers, the people behind a payment."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import text

from chassis.transaction import Transaction

_SOURCE: Final = (Path(__file__).parent / "checks.sql").read_text(encoding="utf-8")
CHECKS: Final[dict[str, str]] = dict(re.findall(r"-- check: ([^\n]+)\n(.+?)(?=\n-- check: |\Z)", _SOURCE, re.DOTALL))

# It reads what is not under seal and writes nothing; whoever makes the database makes this role (K15).
_AS_AUDITOR: Final = text("SET LOCAL ROLE yihu_funds_auditor")

# One statement, hence one snapshot: a payment that commits meanwhile makes nothing look wrong.
_ALL: Final = text(
    "\nUNION ALL\n".join(
        f"SELECT '{name}' AS name, count(*) AS bad, min(id::text) AS first FROM ({query}) AS wrong"  # noqa: S608
        for name, query in CHECKS.items()
    )
)


@dataclass(frozen=True, slots=True)
class Check:
    """One check's answer: how many rows are wrong, and the first of them."""

    name: str
    bad: int
    first: str | None


async def verify(tx: Transaction) -> list[Check]:
    """Every check on the ledger as it stands at this moment; from here on the transaction has the auditor's role."""
    await tx.execute(_AS_AUDITOR)
    return [Check(row.name, row.bad, row.first) for row in (await tx.execute(_ALL)).all()]
