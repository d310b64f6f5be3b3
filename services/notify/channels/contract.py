"""What every channel to a provider can do. No database, no retry inside: the caller decides what an answer leads to."""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from chassis.refused import Refused
from services.notify.domain.delivery_report import DeliveryReport
from services.notify.domain.guard import Guard
from services.notify.domain.outcome import BadItem, Finding, Outcome, Outgoing, Uplink
from services.notify.domain.provider import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What a provider pushed: the request as it came. `url` is the address it was told to push to, query included."""

    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """The provider's own word for: we have it."""

    body: str = ""
    media_type: str = "text/plain"


class Channel(Protocol):
    """A provider, seen from here. What its kind can do stands in `domain/provider`."""

    provider: str

    async def submit(self, outgoing: Outgoing) -> Outcome: ...
    async def find(self, client_ref: UUID, number: str, claimed_at: datetime) -> Finding: ...
    def prove(self, push: Push) -> bool: ...
    def read_reports(self, push: Push) -> Sequence[DeliveryReport | BadItem]: ...
    def read_uplinks(self, push: Push) -> Sequence[Uplink | BadItem]: ...
    def yes(self, what: str) -> Answer: ...
    async def close(self) -> None: ...


class Opener(Protocol):
    """How a channel of one kind is opened, given the provider's row.

    `push_url` is where it shall push to; `guard` judges addresses that somebody else named.
    """

    def __call__(self, provider: Provider, push_url: str, guard: Guard) -> Channel: ...


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in constant time; an empty one equals nothing."""
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def array(body: bytes) -> Sequence[object]:
    """The lines of a push that is a JSON array; refused (400) when it is none."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("not_json", status=400) from error
    if not isinstance(raw, list):
        raise Refused("not_an_array", status=400)
    return raw


def item(body: bytes) -> Mapping[str, Any]:
    """A push that is one JSON object; refused (400) when it is none."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("not_json", status=400) from error
    if not isinstance(raw, dict):
        raise Refused("not_an_object", status=400)
    return raw
