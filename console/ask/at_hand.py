"""Macros (named lists of commands) and ready words of a community."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.tickets import SERVICE

MACROS, REPLIES = "macros", "canned-replies"


class Command(Shape):
    verb: str
    body: Mapping[str, Any] = {}


class Macro(Shape):
    id: UUID
    name: str
    commands: tuple[Command, ...]


class Macros(Shape):
    items: tuple[Macro, ...]


class Reply(Shape):
    id: UUID
    name: str
    text: str


class Replies(Shape):
    items: tuple[Reply, ...]


class Applied(Shape):
    done: bool
    code: str | None = None


class AppliedAll(Shape):
    items: tuple[Applied, ...]


class Filled(Shape):
    text: str


async def macros(asks: Asks, community_id: UUID) -> Macros:
    return shaped(Macros, await asks.read(SERVICE, "/v1/macros", community_id=community_id), SERVICE)


async def replies(asks: Asks, community_id: UUID) -> Replies:
    return shaped(Replies, await asks.read(SERVICE, "/v1/canned-replies", community_id=community_id), SERVICE)


async def apply(asks: Asks, macro_id: UUID, ticket_ids: Sequence[str], *, key: str) -> AppliedAll:
    """Every case by itself: all the commands, or none of them and the reason."""
    body = {"ticket_ids": list(ticket_ids)}
    return shaped(AppliedAll, await asks.command(SERVICE, f"/v1/macros/{macro_id}:apply", body, key=key), SERVICE)


async def fill(asks: Asks, reply_id: UUID, ticket_id: UUID) -> Filled:
    path, body = f"/v1/canned-replies/{reply_id}:fill", {"ticket_id": str(ticket_id)}
    return shaped(Filled, await asks.query(SERVICE, path, body), SERVICE)


async def make(asks: Asks, sort: str, body: Mapping[str, Any], *, key: str) -> Answer:
    return await asks.command(SERVICE, f"/v1/{sort}", body, key=key)


async def retire(asks: Asks, sort: str, one: UUID, *, key: str) -> Answer:
    return await asks.command(SERVICE, f"/v1/{sort}/{one}:retire", {}, key=key)
