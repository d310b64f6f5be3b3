"""The rate of each provider over all processes, leased in slices of 100 ms: no message ever waits for a row."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.notify.store.tables import rate_slices

SLICES_PER_SECOND: Final = 10


def allowed(rate: int, number: int) -> int:
    """How many calls the slice of this number holds; slices of a small rate hold one now and then."""
    return rate * (number + 1) // SLICES_PER_SECOND - rate * number // SLICES_PER_SECOND


async def lease(tx: Transaction, provider: str, rate: int, wanted: int) -> int:
    """Take up to so many calls of the slice that runs now, in a transaction of its own; how many there were."""
    now = func.floor(func.extract("epoch", func.clock_timestamp()) * SLICES_PER_SECOND)
    await tx.execute(upsert(rate_slices).values(provider=provider, slice=0, taken=0).on_conflict_do_nothing())
    statement = select(rate_slices, now.label("now")).where(rate_slices.c.provider == provider).with_for_update()
    row = (await tx.execute(statement)).one()
    number = max(int(row.now), row.slice)
    taken = row.taken if row.slice == number else 0
    granted = max(0, min(wanted, allowed(rate, number) - taken))
    changed = rate_slices.update().where(rate_slices.c.provider == provider)
    await tx.execute(changed.values(slice=number, taken=taken + granted))
    return granted
