"""Hot spots: one matter that several households of a building have reported."""

from datetime import datetime
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Shape, shaped
from console.ask.tickets import SERVICE


class HotSpot(Shape):
    id: UUID
    building_id: UUID
    place: str
    category: str
    category_label: str | None = None
    households: int
    opened_at: datetime
    last_at: datetime
    closed_at: datetime | None = None
    parent_id: UUID | None = None


class HotSpots(Shape):
    items: tuple[HotSpot, ...]
    next: str | None = None
    as_of: datetime


async def hot_spots(asks: Asks, state: str, cursor: str | None = None) -> HotSpots:
    return shaped(HotSpots, await asks.read(SERVICE, "/v1/clusters", state=state, limit=50, cursor=cursor), SERVICE)


class Parent(Shape):
    id: UUID


async def open_parent(asks: Asks, cluster_id: UUID, description: str, *, merge: bool, key: str) -> Parent:
    """One case for the cause of them all."""
    body = {"description": description, "merge": merge}
    answer = await asks.command(SERVICE, f"/v1/clusters/{cluster_id}:open-parent", body, key=key)
    return shaped(Parent, answer, SERVICE)
