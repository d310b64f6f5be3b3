"""Endpoints of other systems: made, given new secrets, disabled and enabled by a keeper of their area."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain import webhook as rules
from services.notify.domain.webhook import SECRET_BYTES, Delivery, Endpoint, Kind, State
from services.notify.events import EVENTS
from services.notify.handlers import webhook_bodies as bodies
from services.notify.settings import settings_of
from services.notify.store import copies, webhooks

TYPES: Final = frozenset(event.type for event in EVENTS if not event.restricted)
TEST_TYPE: Final = "notify.webhook_test.v1"
REDELIVERED_AT_ONCE_MAX: Final = 1_000
WRITE: Final = "notify.webhooks.write"
READ: Final = "notify.webhooks.read"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateEndpoint:
    """Who is told of what: events of an area, or what becomes of the messages of its API clients."""

    kind: Kind
    area_id: UUID
    url: str
    types: Sequence[str]
    bearer: str


@dataclass(frozen=True, slots=True)
class OfEndpoint:
    """An endpoint, as its keeper saw it."""

    endpoint_id: UUID
    expected: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeliver:
    """One delivery again, or all that were made since a time."""

    endpoint_id: UUID
    delivery_id: UUID | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class WithSecret:
    """An endpoint and the secret that is told this once."""

    endpoint: Endpoint
    secret: str


@dataclass(frozen=True, slots=True)
class Again:
    """How many deliveries were put on their way again; those beyond the bound wait for another call."""

    id: UUID
    state: str
    revision: int
    many: int


async def create(command: CreateEndpoint, tx: Transaction) -> WithSecret:
    """A new endpoint, with a secret of its own."""
    _check(command, tx)
    if not tx.actor.may(WRITE, area_path=await copies.path_of(tx, command.area_id)):
        raise Refused("not_permitted", status=403)
    assert tx.actor.person_id is not None
    endpoint_id, key = tx.new_id(), os.urandom(SECRET_BYTES)
    endpoint = Endpoint(
        id=endpoint_id,
        kind=command.kind,
        area_id=command.area_id,
        owner_id=tx.actor.person_id,
        url=command.url,
        types=tuple(sorted(set(command.types))),
        secret_enc=bodies.sealed_secret(tx, endpoint_id, rules.secret_of(key)),
        old_secret_enc=None,
        old_secret_until=None,
        bearer_enc=bodies.sealed_bearer(tx, endpoint_id, command.bearer) if command.bearer else None,
        state="active",
        reason="",
        failing_since=None,
        created_at=tx.now,
        revision=1,
    )
    await webhooks.add_endpoint(tx, endpoint)
    await record_act(tx, action="webhook_created", subject=endpoint.id)
    return WithSecret(endpoint, rules.secret_of(key))


def _check(command: CreateEndpoint, tx: Transaction) -> None:
    settings_of(tx.service).guard.check(command.url)
    if command.kind is Kind.STANDARD and (not command.types or not set(command.types) <= TYPES):
        raise _invalid("/types")
    if command.kind is Kind.COMPATIBLE and (command.types or not command.bearer):
        raise _invalid("/bearer")


def _invalid(pointer: str) -> Refused:
    return Refused("webhook_invalid", status=422, errors=[{"pointer": pointer, "code": "invalid", "detail": ""}])


async def rotate(command: OfEndpoint, tx: Transaction) -> WithSecret:
    """A new secret; for a day the old one signs as well."""
    endpoint, key = await _load(command, tx), os.urandom(SECRET_BYTES)
    rotated = replace(
        endpoint,
        secret_enc=bodies.sealed_secret(tx, endpoint.id, rules.secret_of(key)),
        old_secret_enc=endpoint.secret_enc,
        old_secret_until=tx.now + rules.OVERLAP,
    )
    saved = await webhooks.save_endpoint(tx, rotated)
    await record_act(tx, action="webhook_secret_rotated", subject=saved.id)
    return WithSecret(saved, rules.secret_of(key))


async def disable(command: OfEndpoint, tx: Transaction) -> Endpoint:
    """Tell it nothing more; what is on its way is given up."""
    endpoint = await _load(command, tx)
    saved = await webhooks.save_endpoint(tx, replace(endpoint, state="disabled", reason="by_keeper"))
    await stop_deliveries(saved, tx)
    await record_act(tx, action="webhook_disabled", subject=saved.id)
    return saved


async def stop_deliveries(endpoint: Endpoint, tx: Transaction) -> None:
    """A disabled endpoint is told nothing: what is open is dead, until somebody asks for it again."""
    waiting = await webhooks.lock_open_of(tx, endpoint.id)
    await webhooks.save(tx, [rules.stopped(one, at=tx.now) for one in waiting])


async def enable(command: OfEndpoint, tx: Transaction) -> Endpoint:
    """Tell it again, from now on."""
    endpoint = await _load(command, tx)
    saved = await webhooks.save_endpoint(tx, replace(endpoint, state="active", reason="", failing_since=None))
    await record_act(tx, action="webhook_enabled", subject=saved.id)
    return saved


async def test(command: OfEndpoint, tx: Transaction) -> Delivery:
    """A tiding about nothing, to see whether it arrives."""
    endpoint = await _load(command, tx)
    _refuse_disabled(endpoint)
    delivery_id = tx.new_id()
    body = bodies.standard(TEST_TYPE, tx.now, endpoint.id, 0, {})
    delivery = bodies.delivery(
        tx, delivery_id, endpoint, event_id=delivery_id, event_type=TEST_TYPE, subject=endpoint.id, body=body
    )
    await webhooks.add(tx, [delivery])
    return delivery


async def redeliver(command: Redeliver, tx: Transaction) -> Again:
    """What is over goes out again, under the same id."""
    endpoint = await _load(OfEndpoint(command.endpoint_id), tx)
    _refuse_disabled(endpoint)
    if (command.delivery_id is None) == (command.since is None):
        raise _invalid("/since")
    closed = await webhooks.lock_closed_of(
        tx, endpoint.id, since=command.since, delivery_id=command.delivery_id, limit=REDELIVERED_AT_ONCE_MAX
    )
    if command.delivery_id is not None and not closed:
        raise Refused("webhook_delivery_unknown", status=404)
    await webhooks.save(tx, [rules.redelivered(one, at=tx.now) for one in closed])
    await record_act(tx, action="webhook_redelivered", subject=endpoint.id)
    return Again(endpoint.id, str(State.PENDING), endpoint.revision, len(closed))


def _refuse_disabled(endpoint: Endpoint) -> None:
    if not endpoint.active:
        raise Refused("webhook_disabled")


async def _load(command: OfEndpoint, tx: Transaction) -> Endpoint:
    endpoint = await webhooks.endpoint(tx, command.endpoint_id, for_update=True)
    path = await copies.path_of(tx, endpoint.area_id)
    if not tx.actor.may(READ, area_path=path):
        raise Refused("webhook_endpoint_unknown", status=404)
    if not tx.actor.may(WRITE, area_path=path):
        raise Refused("not_permitted", status=403)
    if command.expected is not None and command.expected != endpoint.revision:
        raise Refused("stale", status=412, revision=endpoint.revision)
    return endpoint


async def seen(endpoint_id: UUID, tx: Transaction) -> Endpoint:
    """One endpoint; 404 outside the reader's areas."""
    endpoint = await webhooks.endpoint(tx, endpoint_id)
    if not tx.actor.may(READ, area_path=await copies.path_of(tx, endpoint.area_id)):
        raise Refused("webhook_endpoint_unknown", status=404)
    return endpoint


async def all_seen(tx: Transaction) -> list[Endpoint]:
    """The endpoints of the reader's areas."""
    known = await webhooks.endpoints(tx)
    paths = {one.area_id: await copies.path_of(tx, one.area_id) for one in known}
    return [one for one in known if tx.actor.may(READ, area_path=paths[one.area_id])]
