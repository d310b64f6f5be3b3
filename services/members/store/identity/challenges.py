"""Rows of challenges, and the counters that hold the caps whatever else fails."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from services.members.domain.identity.challenge import Challenge, Counted, Counter
from services.members.store import rows
from services.members.store.identity.tables import attempt_counters, challenges


async def load(tx: Transaction, challenge_id: UUID) -> Challenge | None:
    """The challenge, locked: tries are counted one after the other."""
    found = await tx.execute(select(challenges).where(challenges.c.id == challenge_id).with_for_update())
    row = found.one_or_none()
    return challenge_of(row) if row else None


async def load_many(tx: Transaction, ids: list[UUID]) -> dict[UUID, Challenge]:
    if not ids:
        return {}
    found = await tx.execute(select(challenges).where(challenges.c.id.in_(ids)))
    return {row.id: challenge_of(row) for row in found}


async def save(tx: Transaction, challenge: Challenge) -> Challenge:
    return replace(challenge, revision=await rows.write(tx, challenges, _values(challenge), challenge.revision))


async def forget_before(tx: Transaction, at: datetime) -> None:
    """Old challenges are of no use to anybody."""
    await tx.execute(delete(challenges).where(challenges.c.expires_at < at))


async def counters(tx: Transaction, subjects: Mapping[Counted, str]) -> list[Counter]:
    """The counters of these subjects, locked in one order; made where there were none."""
    found = []
    for kind in sorted(subjects):
        subject = tx.service.sealing.index(f"{kind}:{subjects[kind]}")
        fresh = {"kind": kind, "subject": subject, "times": [], "failures": 0, "blocked_until": None}
        await tx.execute(insert(attempt_counters).values(fresh).on_conflict_do_nothing())
        same = (attempt_counters.c.kind == kind) & (attempt_counters.c.subject == subject)
        row = (await tx.execute(select(attempt_counters).where(same).with_for_update())).one()
        found.append(
            Counter(
                kind=kind,
                subject=subject,
                times=tuple(row.times),
                failures=row.failures,
                blocked_until=row.blocked_until,
            )
        )
    return found


async def save_counter(tx: Transaction, counter: Counter) -> None:
    same = (attempt_counters.c.kind == counter.kind) & (attempt_counters.c.subject == counter.subject)
    values = {"times": list(counter.times), "failures": counter.failures, "blocked_until": counter.blocked_until}
    await tx.execute(update(attempt_counters).where(same).values(**values))


def challenge_of(row: Any) -> Challenge:
    return Challenge(
        id=row.id,
        person_id=row.person_id,
        contact_point_id=row.contact_point_id,
        device_hash=bytes(row.device_hash),
        expires_at=row.expires_at,
        tries=row.tries,
        used_at=row.used_at,
        revision=row.revision,
    )


def _values(challenge: Challenge) -> dict[str, Any]:
    return {
        "id": challenge.id,
        "person_id": challenge.person_id,
        "contact_point_id": challenge.contact_point_id,
        "device_hash": challenge.device_hash,
        "expires_at": challenge.expires_at,
        "tries": challenge.tries,
        "used_at": challenge.used_at,
    }
