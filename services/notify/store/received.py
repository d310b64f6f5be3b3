"""Texts that residents sent: kept sealed, found by the keyed index of their number."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.store import rows
from services.notify.store.data_keys import Keys
from services.notify.store.tables import received

GONE: Final = b""  # what stands in place of words that were destroyed


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One text as it lies in the database: sealed. A confidential one has a key of its own, and stands in no list."""

    id: UUID
    provider: str
    dedupe_key: str
    recipient_key: bytes
    from_enc: bytes
    dest: str
    text_enc: bytes
    text_hash: bytes
    own_key: bytes | None
    outcome: str
    reason: str
    person_id: UUID | None
    prompt_id: UUID | None
    hints: list[UUID]
    correlation: UUID
    community_id: UUID | None
    at: datetime
    revision: int

    @property
    def confidential(self) -> bool:
        return self.own_key is not None


@dataclass(frozen=True, slots=True)
class Opened:
    """Words and number, opened for one reader who stands on record."""

    text: str
    number: str


async def add(tx: Transaction, text: Received) -> bool:
    """Keep a text; False where the provider had brought it before."""
    statement = upsert(received).values(rows.values(text)).on_conflict_do_nothing().returning(received.c.id)
    return bool((await tx.execute(statement)).scalar())


async def settle(tx: Transaction, received_id: UUID, **what: Any) -> None:
    """Write what came of a text, in the transaction that received it."""
    await tx.execute(update(received).where(received.c.id == received_id).values(**what))


async def load(tx: Transaction, received_id: UUID) -> Received:
    """One text, sealed; 404 where there is none."""
    row = (await tx.execute(select(received).where(received.c.id == received_id))).one_or_none()
    if row is None:
        raise Refused("received_unknown", status=404)
    return Received(**row._mapping)


async def opened(tx: Transaction, text: Received) -> Opened:
    """The words and the number of a text; 410 once they have been destroyed."""
    if text.text_enc == GONE:
        raise Refused("words_gone", status=410)
    sealing = tx.service.sealing
    key = (await Keys.of(tx, [text.recipient_key])).key(text.recipient_key)
    own = sealing.unwrap(text.own_key) if text.own_key is not None else key
    return Opened(
        sealing.unseal(text.text_enc, key=own, aad=f"received.text:{text.id}"),
        sealing.unseal(text.from_enc, key=key, aad=f"received.from:{text.id}"),
    )


async def page(tx: Transaction, community_id: UUID, older_than: UUID | None, limit: int) -> list[Received]:
    """Texts from one community that answer no question and whose words are still there, newest first."""
    where = [received.c.community_id == community_id, received.c.prompt_id.is_(None), received.c.text_enc != GONE]
    if older_than is not None:
        where.append(received.c.id < older_than)
    statement = select(received).where(*where).order_by(received.c.id.desc()).limit(limit)
    return [Received(**row._mapping) for row in await tx.execute(statement)]


async def forget_words(tx: Transaction, before: datetime, limit: int) -> int:
    """Destroy words and number of texts that came before then; how many."""
    old = select(received.c.id).where(received.c.at < before, received.c.text_enc != GONE).limit(limit)
    statement = (
        update(received)
        .where(received.c.id.in_(old))
        .values(text_enc=GONE, from_enc=GONE, own_key=case((received.c.own_key.is_not(None), GONE)))
    )
    return (await tx.execute(statement)).rowcount


async def lately(tx: Transaction, recipient_key: bytes, minutes: int) -> int:
    """How many texts this number has sent in the last minutes."""
    since = tx.now - timedelta(minutes=minutes)
    statement = (
        select(func.count())
        .select_from(received)
        .where(received.c.recipient_key == recipient_key, received.c.at >= since)
    )
    return int((await tx.execute(statement)).scalar_one())


async def same_lately(tx: Transaction, text: Received, minutes: int) -> int:
    """How often this number has sent these very words in the last minutes, this time counted."""
    statement = (
        select(func.count())
        .select_from(received)
        .where(
            received.c.recipient_key == text.recipient_key,
            received.c.text_hash == text.text_hash,
            received.c.at >= tx.now - timedelta(minutes=minutes),
        )
    )
    return int((await tx.execute(statement)).scalar_one())


async def last_undecided(tx: Transaction, recipient_key: bytes, hours: int) -> Received | None:
    """The newest text of a number that named an option and not its question."""
    statement = (
        select(received)
        .where(
            received.c.recipient_key == recipient_key,
            received.c.outcome == "undecided",
            received.c.at >= tx.now - timedelta(hours=hours),
            received.c.text_enc != GONE,
        )
        .order_by(received.c.at.desc(), received.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(statement)).one_or_none()
    return Received(**row._mapping) if row else None
