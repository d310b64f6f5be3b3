"""Weights follow how providers fare: down while one loses calls or delivers late, back when it is quiet."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from chassis.telemetry import log
from chassis.transaction import Transaction
from services.notify.domain import breaker
from services.notify.domain.breaker import Delivered, Health
from services.notify.domain.routing import Route
from services.notify.store import health, providers, submissions

LOOKED_BACK: Final = timedelta(minutes=15)
LATE: Final = timedelta(minutes=5)


async def weigh(tx: Transaction) -> int:
    """Move the weights of routes with a choice; each move is a dated line. Returns how many moved."""
    routes = [route for route in await providers.lock_routes(tx) if len(route.pairs) > 1]
    names = {pair.provider for route in routes for pair in route.pairs}
    if not names:
        return 0
    fares = await health.of(tx, names, lock=True)
    delivered = await submissions.delivered_since(tx, tx.now - LOOKED_BACK, LATE)
    moved: set[str] = set()
    for route in routes:
        moved |= await _weighed(route, fares, delivered, tx)
    await health.save(tx, [replace(fares[name], moved_at=tx.now) for name in moved])
    return len(moved)


async def _weighed(
    route: Route, fares: dict[str, Health], delivered: dict[str, Delivered], tx: Transaction
) -> set[str]:
    """The providers whose weight in this route moved."""
    pairs, moved = [], set()
    for pair in route.pairs:
        fare = fares[pair.provider]
        why = breaker.ails(fare, delivered.get(pair.provider, Delivered(0, 0)), tx.now)
        weight = breaker.next_weight(pair.weight, pair.resting, why, fare.moved_at, tx.now)
        pairs.append(replace(pair, weight=weight))
        if weight != pair.weight:
            moved.add(pair.provider)
            log.error("sms.weight_moved", provider=pair.provider, weight=weight, reason=why or "quiet")
            await providers.add_weight_move(tx, route, pair, weight, why or "quiet")
    if moved:
        await providers.put_route(tx, replace(route, pairs=tuple(pairs)))
    return moved
