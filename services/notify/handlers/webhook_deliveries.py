"""Deliveries to other systems: gathered from our own feed, claimed before the call, written after it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from chassis.feed import Envelope
from chassis.telemetry import log
from chassis.transaction import Transaction
from services.notify.channels.webhook import Post
from services.notify.domain import webhook as rules
from services.notify.domain.webhook import Endpoint, Kind, Outcome
from services.notify.handlers import drafting
from services.notify.handlers import webhook_bodies as bodies
from services.notify.handlers.webhooks import stop_deliveries
from services.notify.store import copies, webhooks
from services.notify.store.catalogue import Catalogue

LOOKED_AT_ONCE: Final = 500
DISABLED_TEMPLATE: Final = "webhook-disabled"


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make now."""

    delivery_id: UUID
    endpoint_id: UUID
    post: Post


@dataclass(frozen=True, slots=True)
class Answered:
    """What a receiver said to one call."""

    delivery_id: UUID
    endpoint_id: UUID
    outcome: Outcome


async def gather(tx: Transaction) -> int:
    """Turn what we have announced into deliveries; returns how many lanes had something new."""
    known = await webhooks.endpoints(tx, Kind.STANDARD)
    wanted = {name for one in known for name in one.types}
    behind = await webhooks.lock_behind(tx)
    for lane in behind:
        for envelope in await webhooks.look(tx, lane, wanted, LOOKED_AT_ONCE):
            await _deliver(envelope, [one for one in known if envelope.type in one.types], tx)
    return len(behind)


async def _deliver(envelope: Envelope, wanting: Sequence[Endpoint], tx: Transaction) -> None:
    data = msgspec.json.decode(envelope.data)
    if envelope.restricted or await _confidential(data, tx):
        return
    path = await copies.path_of(tx, envelope.community)
    body = bodies.standard(envelope.type, envelope.time, envelope.subject, envelope.revision, data)
    for endpoint in wanting:
        if endpoint.area_id in path:
            await bodies.queue(
                tx,
                endpoint,
                event_id=envelope.id,
                event_type=envelope.type,
                subject=envelope.subject,
                sequence=envelope.revision,
                body=body,
            )


async def _confidential(data: Mapping[str, Any], tx: Transaction) -> bool:
    """What is told in confidence is told to no other system, not even that it was told."""
    if data.get("confidential"):
        return True
    template = (await Catalogue.of(tx)).live.get(str(data.get("template", "")))
    return template is not None and template.confidential


async def claim(limit: int, tx: Transaction) -> list[Call]:
    """Take hold of what is due: committed before any call is made."""
    due = await webhooks.lock_due(tx, limit)
    claimed = [rules.claimed(one, at=tx.now) for one in due]
    await webhooks.save(tx, claimed)
    known = {one.id: one for one in await webhooks.endpoints(tx)}
    return [Call(one.id, one.endpoint_id, bodies.post_of(tx, one, known[one.endpoint_id])) for one in claimed]


async def record(answered: Iterable[Answered], tx: Transaction) -> None:
    """Write what receivers said; one that is gone, or has failed for too long, is disabled, and its owner told."""
    answers = {one.delivery_id: one for one in answered}
    held = await webhooks.lock(tx, answers)
    open_ones = [one for one in held.values() if one.state is rules.State.PENDING]
    await webhooks.save(tx, [rules.told(one, answers[one.id].outcome, at=tx.now) for one in open_ones])
    endpoints = await webhooks.lock_endpoints(tx, [one.endpoint_id for one in open_ones])
    for delivery in open_ones:
        before = endpoints[delivery.endpoint_id]
        after = rules.after(before, answers[delivery.id].outcome, at=tx.now)
        if after != before:
            endpoints[after.id] = await webhooks.save_endpoint(tx, after)
        if before.active and not after.active:
            await _disabled(after, tx)


async def _disabled(endpoint: Endpoint, tx: Transaction) -> None:
    log.error("webhook.disabled", reason=endpoint.reason, endpoint=str(endpoint.id))
    await stop_deliveries(endpoint, tx)
    await drafting.tell(DISABLED_TEMPLATE, endpoint.owner_id, about=endpoint.id, community=endpoint.area_id, tx=tx)
