"""Finding cases: what is sought is posted, so that no word and no telephone stands in an address."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.tickets import SERVICE, Rows


class PlaceRead(Shape):
    """How the words of a place were read; not read at all when members did not answer."""

    words: str
    read: bool
    building_ids: tuple[UUID, ...] = ()


class Found(Rows):
    place: PlaceRead | None = None


class View(Shape):
    """What one searches for again and again."""

    id: UUID
    name: str
    filters: Mapping[str, Any]


class Views(Shape):
    items: tuple[View, ...]


class Result(Shape):
    """What came of a command on one of many cases."""

    ticket_id: UUID
    done: bool
    code: str | None = None
    state: str | None = None


class Results(Shape):
    items: tuple[Result, ...]


async def search(asks: Asks, filters: Mapping[str, Any], *, limit: int, cursor: str | None) -> Found:
    body = {**filters, "limit": limit} | ({"cursor": cursor} if cursor else {})
    return shaped(Found, await asks.query(SERVICE, "/v1/tickets:search", body), SERVICE)


async def views(asks: Asks) -> Views:
    return shaped(Views, await asks.read(SERVICE, "/v1/saved-views"), SERVICE)


async def save_view(asks: Asks, name: str, filters: Mapping[str, Any], *, key: str) -> Answer:
    return await asks.command(SERVICE, "/v1/saved-views", {"name": name, "filters": dict(filters)}, key=key)


async def remove_view(asks: Asks, view_id: UUID) -> Answer:
    return await asks.delete(SERVICE, f"/v1/saved-views/{view_id}")


async def bulk(
    asks: Asks, verb: str, body: Mapping[str, Any], items: Sequence[tuple[str, int]], *, key: str
) -> Results:
    """One command on many cases, each by itself, with a result of its own."""
    wanted = [{"ticket_id": ticket_id, "revision": revision} for ticket_id, revision in items]
    whole = {"verb": verb, "body": dict(body), "items": wanted}
    return shaped(Results, await asks.command(SERVICE, "/v1/tickets:bulk", whole, key=key), SERVICE)
