"""Webhooks: what other systems are told, how often it is tried, and how it is signed (Standard Webhooks).

At least once, in no promised order: `sequence` tells a receiver which of two tidings about one subject is the newer.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from uuid import UUID

from chassis.refused import Refused

MARK: Final = "whsec_"
SECRET_BYTES: Final = 32
OVERLAP: Final = timedelta(hours=24)
LEASE: Final = timedelta(seconds=30)
FAILING_MAX: Final = timedelta(hours=72)
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 300, 1_800, 2 * 3_600, 6 * 3_600, 12 * 3_600, 24 * 3_600)
)
"""How long the second and each later try waits; after the last one the delivery is dead."""


class Kind(StrEnum):
    """Who is told: any system, in the form of Standard Webhooks, or a client of the compatible API, in its own."""

    STANDARD = "standard"
    COMPATIBLE = "compatible"


class State(StrEnum):
    """Where one delivery is."""

    PENDING = "pending"
    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class Move(StrEnum):
    """What may happen to a delivery."""

    OK = "ok"
    RETRY = "retry"
    REFUSE = "refuse"
    DUE = "due"
    GIVE_UP = "give_up"
    REDELIVER = "redeliver"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.PENDING: {Move.OK: State.DELIVERED, Move.RETRY: State.WAITING, Move.REFUSE: State.DEAD},
        State.WAITING: {Move.DUE: State.PENDING, Move.GIVE_UP: State.DEAD},
        State.DELIVERED: {Move.REDELIVER: State.PENDING},
        State.DEAD: {Move.REDELIVER: State.PENDING},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address of another system, and what it hears of: events of an area, or API messages of its clients."""

    id: UUID
    kind: Kind
    area_id: UUID
    owner_id: UUID
    url: str
    types: tuple[str, ...]
    secret_enc: bytes
    old_secret_enc: bytes | None
    old_secret_until: datetime | None
    bearer_enc: bytes | None
    state: str
    reason: str
    failing_since: datetime | None
    created_at: datetime
    revision: int

    @property
    def active(self) -> bool:
        return self.state == "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One tiding to one endpoint. Its `event_id` is the constant `webhook-id`."""

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    event_type: str
    subject: UUID
    sequence: int
    body_enc: bytes
    state: State
    attempt: int
    status: int | None
    reason: str
    next_at: datetime | None
    created_at: datetime
    closed_at: datetime | None
    revision: int

    def moved(self, move: Move, **changes: object) -> "Delivery":
        """The delivery after a move of the table."""
        if move not in MOVES[self.state]:
            raise Refused(f"cannot_{move}_when_{self.state}", possible_moves=[m.value for m in MOVES[self.state]])
        return replace(self, state=MOVES[self.state][move], **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a receiver answered: its status, or why there was none."""

    status: int | None
    reason: str = ""

    @property
    def took(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        return self.status == 410

    @property
    def passing(self) -> bool:
        """Worth another try: no answer, a server's trouble, or too many at once."""
        if self.status is None:
            return self.reason != "address_refused"
        return self.status >= 500 or self.status == 429


def claimed(delivery: Delivery, *, at: datetime) -> Delivery:
    """Take hold of a delivery that is due; should this process die, it is due again when the lease is over."""
    due = delivery.moved(Move.DUE) if delivery.state is State.WAITING else delivery
    return replace(due, attempt=due.attempt + 1, next_at=at + LEASE)


def told(delivery: Delivery, outcome: Outcome, *, at: datetime) -> Delivery:
    """What an answer makes of a delivery."""
    said = {"status": outcome.status, "reason": outcome.reason}
    if outcome.took:
        return delivery.moved(Move.OK, **said, next_at=None, closed_at=at)
    if not outcome.passing:
        return delivery.moved(Move.REFUSE, **said, next_at=None, closed_at=at)
    waiting = delivery.moved(Move.RETRY, **said)
    if delivery.attempt > len(WAITS):
        return waiting.moved(Move.GIVE_UP, next_at=None, closed_at=at)
    return replace(waiting, next_at=at + WAITS[delivery.attempt - 1])


def stopped(delivery: Delivery, *, at: datetime) -> Delivery:
    """Its endpoint is disabled: it may be delivered again when somebody asks for it."""
    move = Move.GIVE_UP if delivery.state is State.WAITING else Move.REFUSE
    return delivery.moved(move, reason="endpoint_disabled", next_at=None, closed_at=at)


def redelivered(delivery: Delivery, *, at: datetime) -> Delivery:
    """Once more, under the same id, with all its tries."""
    return delivery.moved(Move.REDELIVER, attempt=0, status=None, reason="", next_at=at, closed_at=None)


def after(endpoint: Endpoint, outcome: Outcome, *, at: datetime) -> Endpoint:
    """What an answer makes of its endpoint: gone for good, or failing for too long, it is disabled."""
    if outcome.took:
        return replace(endpoint, failing_since=None)
    since = endpoint.failing_since or at
    failing = replace(endpoint, failing_since=since)
    if outcome.gone:
        return replace(failing, state="disabled", reason="gone")
    return replace(failing, state="disabled", reason="failing") if at - since >= FAILING_MAX else failing


def secret_of(key: bytes) -> str:
    """A secret in the form in which a receiver keeps it."""
    return MARK + base64.b64encode(key).decode()


def signature(secret: str, *, webhook_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA-256 of `id.timestamp.body`."""
    key = base64.b64decode(secret.removeprefix(MARK))
    signed = hmac.digest(key, f"{webhook_id}.{timestamp}.".encode() + body, sha256)
    return "v1," + base64.b64encode(signed).decode()
