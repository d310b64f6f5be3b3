"""How many texts of each class each number got in the last day, by the minute; in PostgreSQL, where no flush helps."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.notify.domain.caps import Counted, minute_of
from services.notify.store import rows
from services.notify.store.tables import cap_counters

_ALONE = text("SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(:keys AS bigint[])) AS k ORDER BY k")

Counts = dict[tuple[bytes, str], list[Counted]]


async def lock_counted(tx: Transaction, recipients: Sequence[bytes]) -> Counts:
    """The counts of these numbers, which until the end of this transaction nobody else may add to."""
    if not recipients:
        return {}
    keys = sorted({int.from_bytes(one[:8], "big", signed=True) for one in recipients})
    await tx.execute(_ALONE, {"keys": keys})
    since = tx.now - timedelta(days=1, minutes=1)
    found = await tx.execute(
        select(cap_counters).where(
            rows.among(cap_counters.c.recipient_key, set(recipients)), cap_counters.c.minute > since
        )
    )
    counts: Counts = defaultdict(list)
    for row in found:
        counts[row.recipient_key, row.message_class].append(Counted(row.minute, row._mapping["count"]))
    return counts


async def count(tx: Transaction, sent: Iterable[tuple[bytes, str]]) -> None:
    """Count texts that leave now."""
    minute, many = minute_of(tx.now), Counter(sent)
    if not many:
        return
    values = [
        {"recipient_key": key, "message_class": name, "minute": minute, "count": n}
        for (key, name), n in sorted(many.items())
    ]
    statement = upsert(cap_counters)
    statement = statement.on_conflict_do_update(
        index_elements=["recipient_key", "message_class", "minute"],
        set_={"count": cap_counters.c.count + statement.excluded.count},
    )
    await tx.execute(statement, values)
