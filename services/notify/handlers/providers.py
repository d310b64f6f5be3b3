"""Providers, routes and senders in the hands of an operator: made, paused, weighed."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.channels import generic
from services.notify.domain.provider import Move, Provider
from services.notify.domain.routing import Pair, Route
from services.notify.handlers.announcing import wake_sender
from services.notify.settings import settings_of
from services.notify.store import providers
from services.notify.store.providers import Carriers, NumberedSender

PUSH_SECRET_OCTETS: Final = 24
OPERATED_KINDS: Final = frozenset({"aliyun", "tencent", "kannel", "twilio", "generic"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AddProvider:
    """A new account at a provider."""

    id: str
    kind: str
    base_url: str
    in_flight: int
    rate: int
    credentials: Mapping[str, str]
    push_addresses: tuple[str, ...]
    options: Mapping[str, Any]


async def add(command: AddProvider, tx: Transaction) -> Provider:
    """Add a provider. It carries nothing until a route names it; the secret of its pushes is made here."""
    if await providers.exists(tx, command.id):
        raise Refused("provider_exists", status=409)
    provider = Provider(
        id=command.id,
        kind=command.kind,
        base_url=command.base_url,
        in_flight=command.in_flight,
        rate=command.rate,
        credentials=command.credentials,
        push_secret=secrets.token_urlsafe(PUSH_SECRET_OCTETS),
        push_addresses=command.push_addresses,
        options=command.options,
    )
    if provider.kind == "generic":
        generic.check(provider, settings_of(tx.service).guard)
    await providers.put(tx, provider)
    await record_act(tx, action="provider_added", subject=provider.uuid)
    return provider


async def move(provider_id: str, how: Move, expected: int | None, reason: str, tx: Transaction) -> Provider:
    """Pause a provider, or let it go on; what is claimed is finished."""
    before = await providers.lock(tx, provider_id)
    if expected != before.revision:
        raise Refused("stale", status=412, revision=before.revision)
    after = replace(before.moved(how), revision=before.revision + 1)
    await providers.save_state(tx, after)
    await record_act(tx, action=f"provider_{how}d", subject=after.uuid, reason=reason, fields=["state"])
    wake_sender(tx)
    return after


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRoute:
    """Who carries what fits these fields, by weight."""

    channel: str
    message_class: str
    prefix: str
    market: str
    organization_id: UUID | None
    pairs: Sequence[tuple[str, str, int]]


async def set_route(command: SetRoute, tx: Transaction) -> Route:
    """Write the route for exactly these fields, in place of the one that stood there."""
    carriers = await Carriers.of(tx, fresh=True)
    for provider, sender, _ in command.pairs:
        if provider not in carriers.providers or sender not in carriers.senders:
            raise Refused("pair_unknown", status=422, detail=f"{provider} {sender}")
    if not any(weight for _, _, weight in command.pairs):
        raise Refused("weights_empty", status=422)
    pairs = tuple(Pair(provider, sender, weight, weight) for provider, sender, weight in command.pairs)
    route = Route(
        id=tx.new_id(),
        channel=command.channel,
        message_class=command.message_class,
        prefix=command.prefix,
        market=command.market,
        organization_id=command.organization_id,
        pairs=pairs,
    )
    stood = next((one for one in await providers.lock_routes(tx) if one.same_fields(route)), None)
    if stood is not None:
        route = replace(route, id=stood.id, revision=stood.revision + 1)
    await providers.put_route(tx, route)
    await record_act(tx, action="route_set", subject=route.id, fields=["pairs"])
    return route


async def set_sender(sender: NumberedSender, tx: Transaction) -> NumberedSender:
    """Write a sender: its signature, and how many digits may follow its number."""
    known = (await Carriers.of(tx, fresh=True)).senders.get(sender.base_number)
    sender = replace(sender, revision=known.revision + 1 if known is not None else 1)
    await providers.put_sender(tx, sender)
    await record_act(tx, action="sender_set", subject=None, reason=sender.base_number)
    return sender
