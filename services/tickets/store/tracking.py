"""Wrong tries of tracking codes, counted in PostgreSQL so that no restart forgets them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, text

from chassis.transaction import Transaction
from services.tickets.store.tables import tickets

_TRIES = text("SELECT wrong FROM tracking_tries WHERE number = :number AND since > :begun")
_WRONG = text("""
INSERT INTO tracking_tries AS t (number, wrong, since) VALUES (:number, 1, :now)
ON CONFLICT (number) DO UPDATE SET wrong = CASE WHEN t.since > :begun THEN t.wrong + 1 ELSE 1 END,
    since = CASE WHEN t.since > :begun THEN t.since ELSE :now END
""")


async def wrong_tries(tx: Transaction, number: str, pause: timedelta) -> int:
    row = (await tx.execute(_TRIES, {"number": number, "begun": tx.now - pause})).first()
    return int(row.wrong) if row else 0


async def count_wrong(tx: Transaction, number: str, pause: timedelta) -> None:
    await tx.execute(_WRONG, {"number": number, "begun": tx.now - pause, "now": tx.now})


async def by_number(tx: Transaction, number: str) -> Row[Any] | None:
    return (await tx.execute(select(tickets).where(tickets.c.number == number))).first()
