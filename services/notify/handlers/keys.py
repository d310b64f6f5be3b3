"""API keys and guest lists, in the keeper's hands. A secret is shown once, when its key is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.api_key import IN_USE, REVOKED, ApiKey, KeyType, parted, written
from services.notify.domain.mailbox import address_of, masked_address
from services.notify.store import api_keys, copies

GUESTS_MAX = 100


@dataclass(frozen=True, slots=True)
class MakeKey:
    """A new key for an organisation's client."""

    community_id: UUID
    name: str
    type: KeyType


@dataclass(frozen=True, slots=True)
class MadeKey:
    """The new key, and what its holder needs of it."""

    key: ApiKey
    written: str


async def make_key(command: MakeKey, tx: Transaction) -> MadeKey:
    """Make a key; what it returns is the only time its secret is seen."""
    await _may(tx, command.community_id)
    return await _made(command, uuid4(), tx)


async def make_first_key(key: str, tx: Transaction) -> None:
    """The key an installation is born with (embedded only); nothing where it stands already."""
    name, community_id, secret = parted(key)
    if not await api_keys.of_community(tx, community_id):
        await _made(MakeKey(community_id, name, KeyType.NORMAL), secret, tx)


async def _made(command: MakeKey, secret: UUID, tx: Transaction) -> MadeKey:
    key_id = tx.new_id()
    key = ApiKey(
        id=key_id,
        community_id=command.community_id,
        name=command.name,
        type=command.type,
        secret_enc=tx.service.sealing.seal(str(secret), aad=f"api_keys.secret:{key_id}"),
        state=IN_USE,
        created_by=tx.actor.name,
        created_at=tx.now,
        revoked_at=None,
        revision=1,
    )
    await api_keys.add(tx, key)
    await record_act(tx, action="api_key_made", subject=key.id, fields=["type"])
    return MadeKey(key, written(command.name, command.community_id, secret))


async def revoke_key(key_id: UUID, tx: Transaction) -> ApiKey:
    """Tokens signed by it are refused from now on."""
    key = await api_keys.lock(tx, key_id)
    await _may(tx, key.community_id)
    if key.state == REVOKED:
        raise Refused("cannot_revoke_when_revoked")
    await record_act(tx, action="api_key_revoked", subject=key.id, fields=["state"])
    return await api_keys.revoke(tx, key, tx.now)


async def set_guests(community_id: UUID, addresses: Sequence[str], tx: Transaction) -> None:
    """Whom team keys of an organisation may write to: numbers and mail addresses, at most a hundred."""
    await _may(tx, community_id)
    plain = [address_of(one) for one in addresses]
    listed = {tx.service.sealing.index(one): masked_address(one) for one in plain}
    await api_keys.set_guests(tx, community_id, listed)
    await record_act(tx, action="guest_list_set", subject=community_id, fields=["recipients"])


async def _may(tx: Transaction, community_id: UUID) -> None:
    path = await copies.path_of(tx, community_id)
    if not tx.actor.may("notify.keys.write", area_path=path):
        raise Refused("community_unknown", status=404)
