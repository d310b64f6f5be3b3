"""The residents' own door to tickets: report, follow, add words, withdraw. Nobody signs in; a code says whose it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.tickets import SERVICE, Action, Filed


class Tracked(Shape):
    """What a resident may know of her matter by its number and code."""

    number: str
    step: int
    state: str
    sentence: str
    due_at: datetime | None = None
    who: Mapping[str, Any] | None = None
    outcome: str | None = None
    actions: tuple[Action | str, ...] = ()
    as_of: datetime | None = None

    def may(self, name: str) -> bool:
        """The owner offers this act now."""
        return any(action == name or (getattr(action, "allowed", False) and getattr(action, "name", "") == name)
                   for action in self.actions)  # fmt: skip


async def file_publicly(asks: Asks, body: Mapping[str, Any], *, key: str) -> Filed:
    """The residents' door: nobody signs in."""
    return shaped(Filed, await asks.command(SERVICE, "/v1/public/tickets", body, key=key), SERVICE)


async def track(asks: Asks, number: str, code: str) -> Tracked:
    return shaped(Tracked, await asks.query(SERVICE, "/v1/tracking", {"number": number, "code": code}), SERVICE)


async def tracked_act(asks: Asks, act: str, body: Mapping[str, Any], *, key: str) -> Answer:
    """Add words, or withdraw, by number and code."""
    return await asks.command(SERVICE, f"/v1/tracking:{act}", body, key=key)
