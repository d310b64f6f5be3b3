"""A data key per recipient, wrapped by the service's key: destroying it destroys what it sealed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.sealing import Sealing
from chassis.transaction import Transaction
from services.notify.store import rows
from services.notify.store.tables import data_keys


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
            new = [{"recipient_key": one, "wrapped": sealing.new_data_key()[1]} for one in missing]
            await tx.execute(upsert(data_keys).on_conflict_do_nothing(), new)
            wrapped |= await _load(tx, set(missing))
        return cls(sealing, wrapped)

    def key(self, recipient: bytes) -> bytes:
        return self.sealing.unwrap(self.wrapped[recipient])


async def _load(tx: Transaction, wanted: set[bytes]) -> dict[bytes, bytes]:
    statement = select(data_keys).where(rows.among(data_keys.c.recipient_key, wanted))
    return {row.recipient_key: row.wrapped for row in await tx.execute(statement)}
