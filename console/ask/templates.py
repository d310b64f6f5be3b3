"""The texts of notify: their versions, who approved them, and how one would look and what it would cost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.notify import SERVICE


class Template(Shape):
    id: UUID
    name: str
    message_class: str = Field(alias="class")
    topic: str = ""
    channel: str = "sms"
    live: int | None = None
    versions: int = 0


class Templates(Shape):
    items: tuple[Template, ...]
    as_of: datetime


class Version(Shape):
    version: int
    state: str
    bodies: Mapping[str, str]
    author: UUID | None = None
    approver: UUID | None = None
    note: str = ""
    created_at: datetime
    revision: int

    @property
    def etag(self) -> str:
        return f'"{self.revision}"'


class Versions(Shape):
    items: tuple[Version, ...]
    as_of: datetime


class Refusal(Shape):
    code: str
    detail: str = ""


class Preview(Shape):
    """What the handset would show, how it goes on the air, and what it costs."""

    text: str
    language: str
    encoding: str
    units: int
    segments: tuple[int, ...] = ()
    billable: int
    price_fen: float
    refusals: tuple[Refusal, ...] = ()


async def templates(asks: Asks) -> Templates:
    return shaped(Templates, await asks.read(SERVICE, "/v1/templates"), SERVICE)


async def versions(asks: Asks, template_id: UUID) -> Versions:
    return shaped(Versions, await asks.read(SERVICE, f"/v1/templates/{template_id}/versions"), SERVICE)


async def preview(asks: Asks, template_id: UUID, version: int, values: Mapping[str, str], language: str) -> Preview:
    body = {"values": dict(values), "language": language}
    path = f"/v1/templates/{template_id}/versions/{version}:preview"
    return shaped(Preview, await asks.query(SERVICE, path, body), SERVICE)


async def draft(asks: Asks, template_id: UUID, bodies: Mapping[str, str], *, key: str) -> Answer:
    return await asks.command(SERVICE, f"/v1/templates/{template_id}/versions", {"bodies": dict(bodies)}, key=key)


async def move(
    asks: Asks, template_id: UUID, version: int, verb: str, body: Mapping[str, Any], *, key: str, etag: str | None
) -> Answer:
    path = f"/v1/templates/{template_id}/versions/{version}:{verb}"
    return await asks.command(SERVICE, path, body, key=key, etag=etag)
