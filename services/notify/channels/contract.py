"""What every channel to a provider can do. No database, no retry inside: the caller decides what an answer leads to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.notify.domain.delivery_report import DeliveryReport
from services.notify.domain.outcome import BadItem, Finding, Outcome, Outgoing, Uplink


class Channel(Protocol):
    """A provider, seen from here."""

    provider: str

    async def submit(self, outgoing: Outgoing) -> Outcome: ...
    async def find(self, client_ref: UUID, number: str, claimed_at: datetime) -> Finding: ...
    async def close(self) -> None: ...


class Pushes(Protocol):
    """The lines of a provider's pushes, as it writes them."""

    @staticmethod
    def read_reports(raw: Sequence[object]) -> Sequence[DeliveryReport | BadItem]: ...
    @staticmethod
    def read_uplinks(raw: Sequence[object]) -> Sequence[Uplink | BadItem]: ...
