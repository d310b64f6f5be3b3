"""Keys of the Open311 door, what each has filed and told, and tokens of what is not clear yet."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.tickets.store.tables import areas, communities, open311_filings, open311_keys, open311_updates

REPEAT = timedelta(minutes=10)
_TOKEN_SEAL = 16


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What another system proves itself by. `person_id`: in whose name a handler's key resolves."""

    id: UUID
    community_id: UUID
    label: str
    rights: frozenset[str]
    person_id: UUID | None
    per_minute: int
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A community as Open311 clients name it: by its two digits or its id."""

    id: UUID
    code: str
    path: tuple[UUID, ...]
    name: str


def hashed(key: str) -> bytes:
    """Keys are 256 random bits: a plain hash is enough, and the key itself is kept nowhere."""
    return sha256(key.encode()).digest()


async def add_key(tx: Transaction, key: ApiKey, secret: str) -> None:
    await tx.execute(
        insert(open311_keys).values(
            id=key.id,
            community_id=key.community_id,
            label=key.label,
            key_hash=hashed(secret),
            rights=sorted(key.rights),
            person_id=key.person_id,
            per_minute=key.per_minute,
            used=0,
            used_since=tx.now,
            made_by=tx.actor.person_id,
            made_at=tx.now,
        )
    )


async def key_of(tx: Transaction, secret: str) -> ApiKey | None:
    row = (await tx.execute(select(open311_keys).where(open311_keys.c.key_hash == hashed(secret)))).first()
    return _key(row) if row and row.revoked_at is None else None


async def keys(tx: Transaction, community_ids: Sequence[UUID]) -> list[ApiKey]:
    wanted = open311_keys.c.community_id.in_(list(community_ids))
    return [_key(row) for row in await tx.execute(select(open311_keys).where(wanted).order_by(open311_keys.c.made_at))]


async def find_key(tx: Transaction, key_id: UUID) -> ApiKey | None:
    row = (await tx.execute(select(open311_keys).where(open311_keys.c.id == key_id).with_for_update())).first()
    return _key(row) if row else None


async def revoke(tx: Transaction, key_id: UUID) -> None:
    statement = update(open311_keys).where(open311_keys.c.id == key_id, open311_keys.c.revoked_at.is_(None))
    await tx.execute(statement.values(revoked_at=tx.now))


async def use(tx: Transaction, key: ApiKey) -> bool:
    """Count one call; whether the key may still call in this minute."""
    fresh = open311_keys.c.used_since <= tx.now - timedelta(minutes=1)
    row = (
        await tx.execute(
            select(open311_keys, fresh.label("fresh")).where(open311_keys.c.id == key.id).with_for_update()
        )
    ).one()
    values = {"used": 1, "used_since": tx.now} if row.fresh else {"used": row.used + 1}
    await tx.execute(update(open311_keys).where(open311_keys.c.id == key.id).values(values))
    return bool(row.fresh or row.used < key.per_minute)


async def first_filing(tx: Transaction, key_id: UUID, body_hash: bytes) -> UUID | None:
    """The ticket this body has made in the last ten minutes. The second of two at once waits here for the first."""
    statement = upsert(open311_filings).values(key_id=key_id, body_hash=body_hash, at=tx.now)
    taken = await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["key_id", "body_hash"],
            set_={"at": tx.now, "ticket_id": None},
            where=open311_filings.c.at <= tx.now - REPEAT,
        ).returning(open311_filings.c.key_id)
    )
    if taken.first() is not None:
        return None
    known = select(open311_filings.c.ticket_id).where(
        open311_filings.c.key_id == key_id, open311_filings.c.body_hash == body_hash
    )
    first: UUID | None = (await tx.execute(known)).scalar_one()
    return first


async def filed(tx: Transaction, key_id: UUID, body_hash: bytes, ticket_id: UUID) -> None:
    statement = update(open311_filings).where(
        open311_filings.c.key_id == key_id, open311_filings.c.body_hash == body_hash
    )
    await tx.execute(statement.values(ticket_id=ticket_id))


async def first_update(
    tx: Transaction, key_id: UUID, update_id: str, ticket_id: UUID, status: str, at: datetime
) -> bool:
    """Whether this word is new: each counts once per key."""
    statement = upsert(open311_updates).values(
        key_id=key_id, update_id=update_id, ticket_id=ticket_id, status=status, at=at
    )
    made = await tx.execute(statement.on_conflict_do_nothing().returning(open311_updates.c.update_id))
    return made.first() is not None


async def jurisdictions(tx: Transaction) -> list[Jurisdiction]:
    joined = communities.join(areas, areas.c.id == communities.c.id)
    rows = await tx.execute(
        select(communities.c.id, communities.c.code, areas.c.path, areas.c.name)
        .select_from(joined)
        .where(areas.c.state == "active")
        .order_by(communities.c.code)
    )
    return [Jurisdiction(row.id, f"{row.code:02d}", tuple(row.path), row.name) for row in rows]


def token_of(tx: Transaction, ticket_id: UUID) -> str:
    """Stands for a ticket that has no number to show yet; only this service can make one."""
    seal = tx.service.sealing.index(f"open311:{ticket_id}")[:_TOKEN_SEAL].hex()
    return f"{ticket_id.hex}{seal}"


def ticket_of_token(tx: Transaction, token: str) -> UUID | None:
    try:
        ticket_id = UUID(token[:32])
    except ValueError:
        return None
    return ticket_id if hmac.compare_digest(token.encode(), token_of(tx, ticket_id).encode()) else None


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        row.id, row.community_id, row.label, frozenset(row.rights), row.person_id, row.per_minute, row.revoked_at
    )
