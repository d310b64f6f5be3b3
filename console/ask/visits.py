"""Visits to the place of a case."""

from datetime import datetime
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.tickets import SERVICE


class Visit(Shape):
    id: UUID
    round: int
    planned_by: UUID | None = None
    planned_at: datetime | None = None
    made_by: UUID | None = None
    made_at: datetime | None = None
    result: str = ""


class Visits(Shape):
    items: tuple[Visit, ...]


async def of_ticket(asks: Asks, ticket_id: UUID) -> Visits:
    return shaped(Visits, await asks.read(SERVICE, f"/v1/tickets/{ticket_id}/visits"), SERVICE)


async def plan(asks: Asks, ticket_id: UUID, planned_at: str, *, key: str) -> Answer:
    return await asks.command(SERVICE, f"/v1/tickets/{ticket_id}/visits", {"planned_at": planned_at}, key=key)


async def done(asks: Asks, ticket_id: UUID, visit_id: UUID, result: str, *, key: str) -> Answer:
    return await asks.command(SERVICE, f"/v1/tickets/{ticket_id}/visits/{visit_id}:done", {"result": result}, key=key)
