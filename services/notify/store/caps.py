"""How many texts of each class each number got lately, by the minute; in PostgreSQL, where no flush helps."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, delete, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.notify.domain.caps import Counted, minute_of
from services.notify.store import rows
from services.notify.store.tables import cap_counters

_ALONE = text("SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(:keys AS bigint[])) AS k ORDER BY k")

CODE: Final = "code"
LONGEST_DAYS: Final = 7
CROWD_MINUTES: Final = 60


@dataclass(slots=True)
class Counts:
    """What left for some numbers and crowds of numbers, by class; and when the last text but a code did."""

    by_class: dict[tuple[bytes, str], list[Counted]] = field(default_factory=lambda: defaultdict(list))
    last: dict[bytes, datetime] = field(default_factory=dict)

    def of(self, key: bytes, message_class: str) -> list[Counted]:
        return self.by_class.get((key, message_class), [])

    def of_all(self, key: bytes) -> list[Counted]:
        """Whatever the class."""
        return [one for (of, _), counted in self.by_class.items() if of == key for one in counted]

    def add(self, key: bytes, message_class: str, at: datetime) -> None:
        """Let the rest of a batch see that one more goes out."""
        self.by_class[key, message_class].append(Counted(minute_of(at), 1))
        if message_class != CODE:
            self.last[key] = at


async def lock_counted(tx: Transaction, recipients: Collection[bytes], crowds: Collection[bytes] = ()) -> Counts:
    """The counts of these numbers and crowds, which until the end of this transaction nobody else may add to."""
    counts = Counts()
    if not recipients:
        return counts
    keys = sorted({int.from_bytes(one[:8], "big", signed=True) for one in (*recipients, *crowds)})
    await tx.execute(_ALONE, {"keys": keys})
    theirs = _since(recipients, tx.now - timedelta(days=LONGEST_DAYS, minutes=1))
    if crowds:
        theirs = or_(theirs, _since(crowds, tx.now - timedelta(minutes=CROWD_MINUTES + 1)))
    for row in await tx.execute(select(cap_counters).where(theirs)):
        counts.by_class[row.recipient_key, row.message_class].append(Counted(row.minute, row._mapping["count"]))
        if row.message_class != CODE and row.last_at is not None:
            counts.last[row.recipient_key] = max(row.last_at, counts.last.get(row.recipient_key, row.last_at))
    return counts


def _since(keys: Collection[bytes], at: datetime) -> ColumnElement[bool]:
    return and_(rows.among(cap_counters.c.recipient_key, set(keys)), cap_counters.c.minute > at)


async def forget(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete counts that no cap looks at any more; how many."""
    key = tuple_(cap_counters.c.recipient_key, cap_counters.c.message_class, cap_counters.c.minute)
    old = select(*cap_counters.primary_key.columns).where(cap_counters.c.minute < before).limit(limit)
    return (await tx.execute(delete(cap_counters).where(key.in_(old)))).rowcount


async def count(tx: Transaction, sent: Iterable[tuple[bytes, str]]) -> None:
    """Count texts that leave now."""
    minute, many = minute_of(tx.now), Counter(sent)
    if not many:
        return
    values = [
        {"recipient_key": key, "message_class": name, "minute": minute, "count": n, "last_at": tx.now}
        for (key, name), n in sorted(many.items())
    ]
    statement = upsert(cap_counters)
    statement = statement.on_conflict_do_update(
        index_elements=["recipient_key", "message_class", "minute"],
        set_={"count": cap_counters.c.count + statement.excluded.count, "last_at": statement.excluded.last_at},
    )
    await tx.execute(statement, values)
