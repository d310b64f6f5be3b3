"""What a person said about being told of things."""

from datetime import datetime
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.notify import SERVICE


class Entry(Shape):
    """A yes or a no, and how it came."""

    given: bool
    topic: str
    channel: str
    source: str
    wording_version: str | None = None
    by: str = ""
    at: datetime


class Ledger(Shape):
    items: tuple[Entry, ...]
    as_of: datetime


async def ledger(asks: Asks, person_id: UUID) -> Ledger:
    return shaped(Ledger, await asks.read(SERVICE, f"/v1/people/{person_id}/ledger"), SERVICE)


async def withdraw(asks: Asks, person_id: UUID, topic: str, *, key: str) -> Answer:
    """A no; to all topics when it names none."""
    body = {"person_id": str(person_id)} | ({"topic": topic} if topic else {})
    return await asks.command(SERVICE, "/v1/consents:withdraw", body, key=key)
