"""Sealing and opening under a data key of one's own; what stands where is part of the seal."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.transaction import Transaction
from services.members.store import rows
from services.members.store.people.tables import data_keys


async def new_keys(tx: Transaction, owner_ids: Collection[UUID]) -> dict[UUID, bytes]:
    """A fresh key each, its wrapped form kept."""
    made = {owner_id: tx.service.sealing.new_data_key() for owner_id in owner_ids}
    await rows.put(
        tx, data_keys, [{"owner_id": owner_id, "wrapped": wrapped} for owner_id, (_, wrapped) in made.items()]
    )
    return {owner_id: key for owner_id, (key, _) in made.items()}


async def keys_of(tx: Transaction, owner_ids: Collection[UUID]) -> Mapping[UUID, bytes]:
    """The keys of those who have one; of an erased person there is none."""
    if not owner_ids:
        return {}
    found = await tx.execute(select(data_keys).where(rows.among(data_keys.c.owner_id, owner_ids)))
    return {row.owner_id: tx.service.sealing.unwrap(row.wrapped) for row in found}


def seal(tx: Transaction, value: str, key: bytes, column: str, row_id: UUID) -> bytes:
    return tx.service.sealing.seal(value, key=key, aad=f"{column}:{row_id}")


def unseal(tx: Transaction, sealed: bytes, key: bytes, column: str, row_id: UUID) -> str:
    return tx.service.sealing.unseal(sealed, key=key, aad=f"{column}:{row_id}")


def opened(tx: Transaction, row: Any, sealed: bytes, column: str, row_id: UUID) -> str:
    """A value whose wrapped key came in the same row."""
    return unseal(tx, bytes(sealed), tx.service.sealing.unwrap(bytes(row.wrapped)), column, row_id)
