"""What people want to hear no more: rows that the service may only add."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from chassis.transaction import Transaction
from services.notify.store import rows
from services.notify.store.tables import opt_outs


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """One number's refusal of one topic."""

    id: UUID
    recipient_key: bytes
    person_id: UUID | None
    topic: str
    channel: str
    source: str
    evidence: UUID | None
    at: datetime


async def add(tx: Transaction, opt_out: OptOut) -> None:
    await rows.add(tx, opt_outs, [rows.values(opt_out)])


async def of_numbers(tx: Transaction, recipients: Sequence[bytes]) -> dict[bytes, set[str]]:
    """The topics that each number refuses."""
    refused: dict[bytes, set[str]] = defaultdict(set)
    statement = select(opt_outs.c.recipient_key, opt_outs.c.topic).where(
        rows.among(opt_outs.c.recipient_key, recipients)
    )
    for row in await tx.execute(statement):
        refused[row.recipient_key].add(row.topic)
    return refused


async def of_person(tx: Transaction, person_id: UUID) -> frozenset[str]:
    """The topics that this person is known to refuse, by whatever number."""
    statement = select(opt_outs.c.topic).where(opt_outs.c.person_id == person_id)
    return frozenset((await tx.execute(statement)).scalars())
