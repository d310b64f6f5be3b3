"""The ledger of consent: who wants to hear of what, and who no more. Rows that the service may only add."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, literal, or_, select

from chassis.transaction import Transaction
from services.notify.domain.consent import Statement
from services.notify.store import rows
from services.notify.store.tables import consents, opt_outs


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One yes, with its proof: which wording was agreed to, where, and who wrote it down."""

    id: UUID
    recipient_key: bytes | None
    person_id: UUID | None
    topic: str
    channel: str
    wording_version: str
    source: str
    evidence: str
    community_id: UUID | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """One no: a number's, a person's, or both."""

    id: UUID
    recipient_key: bytes | None
    person_id: UUID | None
    topic: str
    channel: str
    source: str
    evidence: UUID | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ledger:
    """The statements of some numbers and people."""

    entries: Sequence[tuple[bytes | None, UUID | None, Statement]]

    def of(self, recipient_key: bytes | None, person_id: UUID | None) -> list[Statement]:
        """What was said for this number or by this person, by whatever number."""
        return [
            said
            for key, person, said in self.entries
            if (key is not None and key == recipient_key) or (person is not None and person == person_id)
        ]


async def give(tx: Transaction, consent: Consent) -> None:
    await rows.add(tx, consents, [rows.values(consent)])


async def refuse(tx: Transaction, opt_out: OptOut) -> None:
    await rows.add(tx, opt_outs, [rows.values(opt_out)])


async def ledger(tx: Transaction, keys: Iterable[bytes], people: Iterable[UUID | None]) -> Ledger:
    """Everything said for these numbers and by these people."""
    numbers, persons = sorted(set(keys)), rows.ids(people)
    if not numbers and not persons:
        return Ledger([])
    both = _said(consents, numbers, persons, given=True).union_all(_said(opt_outs, numbers, persons, given=False))
    return Ledger(
        [
            (row.recipient_key, row.person_id, Statement(row.given, row.topic, row.channel, row.at))
            for row in await tx.execute(both)
        ]
    )


def _said(table: Table, numbers: Sequence[bytes], persons: Sequence[UUID], *, given: bool) -> Select[Any]:
    columns = (table.c.recipient_key, table.c.person_id, table.c.topic, table.c.channel, table.c.at)
    return select(*columns, literal(given).label("given")).where(
        or_(rows.among(table.c.recipient_key, numbers), rows.among(table.c.person_id, persons))
    )
