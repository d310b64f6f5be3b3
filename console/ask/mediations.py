"""Disputes: who mediates between whom, the sessions, and what was agreed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Answer, Problem, Shape, shaped
from console.ask.tickets import SERVICE


class Session(Shape):
    id: UUID
    held_at: datetime
    present: tuple[UUID, ...]
    minutes: str


class Mediation(Shape):
    mediators: tuple[UUID, ...]
    parties: tuple[UUID, ...]
    state: str
    opened_at: datetime
    settled_at: datetime | None = None
    outcome: str = ""
    sessions: tuple[Session, ...] = ()


async def of_ticket(asks: Asks, ticket_id: UUID) -> Mediation | None:
    """None: it has not begun."""
    try:
        return shaped(Mediation, await asks.read(SERVICE, f"/v1/tickets/{ticket_id}/mediation"), SERVICE)
    except Problem as problem:
        if problem.code == "no_mediation":
            return None
        raise


async def act(asks: Asks, ticket_id: UUID, what: str, body: Mapping[str, Any], *, key: str) -> Answer:
    """Begin (``), note a session (`/sessions`) or settle (`:settle`)."""
    return await asks.command(SERVICE, f"/v1/tickets/{ticket_id}/mediation{what}", body, key=key)
