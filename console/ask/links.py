"""What a ticket hangs together with: the cases linked to it, and the ideas and results of its case."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Shape, shaped
from console.ask.tickets import SERVICE, Row


class Link(Shape):
    """One link; `direction` is `to` where this ticket says it, `from` where the other does."""

    type: str
    direction: str
    ticket_id: UUID
    number: str
    kind: str
    state: str


class Links(Shape):
    items: tuple[Link, ...]
    as_of: datetime


class Result(Shape):
    """What the resident said of one round."""

    ticket_id: UUID
    number: str
    round: int
    solved: str | None = None
    satisfaction: str | None = None
    answered_at: datetime | None = None


class Whole(Shape):
    """A case: what was needed, what was thought of, and what came of it."""

    needs: tuple[Row, ...]
    ideas: tuple[Row, ...]
    results: tuple[Result, ...]
    counts: Mapping[str, int]
    as_of: datetime


async def links(asks: Asks, ticket_id: UUID) -> Links:
    return shaped(Links, await asks.read(SERVICE, f"/v1/tickets/{ticket_id}/links"), SERVICE)


async def whole_case(asks: Asks, ticket_id: UUID) -> Whole:
    return shaped(Whole, await asks.read(SERVICE, f"/v1/tickets/{ticket_id}/case"), SERVICE)
