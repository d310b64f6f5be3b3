"""API keys and guest lists: rows <-> domain objects."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, exists, select

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.api_key import REVOKED, ApiKey, KeyType
from services.notify.store import rows
from services.notify.store.tables import api_keys, guest_list


async def add(tx: Transaction, key: ApiKey) -> ApiKey:
    """Write a new key."""
    await rows.add(tx, api_keys, [rows.values(key)])
    return key


async def lock(tx: Transaction, key_id: UUID) -> ApiKey:
    """One key, locked; 404 where there is none."""
    found = (await tx.execute(select(api_keys).where(api_keys.c.id == key_id).with_for_update())).one_or_none()
    if found is None:
        raise Refused("api_key_unknown", status=404)
    return _key(found)


async def revoke(tx: Transaction, key: ApiKey, at: datetime) -> ApiKey:
    """From now on tokens signed by this key are refused."""
    saved = replace(key, state=REVOKED, revoked_at=at, revision=key.revision + 1)
    await rows.put(tx, api_keys, [rows.values(saved)], ("state", "revoked_at", "revision"))
    return saved


async def of_community(tx: Transaction, community_id: UUID) -> list[ApiKey]:
    """Every key of an organisation, revoked ones too."""
    statement = select(api_keys).where(api_keys.c.community_id == community_id).order_by(api_keys.c.created_at)
    return [_key(row) for row in await tx.execute(statement)]


async def set_guests(tx: Transaction, community_id: UUID, guests: Mapping[bytes, str]) -> None:
    """Whom keys of type team may write to, from now on; the masked form is for people to recognise."""
    await tx.execute(delete(guest_list).where(guest_list.c.community_id == community_id))
    values = [{"community_id": community_id, "recipient_key": key, "masked": text} for key, text in guests.items()]
    await rows.add(tx, guest_list, values)


async def guests(tx: Transaction, community_id: UUID) -> list[str]:
    """The guest list, masked."""
    statement = select(guest_list.c.masked).where(guest_list.c.community_id == community_id)
    return list((await tx.execute(statement.order_by(guest_list.c.masked))).scalars())


async def is_guest(tx: Transaction, community_id: UUID, recipient_key: bytes) -> bool:
    """Whether somebody is on the guest list."""
    listed = (guest_list.c.community_id == community_id) & (guest_list.c.recipient_key == recipient_key)
    return bool((await tx.execute(select(exists().where(listed)))).scalar_one())


def _key(row: Row[Any]) -> ApiKey:
    found = dict(row._mapping)
    return ApiKey(**(found | {"type": KeyType(found["type"])}))
