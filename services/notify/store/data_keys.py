"""A data key per recipient, wrapped by the service's key: destroying it destroys what it sealed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from chassis.sealing import Sealing
from chassis.transaction import Transaction
from services.notify.store import rows
from services.notify.store.tables import data_keys

_STANDING = "SELECT wrapped FROM data_keys WHERE recipient_key = $1"
_ONE = (
    "WITH made AS (INSERT INTO data_keys (recipient_key, wrapped) SELECT $1, $2"
    " WHERE NOT EXISTS (SELECT FROM data_keys WHERE recipient_key = $1) ON CONFLICT DO NOTHING RETURNING wrapped)"
    " SELECT wrapped FROM made UNION ALL SELECT wrapped FROM data_keys WHERE recipient_key = $1 LIMIT 1"
)
_MADE = (
    "INSERT INTO data_keys (recipient_key, wrapped) SELECT * FROM unnest($1::bytea[], $2::bytea[])"
    " ON CONFLICT DO NOTHING RETURNING recipient_key, wrapped"
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The wrapped keys of some recipients, unwrapped when one is used."""

    sealing: Sealing
    wrapped: dict[bytes, bytes]

    @classmethod
    async def of(cls, tx: Transaction, recipients: Sequence[bytes]) -> "Keys":
        """Load the keys of these recipients, making those that are missing."""
        sealing, wanted = tx.service.sealing, set(recipients)
        wrapped = await _load(tx, wanted)
        if missing := sorted(wanted - wrapped.keys()):
            made = await tx.driver.fetch(_MADE, missing, [sealing.new_data_key()[1] for _ in missing])
            wrapped |= {row["recipient_key"]: row["wrapped"] for row in made}
            if others := wanted - wrapped.keys():
                wrapped |= await _load(tx, others)
        return cls(sealing, wrapped)

    @classmethod
    async def one(cls, tx: Transaction, recipient: bytes) -> "Keys":
        """The key of one recipient, made where it is missing: one statement, for the path that must be short."""
        _, wrapped = tx.service.sealing.new_data_key()
        found = await tx.driver.fetchval(_ONE, recipient, wrapped)
        return cls(tx.service.sealing, {recipient: found or await tx.driver.fetchval(_STANDING, recipient)})

    @classmethod
    async def standing(cls, tx: Transaction, recipients: Sequence[bytes]) -> "Keys":
        """The keys that are there, none made: for a transaction that only reads. A destroyed one is missing."""
        return cls(tx.service.sealing, await _load(tx, set(recipients)))

    def key(self, recipient: bytes) -> bytes:
        return self.sealing.unwrap(self.wrapped[recipient])


async def _load(tx: Transaction, wanted: set[bytes]) -> dict[bytes, bytes]:
    statement = select(data_keys).where(rows.among(data_keys.c.recipient_key, wanted))
    return {row.recipient_key: row.wrapped for row in await tx.execute(statement)}
