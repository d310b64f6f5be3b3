"""What the console asks of tickets about rates: counts, as their owner defines them."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Shape, shaped
from console.ask.tickets import SERVICE


class RateItem(Shape):
    scope_id: UUID | None = None
    name: str | None = None
    rounds: int
    response: Mapping[str, int]
    solved: Mapping[str, int]
    satisfied: Mapping[str, int]


class Rates(Shape):
    month: str
    as_of: datetime
    items: tuple[RateItem, ...]


async def rates(asks: Asks, month: str) -> Rates:
    return shaped(Rates, await asks.read(SERVICE, "/v1/rates", month=month, by="community"), SERVICE)
