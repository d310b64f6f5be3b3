"""How providers fare, over all processes: a row each, written when something changes.

Every claim and every record looks here, so the reads go to the driver.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.notify.domain.breaker import Health, State
from services.notify.store.tables import provider_health

_AILING: Final = "SELECT * FROM provider_health WHERE state <> 'closed' ORDER BY provider FOR UPDATE"
_OF: Final = "SELECT * FROM provider_health WHERE provider = ANY($1::text[]) ORDER BY provider"


async def ailing(tx: Transaction) -> dict[str, Health]:
    """Those whose breaker is not closed, locked."""
    return {row["provider"]: _health(row) for row in await tx.driver.fetch(_AILING)}


async def of(tx: Transaction, wanted: Iterable[str], *, lock: bool = False) -> dict[str, Health]:
    """How these providers fare; one never heard of is well."""
    names = sorted(set(wanted))
    statement = f"{_OF} FOR UPDATE" if lock else _OF
    found = {row["provider"]: _health(row) for row in await tx.driver.fetch(statement, names)}
    return {name: found.get(name, Health(provider=name)) for name in names}


async def save(tx: Transaction, changed: Iterable[Health]) -> None:
    """Write how providers fare now."""
    for health in changed:
        values = {**asdict(health), "lost_at": [at.isoformat() for at in health.lost_at]}
        statement = upsert(provider_health).values(values)
        await tx.execute(statement.on_conflict_do_update(index_elements=["provider"], set_=values))


def _health(row: Any) -> Health:
    lost_at = tuple(datetime.fromisoformat(at) for at in row["lost_at"])
    return Health(**{**row, "state": State(row["state"]), "lost_at": lost_at})
