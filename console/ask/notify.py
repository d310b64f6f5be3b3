"""What the console asks of notify."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped

SERVICE = "notify"


class Message(Shape):
    """One text message on its way; the words themselves stay with notify."""

    id: UUID
    state: str
    reason: str | None = None
    template: str | None = None
    rule: str | None = None
    person_id: UUID | None = None
    about: UUID | None = None
    round: int | None = None
    segments: int | None = None
    attempt: int | None = None
    possible_duplicate: bool = False
    created_at: datetime
    submitted_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def delivered_at(self) -> datetime | None:
        """When the phone had it, as far as a report told."""
        return self.closed_at if self.state == "delivered" else None


class Messages(Shape):
    items: tuple[Message, ...]
    next: str | None = None
    as_of: datetime


class Option(Shape):
    """One of the answers a question takes."""

    code: str
    key: str | None = None
    label: Mapping[str, str] | str | None = None

    def words(self, language: str) -> str:
        if isinstance(self.label, str):
            return self.label
        return (self.label or {}).get(language, self.code)


class PromptLink(Shape):
    """A question as the link of its text message opens it."""

    state: str
    purpose: str
    number: str | None = None
    category: str | None = None
    options: tuple[Option, ...] = ()
    chosen: str | None = None
    expires_at: datetime | None = None


async def messages(asks: Asks, **filters: str | int | UUID | None) -> Messages:
    return shaped(Messages, await asks.read(SERVICE, "/v1/messages", **filters), SERVICE)


async def prompt_link(asks: Asks, token: str) -> PromptLink:
    return shaped(PromptLink, await asks.read(SERVICE, f"/v1/prompt-links/{token}"), SERVICE)


async def answer_link(asks: Asks, token: str, option: str, *, key: str) -> Answer:
    return await asks.command(SERVICE, f"/v1/prompt-links/{token}:answer", {"option": option}, key=key)
