"""How providers fare, over all processes: a row each, written when something changes."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.notify.domain.breaker import Health, State
from services.notify.store import rows
from services.notify.store.tables import provider_health


async def ailing(tx: Transaction) -> dict[str, Health]:
    """Those whose breaker is not closed, locked."""
    statement = select(provider_health).where(provider_health.c.state != State.CLOSED).order_by("provider")
    return {row.provider: _health(row) for row in await tx.execute(statement.with_for_update())}


async def of(tx: Transaction, wanted: Iterable[str], *, lock: bool = False) -> dict[str, Health]:
    """How these providers fare; one never heard of is well."""
    names = sorted(set(wanted))
    statement = select(provider_health).where(rows.among(provider_health.c.provider, names)).order_by("provider")
    found = {row.provider: _health(row) for row in await tx.execute(statement.with_for_update() if lock else statement)}
    return {name: found.get(name, Health(provider=name)) for name in names}


async def save(tx: Transaction, changed: Iterable[Health]) -> None:
    """Write how providers fare now."""
    for health in changed:
        values = {**asdict(health), "lost_at": [at.isoformat() for at in health.lost_at]}
        statement = upsert(provider_health).values(values)
        await tx.execute(statement.on_conflict_do_update(index_elements=["provider"], set_=values))


def _health(row: Row[Any]) -> Health:
    found = dict(row._mapping)
    lost_at = tuple(datetime.fromisoformat(at) for at in found["lost_at"])
    return Health(**{**found, "state": State(found["state"]), "lost_at": lost_at})
