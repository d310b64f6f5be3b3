"""Submissions: rows <-> domain objects."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.notify.domain.breaker import Delivered
from services.notify.domain.submission import State, Submission
from services.notify.store import rows
from services.notify.store.tables import submissions, udh_refs

_LOCK_OF: Final = "SELECT * FROM submissions WHERE message_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"
CHANGING: Final = ("state", "code", "provider_ref", "billed", "asked", "ask_at", "closed_at")


async def add(tx: Transaction, new: Sequence[Submission]) -> None:
    """Write new submissions, before any call is made."""
    await rows.add(tx, submissions, [rows.values(one) for one in new])


async def save(tx: Transaction, changed: Sequence[Submission]) -> None:
    """Write what may change of submissions this transaction holds locked."""
    await rows.put(tx, submissions, [rows.values(one) for one in changed], CHANGING)


async def messages_of(tx: Transaction, wanted: Iterable[UUID | None]) -> dict[UUID, UUID]:
    """Which message each submission belongs to; not locked."""
    statement = select(submissions.c.id, submissions.c.message_id).where(rows.among(submissions.c.id, rows.ids(wanted)))
    return {row.id: row.message_id for row in await tx.execute(statement)}


async def delivered_since(tx: Transaction, since: datetime, late: timedelta) -> dict[str, Delivered]:
    """How many submissions claimed since then were delivered, by provider, and how many of them late."""
    took = submissions.c.closed_at - submissions.c.claimed_at
    statement = (
        select(
            submissions.c.provider,
            func.count().label("many"),
            func.count().filter(took > late).label("late"),
        )
        .where(submissions.c.claimed_at >= since, submissions.c.state == State.DELIVERED)
        .group_by(submissions.c.provider)
    )
    return {row.provider: Delivered(row.many, row.late) for row in await tx.execute(statement)}


async def by_provider_ref(tx: Transaction, provider: str, refs: Iterable[str]) -> dict[str, UUID]:
    """Submissions by the reference their provider gave them."""
    wanted = sorted({ref for ref in refs if ref})
    if not wanted:
        return {}
    statement = select(submissions.c.id, submissions.c.provider_ref).where(
        rows.among(submissions.c.provider_ref, wanted), submissions.c.provider == provider
    )
    return {row.provider_ref: row.id for row in await tx.execute(statement)}


async def lock_of(tx: Transaction, message_ids: Iterable[UUID | None]) -> dict[UUID, Submission]:
    """All submissions of messages, by their own ids; locked after their messages."""
    found = [_of_driver(row) for row in await tx.driver.fetch(_LOCK_OF, rows.ids(message_ids))]
    return {call.id: call for call in found}


def _of_driver(row: Any) -> Submission:
    return Submission(**{**row, "state": State(row["state"])})


async def refused_since(tx: Transaction, message_ids: Sequence[UUID], since: datetime) -> dict[UUID, set[str]]:
    """The providers that refused each of these messages since then."""
    refused: dict[UUID, set[str]] = defaultdict(set)
    if not message_ids:
        return refused
    statement = select(submissions.c.message_id, submissions.c.provider).where(
        rows.among(submissions.c.message_id, message_ids),
        submissions.c.state == State.REFUSED,
        submissions.c.claimed_at >= since,
    )
    for row in await tx.execute(statement):
        refused[row.message_id].add(row.provider)
    return refused


async def next_ref(tx: Transaction, sender: str, recipient_key: bytes) -> int:
    """The number of the next text of several segments from this sender to this number: 0 to 255, then 0 again."""
    statement = upsert(udh_refs).values(sender=sender, recipient_key=recipient_key, ref=0)
    statement = statement.on_conflict_do_update(
        index_elements=["sender", "recipient_key"], set_={"ref": (udh_refs.c.ref + 1) % 256}
    )
    return int((await tx.execute(statement.returning(udh_refs.c.ref))).scalar_one())


async def without_answer(tx: Transaction, limit: int) -> list[Submission]:
    """Claimed ones whose lease is over: their answer, if there was one, died with its process."""
    statement = (
        select(submissions)
        .where(submissions.c.state == State.CLAIMED, submissions.c.lease_until <= tx.now)
        .order_by(submissions.c.id)
        .limit(limit)
    )
    return [_submission(row) for row in await tx.execute(statement)]


async def to_ask_about(tx: Transaction, limit: int) -> list[Submission]:
    """Unknown ones whose next question is due."""
    statement = (
        select(submissions)
        .where(submissions.c.state == State.UNKNOWN, submissions.c.ask_at <= tx.now)
        .order_by(submissions.c.ask_at)
        .limit(limit)
    )
    return [_submission(row) for row in await tx.execute(statement)]


def _submission(row: Row[Any]) -> Submission:
    found = dict(row._mapping)
    found["state"] = State(found["state"])
    return Submission(**found)
