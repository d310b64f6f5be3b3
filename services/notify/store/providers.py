"""Providers, routes and senders as this process knows them, read again at most once a second."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.provider import Provider, State
from services.notify.domain.routing import Pair, Route
from services.notify.settings import settings_of
from services.notify.store.tables import providers, routes, senders, weight_moves

if TYPE_CHECKING:
    from chassis.service import Running

_STATE: Final = "providers"
KNOWN_SECONDS: Final = 1.0
_FIRST: Final = {"rate": 0, "state": "active", "push_addresses": [], "options": {}, "revision": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedSender:
    """A sender: a signature and the number under which it is seen."""

    base_number: str
    signature: str
    ext_width: int
    market: str = "cn"
    organization_id: UUID | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Carriers:
    """All that a message can be carried by."""

    providers: Mapping[str, Provider]
    routes: Sequence[Route]
    senders: Mapping[str, NumberedSender]
    read_at: float

    @classmethod
    async def of(cls, tx: Transaction, *, fresh: bool = False) -> "Carriers":
        """What this process knows, at most a second old."""
        known = None if fresh else cls.kept(tx.service)
        if known is None:
            known = tx.service.state[_STATE] = await _read(tx)
        return known

    @classmethod
    def kept(cls, running: "Running") -> "Carriers | None":
        """What was read within the last second, without asking the database."""
        known: Carriers | None = running.state.get(_STATE)
        return known if known is not None and time.monotonic() - known.read_at <= KNOWN_SECONDS else None


async def _read(tx: Transaction) -> Carriers:
    found = {row.id: _provider(row, tx) for row in await tx.execute(select(providers))}
    ways = [_route(row) for row in await tx.execute(select(routes).order_by(routes.c.id))]
    named = {row.base_number: NumberedSender(**row._mapping) for row in await tx.execute(select(senders))}
    return Carriers(found, ways, named, time.monotonic())


def forget(tx: Transaction) -> None:
    """Read all of it again at the next use: this process has just changed it."""
    tx.service.state.pop(_STATE, None)


# Providers ------------------------------------------------------------------------------------------------------


async def put(tx: Transaction, provider: Provider) -> None:
    """Write a provider, new or changed, with its credentials sealed."""
    secrets = json.dumps({"credentials": dict(provider.credentials), "push_secret": provider.push_secret})
    sealed = tx.service.sealing.seal(secrets, aad=f"providers.credentials:{provider.id}")
    values = {
        "kind": provider.kind,
        "base_url": provider.base_url,
        "in_flight": provider.in_flight,
        "rate": provider.rate,
        "state": str(provider.state),
        "credentials_enc": sealed,
        "push_addresses": list(provider.push_addresses),
        "options": dict(provider.options),
        "left_out_until": provider.left_out_until,
        "left_out_for": provider.left_out_for,
        "revision": provider.revision,
    }
    statement = upsert(providers).values({"id": provider.id, **values})
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
    forget(tx)


async def save_state(tx: Transaction, provider: Provider) -> None:
    """Write whether a locked provider may be used."""
    statement = update(providers).where(providers.c.id == provider.id)
    await tx.execute(statement.values(state=str(provider.state), revision=provider.revision))
    forget(tx)


async def lock(tx: Transaction, provider_id: str) -> Provider:
    """One provider, locked; 404 where there is none."""
    row = (await tx.execute(select(providers).where(providers.c.id == provider_id).with_for_update())).one_or_none()
    if row is None:
        raise Refused("provider_unknown", status=404)
    return _provider(row, tx)


async def exists(tx: Transaction, provider_id: str) -> bool:
    return (await tx.execute(select(providers.c.id).where(providers.c.id == provider_id))).one_or_none() is not None


async def leave_out(tx: Transaction, provider: str, until: datetime, why: str) -> None:
    """Give a provider a rest after it said that it takes nothing now."""
    statement = update(providers).where(providers.c.id == provider).values(left_out_until=until, left_out_for=why)
    await tx.execute(statement)
    forget(tx)


async def seed(tx: Transaction, provider: Provider) -> None:
    """Put the provider that the environment names in place, without credentials: they stay in the environment."""
    values = {"kind": provider.kind, "base_url": provider.base_url, "in_flight": provider.in_flight}
    statement = upsert(providers).values({"id": provider.id, "left_out_for": "", **values, **_FIRST})
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
    forget(tx)


def _provider(row: Row[Any], tx: Transaction) -> Provider:
    found, settings = dict(row._mapping), settings_of(tx.service)
    sealed = found.pop("credentials_enc")
    opened: dict[str, Any]
    if sealed is None:
        opened = {
            "credentials": {
                "key_id": settings.provider_key_id,
                "key_secret": settings.provider_key_secret.get_secret_value(),
            },
            "push_secret": settings.push_secret.get_secret_value(),
        }
    else:
        opened = json.loads(tx.service.sealing.unseal(sealed, aad=f"providers.credentials:{row.id}"))
    found["push_addresses"] = tuple(found["push_addresses"] or settings.push_addresses)
    found["state"] = State(found["state"])
    return Provider(**found, **opened)


# Routes and senders ---------------------------------------------------------------------------------------------


async def put_route(tx: Transaction, route: Route) -> None:
    """Write a route, new or changed."""
    values = asdict(route)
    statement = upsert(routes).values(values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
    forget(tx)


async def lock_routes(tx: Transaction) -> list[Route]:
    """All routes, locked in the order of their ids."""
    return [_route(row) for row in await tx.execute(select(routes).order_by(routes.c.id).with_for_update())]


async def seed_route(tx: Transaction, route: Route) -> None:
    """Put a first route in place; where there is one for the same, an operator may have changed it: it stays."""
    await tx.execute(upsert(routes).values(asdict(route)).on_conflict_do_nothing())
    forget(tx)


async def add_weight_move(tx: Transaction, route: Route, pair: Pair, weight: int, why: str) -> None:
    """One dated line for each weight that moved."""
    values = {
        "route_id": route.id,
        "provider": pair.provider,
        "sender": pair.sender,
        "weight_before": pair.weight,
        "weight_after": weight,
        "why": why,
        "at": tx.now,
    }
    await tx.execute(weight_moves.insert().values(values))


async def put_sender(tx: Transaction, sender: NumberedSender) -> None:
    """Write a sender, new or changed."""
    values = asdict(sender)
    statement = upsert(senders).values(values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["base_number"], set_=values))
    forget(tx)


def _route(row: Row[Any]) -> Route:
    return Route(**{**row._mapping, "pairs": tuple(Pair(**pair) for pair in row.pairs)})
