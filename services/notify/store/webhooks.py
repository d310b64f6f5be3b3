"""Webhook endpoints and deliveries: rows <-> domain objects; and what of our own feed has been looked at for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, delete, select, text, tuple_

from chassis.feed import Envelope, decode
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.webhook import Delivery, Endpoint, Kind, State
from services.notify.store import rows
from services.notify.store.tables import webhook_deliveries, webhook_endpoints

ENDPOINT_CHANGING: Final = (
    "types",
    "url",
    "secret_enc",
    "old_secret_enc",
    "old_secret_until",
    "bearer_enc",
    "state",
    "reason",
    "failing_since",
    "revision",
)
DELIVERY_CHANGING: Final = ("state", "attempt", "status", "reason", "next_at", "closed_at", "revision")
OPEN: Final = (State.PENDING, State.WAITING)

# A lane that is seen for the first time begins at its head: what was announced before anybody asked is not told.
_START = text(
    "INSERT INTO webhook_positions (lane, position) SELECT lane, position FROM feed_head ON CONFLICT (lane) DO NOTHING"
)
_BEHIND = text(
    "SELECT p.lane, p.position, h.position AS head FROM webhook_positions p JOIN feed_head h USING (lane)"
    " WHERE h.position > p.position ORDER BY p.lane FOR UPDATE OF p SKIP LOCKED"
)
_EVENTS = text(
    "SELECT body FROM feed_event WHERE lane = :lane AND position > :after AND position <= :until"
    " AND type = ANY(:types) ORDER BY position"
)
_LOOKED = text("UPDATE webhook_positions SET position = :position WHERE lane = :lane")


@dataclass(frozen=True, slots=True)
class Behind:
    """A lane of our own feed, looked at up to a position, with more behind it."""

    lane: int
    position: int
    head: int


async def add_endpoint(tx: Transaction, endpoint: Endpoint) -> Endpoint:
    await rows.add(tx, webhook_endpoints, [_endpoint_values(endpoint)])
    return endpoint


async def save_endpoint(tx: Transaction, endpoint: Endpoint) -> Endpoint:
    """Write what may change of an endpoint this transaction holds locked."""
    saved = replace(endpoint, revision=endpoint.revision + 1)
    await rows.put(tx, webhook_endpoints, [_endpoint_values(saved)], ENDPOINT_CHANGING)
    return saved


async def lock_endpoints(tx: Transaction, wanted: Iterable[UUID]) -> dict[UUID, Endpoint]:
    statement = (
        select(webhook_endpoints)
        .where(rows.among(webhook_endpoints.c.id, rows.ids(wanted)))
        .order_by(webhook_endpoints.c.id)
        .with_for_update()
    )
    return {row.id: _endpoint(row) for row in await tx.execute(statement)}


async def endpoint(tx: Transaction, endpoint_id: UUID, *, for_update: bool = False) -> Endpoint:
    """One endpoint; 404 where there is none."""
    statement = select(webhook_endpoints).where(webhook_endpoints.c.id == endpoint_id)
    row = (await tx.execute(statement.with_for_update() if for_update else statement)).one_or_none()
    if row is None:
        raise Refused("webhook_endpoint_unknown", status=404)
    return _endpoint(row)


async def endpoints(tx: Transaction, kind: Kind | None = None) -> list[Endpoint]:
    """The endpoints there are, or the active ones of a kind."""
    statement = select(webhook_endpoints).order_by(webhook_endpoints.c.id)
    if kind is not None:
        statement = statement.where(webhook_endpoints.c.kind == kind, webhook_endpoints.c.state == "active")
    return [_endpoint(row) for row in await tx.execute(statement)]


# Deliveries -----------------------------------------------------------------------------------------------------


async def add(tx: Transaction, new: Sequence[Delivery]) -> None:
    """Write new deliveries; an endpoint hears of an event once."""
    for one in new:
        await rows.add_once(tx, webhook_deliveries, rows.values(one))


async def save(tx: Transaction, changed: Sequence[Delivery]) -> None:
    """Write what may change of deliveries this transaction holds locked."""
    saved = [replace(one, revision=one.revision + 1) for one in changed]
    await rows.put(tx, webhook_deliveries, [rows.values(one) for one in saved], DELIVERY_CHANGING)


async def lock_due(tx: Transaction, limit: int) -> list[Delivery]:
    """What is due, oldest first, and nobody else holds."""
    statement = (
        select(webhook_deliveries)
        .where(webhook_deliveries.c.next_at <= tx.now)
        .order_by(webhook_deliveries.c.next_at, webhook_deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return await _deliveries(tx, statement)


async def lock(tx: Transaction, wanted: Iterable[UUID]) -> dict[UUID, Delivery]:
    found = await _deliveries(tx, _locking(rows.among(webhook_deliveries.c.id, rows.ids(wanted))))
    return {one.id: one for one in found}


async def lock_open_of(tx: Transaction, endpoint_id: UUID) -> list[Delivery]:
    """Deliveries to an endpoint that are not over."""
    of = webhook_deliveries.c.endpoint_id == endpoint_id
    return await _deliveries(tx, _locking(of, webhook_deliveries.c.state.in_(OPEN)))


async def lock_closed_of(
    tx: Transaction, endpoint_id: UUID, *, since: datetime | None, delivery_id: UUID | None, limit: int
) -> list[Delivery]:
    """Deliveries to an endpoint that are over: one, or all made since a time, the oldest first."""
    where = [webhook_deliveries.c.endpoint_id == endpoint_id, webhook_deliveries.c.state.not_in(OPEN)]
    if since is not None:
        where.append(webhook_deliveries.c.created_at >= since)
    if delivery_id is not None:
        where.append(webhook_deliveries.c.id == delivery_id)
    return await _deliveries(tx, _locking(*where).limit(limit))


async def page(tx: Transaction, endpoint_id: UUID, limit: int, after: Sequence[Any] | None) -> list[Delivery]:
    """The log of an endpoint, newest first; one more than the page shows."""
    statement = select(webhook_deliveries).where(webhook_deliveries.c.endpoint_id == endpoint_id)
    at, own = webhook_deliveries.c.created_at, webhook_deliveries.c.id
    if after:
        statement = statement.where(tuple_(at, own) < (datetime.fromisoformat(after[0]), UUID(after[1])))
    return await _deliveries(tx, statement.order_by(at.desc(), own.desc()).limit(limit + 1))


async def forget(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete deliveries older than that; how many."""
    old = select(webhook_deliveries.c.id).where(webhook_deliveries.c.created_at < before).limit(limit)
    return (await tx.execute(delete(webhook_deliveries).where(webhook_deliveries.c.id.in_(old)))).rowcount


# Our own feed ---------------------------------------------------------------------------------------------------


async def lock_behind(tx: Transaction) -> list[Behind]:
    """Lanes with events that nobody has looked at for webhooks, held by this transaction alone."""
    await tx.execute(_START)
    return [Behind(row.lane, row.position, row.head) for row in await tx.execute(_BEHIND)]


async def look(tx: Transaction, behind: Behind, types: Iterable[str], limit: int) -> list[Envelope]:
    """The next events of a lane that are of these types; all count as looked at when this transaction commits."""
    until = min(behind.head, behind.position + limit)
    asked = {"lane": behind.lane, "after": behind.position, "until": until, "types": sorted(types)}
    found = await tx.execute(_EVENTS, asked)
    await tx.execute(_LOOKED, {"lane": behind.lane, "position": until})
    return [decode(body) for body in found.scalars()]


async def _deliveries(tx: Transaction, statement: Select[Any]) -> list[Delivery]:
    return [_delivery(row._mapping) for row in await tx.execute(statement)]


def _locking(*where: Any) -> Select[Any]:
    return select(webhook_deliveries).where(*where).order_by(webhook_deliveries.c.id).with_for_update()


def _delivery(row: Mapping[Any, Any]) -> Delivery:
    return Delivery(**{**row, "state": State(row["state"])})


def _endpoint(row: Row[Any]) -> Endpoint:
    return Endpoint(**{**row._mapping, "kind": Kind(row.kind), "types": tuple(row.types)})


def _endpoint_values(endpoint: Endpoint) -> dict[str, Any]:
    return rows.values(endpoint) | {"types": list(endpoint.types)}
