"""Rows of the keys that tokens are signed with; the private half is sealed."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, select

from chassis.transaction import Transaction
from services.members.store import rows
from services.members.store.identity.tables import signing_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    id: UUID
    public: bytes
    private: Ed25519PrivateKey
    active_from: datetime
    active_until: datetime


async def all_keys(tx: Transaction, *, lock: bool = False) -> list[SigningKey]:
    """All keys there are, the oldest first."""
    statement = select(signing_keys).order_by(signing_keys.c.active_from)
    return [_key_of(tx, row) for row in await tx.execute(statement.with_for_update() if lock else statement)]


async def add(tx: Transaction, active_from: datetime, active_until: datetime) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    made = SigningKey(
        id=tx.new_id(),
        public=private.public_key().public_bytes_raw(),
        private=private,
        active_from=active_from,
        active_until=active_until,
    )
    encoded = base64.b64encode(private.private_bytes_raw()).decode()
    row = {
        "id": made.id,
        "public": made.public,
        "private_sealed": tx.service.sealing.seal(encoded, aad=f"signing_keys.private:{made.id}"),
        "active_from": active_from,
        "active_until": active_until,
    }
    await rows.put(tx, signing_keys, [row])
    return made


async def forget_before(tx: Transaction, at: datetime) -> None:
    await tx.execute(delete(signing_keys).where(signing_keys.c.active_until < at))


def _key_of(tx: Transaction, row: Any) -> SigningKey:
    encoded = tx.service.sealing.unseal(bytes(row.private_sealed), aad=f"signing_keys.private:{row.id}")
    return SigningKey(
        id=row.id,
        public=bytes(row.public),
        private=Ed25519PrivateKey.from_private_bytes(base64.b64decode(encoded)),
        active_from=row.active_from,
        active_until=row.active_until,
    )
