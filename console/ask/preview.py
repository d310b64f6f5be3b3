"""A look ahead before a matter is filed: who would take it, by when, and what looks like it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Shape, shaped
from console.ask.tickets import SERVICE


class Similar(Shape):
    """A case like it; its number only for those who may read it."""

    id: UUID
    number: str | None = None
    category: str
    place: str = ""
    state: str
    filed_at: datetime
    me_too: int = 0


class Preview(Shape):
    category: str
    similar: tuple[Similar, ...] = ()


class Alike(Shape):
    items: tuple[Similar, ...]


async def similar_to(asks: Asks, ticket_id: UUID) -> Alike:
    """Cases that may be the same matter as one that is filed already."""
    return shaped(Alike, await asks.read(SERVICE, f"/v1/tickets/{ticket_id}/similar"), SERVICE)


async def preview(asks: Asks, body: Mapping[str, Any]) -> Preview:
    return shaped(Preview, await asks.query(SERVICE, "/v1/tickets:preview", body), SERVICE)
