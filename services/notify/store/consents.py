"""The ledger of consent: who wants to hear of what, and who no more. Rows that the service may only add."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, Text, cast, literal, null, or_, select

from chassis.auth import Scopes
from chassis.transaction import Transaction
from services.notify.domain.consent import Statement
from services.notify.store import rows
from services.notify.store.tables import consents, messages, opt_outs
from services.notify.views import page_of, seen_from


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


async def of_person(tx: Transaction, person_id: UUID) -> list[dict[str, Any]]:
    """Everything a person said, newest first."""
    yes = select(*_shown(consents), consents.c.wording_version, consents.c.evidence, literal(True).label("given"))
    no = select(
        *_shown(opt_outs),
        cast(null(), Text).label("wording_version"),
        cast(opt_outs.c.evidence, Text).label("evidence"),
        literal(False).label("given"),
    )
    both = yes.where(consents.c.person_id == person_id).union_all(no.where(opt_outs.c.person_id == person_id))
    found = [dict(row._mapping) for row in await tx.execute(both)]
    return sorted(found, key=lambda row: (row["at"], row["id"]), reverse=True)


def _shown(table: Table) -> list[Any]:
    return [table.c[name] for name in ("id", "topic", "channel", "source", "by", "at")]


async def written_to(tx: Transaction, scopes: Scopes, person_id: UUID) -> bool:
    """Whether this person has been written to, or has consented, from one of the reader's areas."""
    told = select(messages.c.id).where(messages.c.person_id == person_id, seen_from(scopes, messages.c.community_id))
    said = select(consents.c.id).where(consents.c.person_id == person_id, seen_from(scopes, consents.c.community_id))
    return bool((await tx.execute(select(or_(told.exists(), said.exists())))).scalar_one())


async def opt_outs_page(
    tx: Transaction, scopes: Scopes, filters: Mapping[str, str | None], limit: int, after: list[Any] | None
) -> list[dict[str, Any]]:
    """Opt-outs of numbers that were written to from the reader's areas, newest first."""
    told = select(messages.c.id).where(
        or_(messages.c.recipient_key == opt_outs.c.recipient_key, messages.c.person_id == opt_outs.c.person_id),
        seen_from(scopes, messages.c.community_id),
    )
    where = [told.exists(), *(opt_outs.c[name] == value for name, value in filters.items() if value)]
    found = await page_of(tx, opt_outs, where, at="at", limit=limit, after=after)
    shown = ("id", "person_id", "topic", "channel", "source", "evidence", "by", "at")
    return [{name: row[name] for name in shown} for row in found]
