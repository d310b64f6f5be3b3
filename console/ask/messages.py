"""Messages in full: what went out, what was suppressed and why, and each check of a decision."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.notify import SERVICE, Message
from console.ask.tickets import Action


class Listed(Message):
    """A message as the list of messages shows it."""

    notification_id: UUID
    channel: str = "sms"
    billable: int | None = None
    revision: int = 1

    @property
    def etag(self) -> str:
        return f'"{self.revision}"'


class Page(Shape):
    items: tuple[Listed, ...]
    next: str | None = None
    as_of: datetime


class Report(Shape):
    """What a provider said later."""

    status: str
    code: str = ""
    at: datetime | None = None


class Submission(Shape):
    """One call to one provider."""

    attempt: int
    provider: str
    state: str
    code: str = ""
    claimed_at: datetime
    reports: tuple[Report, ...] = ()


class Detail(Listed):
    submissions: tuple[Submission, ...] = ()
    actions: tuple[Action, ...] = ()


class Check(Shape):
    """One check of a decision, what it looked at, and its owner's sentence, which is English."""

    check: str
    result: str
    input: Mapping[str, Any] = {}
    words: str = ""


class Decided(Shape):
    id: UUID
    channel: str
    state: str
    reason: str = ""
    checks: tuple[Check, ...] = ()


class Explained(Shape):
    first: tuple[Check, ...] = ()
    messages: tuple[Decided, ...] = ()


async def page(asks: Asks, filters: Mapping[str, str], cursor: str | None) -> Page:
    return shaped(Page, await asks.read(SERVICE, "/v1/messages", **filters, limit=50, cursor=cursor), SERVICE)


async def one(asks: Asks, message_id: UUID) -> Detail:
    return shaped(Detail, await asks.read(SERVICE, f"/v1/messages/{message_id}"), SERVICE)


async def explained(asks: Asks, notification_id: UUID) -> Explained:
    return shaped(Explained, await asks.read(SERVICE, f"/v1/notifications/{notification_id}/explain"), SERVICE)


async def mend(asks: Asks, message_id: UUID, verb: str, *, key: str, etag: str | None) -> Answer:
    return await asks.command(SERVICE, f"/v1/messages/{message_id}:{verb}", {}, key=key, etag=etag)
