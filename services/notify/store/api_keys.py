"""API keys and guest lists: rows <-> domain objects."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, exists, select

from chassis.refused import Refused
from chassis.service import Running
from chassis.transaction import Transaction
from services.notify.domain.api_key import REVOKED, ApiKey, KeyType
from services.notify.store import rows
from services.notify.store.tables import api_keys, guest_list

LOOK_AGAIN_SECONDS: Final = 1.0
KNOWN_MAX: Final = 10_000  # organisations that one process keeps in mind


async def add(tx: Transaction, key: ApiKey) -> ApiKey:
    """Write a new key."""
    await rows.add(tx, api_keys, [rows.values(key)])
    forget(tx)
    return key


async def lock(tx: Transaction, key_id: UUID) -> ApiKey:
    """One key, locked; 404 where there is none."""
    found = (
        (await tx.execute(select(api_keys).where(api_keys.c.id == key_id).with_for_update())).mappings().one_or_none()
    )
    if found is None:
        raise Refused("api_key_unknown", status=404)
    return _key(found)


async def revoke(tx: Transaction, key: ApiKey, at: datetime) -> ApiKey:
    """From now on tokens signed by this key are refused."""
    saved = replace(key, state=REVOKED, revoked_at=at, revision=key.revision + 1)
    await rows.put(tx, api_keys, [rows.values(saved)], ("state", "revoked_at", "revision"))
    forget(tx)
    return saved


async def of_community(tx: Transaction, community_id: UUID) -> list[ApiKey]:
    """Every key of an organisation, revoked ones too."""
    statement = select(api_keys).where(api_keys.c.community_id == community_id).order_by(api_keys.c.created_at)
    return [_key(row) for row in (await tx.execute(statement)).mappings()]


_KNOWN: Final = "api_keys"
_OF_COMMUNITY: Final = "SELECT * FROM api_keys WHERE community_id = $1 ORDER BY created_at"


@dataclass(frozen=True, slots=True)
class Known:
    """The keys of one organisation with their secrets, as this process saw them at most a second ago."""

    keys: Sequence[tuple[ApiKey, str]]
    looked_at: float

    @classmethod
    async def of(cls, running: Running, community_id: UUID) -> "Known":
        """Asked for again once a second, and at once after this process has changed one."""
        kept: dict[UUID, Known] = running.state.setdefault(_KNOWN, {})
        known = kept.get(community_id)
        if known is not None and time.monotonic() - known.looked_at < LOOK_AGAIN_SECONDS:
            return known
        async with running.database.asking_once() as connection:
            found = [_key(row) for row in await connection.fetch(_OF_COMMUNITY, community_id)]
        unseal = running.sealing.unseal
        secrets = [(key, unseal(key.secret_enc, aad=f"api_keys.secret:{key.id}")) for key in found]
        if len(kept) >= KNOWN_MAX:
            kept.clear()
        known = kept[community_id] = cls(secrets, time.monotonic())
        return known


def forget(tx: Transaction) -> None:
    """A key was made or revoked here: look again at the next use."""
    tx.service.state.pop(_KNOWN, None)


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


def _key(row: Any) -> ApiKey:
    return ApiKey(**{**row, "type": KeyType(row["type"])})
