"""A person's own inbox at notify."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.notify import SERVICE


class Option(Shape):
    code: str
    label: Mapping[str, str] = {}


class Question(Shape):
    """What an item asks; its answer goes to the prompt."""

    id: UUID
    state: str
    options: tuple[Option, ...] = ()


class Item(Shape):
    id: UUID
    state: str
    words: str
    topic: str = ""
    about: UUID | None = None
    question: Question | None = None
    created_at: datetime


class Tray(Shape):
    items: tuple[Item, ...]
    next: str | None = None
    as_of: datetime


class Count(Shape):
    unread: int
    as_of: datetime


async def tray(asks: Asks, state: str | None, cursor: str | None) -> Tray:
    return shaped(Tray, await asks.read(SERVICE, "/v1/tray", state=state, limit=50, cursor=cursor), SERVICE)


async def count(asks: Asks) -> Count:
    return shaped(Count, await asks.read(SERVICE, "/v1/tray/count"), SERVICE)


async def move(asks: Asks, item_id: UUID, verb: str, *, key: str) -> Answer:
    return await asks.command(SERVICE, f"/v1/tray/{item_id}:{verb}", {}, key=key)
