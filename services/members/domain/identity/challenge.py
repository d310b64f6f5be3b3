"""A sign-in code by text message: six digits, five minutes, five tries, one use, from one device."""

import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.members.domain.identity.password import pause_after

LIFE = timedelta(minutes=5)
TRIES = 5
DIGITS = 6


class Counted(StrEnum):
    NUMBER = "number"
    ADDRESS = "address"
    DEVICE = "device"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many in a window."""

    most: int
    window: timedelta


# What may be asked for. Codes cost money and can annoy: the caps hold whatever else fails.
CAPS: Mapping[Counted, tuple[Cap, ...]] = {
    Counted.NUMBER: (Cap(1, timedelta(minutes=1)), Cap(5, timedelta(hours=1)), Cap(10, timedelta(days=1))),
    Counted.ADDRESS: (Cap(20, timedelta(hours=1)),),
    Counted.DEVICE: (Cap(10, timedelta(hours=1)),),
}


# Wrong tries before the pauses begin. Many people share an address; nobody else shares an account.
FREE_TRIES: Mapping[Counted, int] = {Counted.ACCOUNT: 3, Counted.ADDRESS: 20, Counted.NUMBER: 3, Counted.DEVICE: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What was counted for one number, address, device or account: acts, and wrong tries in a row."""

    kind: Counted
    subject: bytes
    times: tuple[datetime, ...] = ()
    failures: int = 0
    blocked_until: datetime | None = None

    def wait(self, at: datetime) -> timedelta:
        """How long until one more act is within every cap; nothing when it is now."""
        free_at = [at]
        for cap in CAPS.get(self.kind, ()):
            recent = sorted(time for time in self.times if time > at - cap.window)
            if len(recent) >= cap.most:
                free_at.append(recent[-cap.most] + cap.window)
        return max(free_at) - at

    def counted(self, at: datetime) -> "Counter":
        """One more act; what is older than every window is forgotten."""
        longest = max((cap.window for cap in CAPS.get(self.kind, ())), default=timedelta(0))
        return replace(self, times=(*(time for time in self.times if time > at - longest), at))

    def failed(self, at: datetime) -> "Counter":
        failures = self.failures + 1
        return replace(self, failures=failures, blocked_until=at + pause_after(failures - FREE_TRIES[self.kind]))

    def cleared(self) -> "Counter":
        return replace(self, failures=0, blocked_until=None)

    def blocked(self, at: datetime) -> bool:
        return self.blocked_until is not None and at < self.blocked_until


class Answer(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    VOID = "void"


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """`person_id` is empty for an unknown number: it is answered alike, and no code is ever right."""

    id: UUID
    person_id: UUID | None
    contact_point_id: UUID | None
    device_hash: bytes
    expires_at: datetime
    tries: int = 0
    used_at: datetime | None = None
    revision: int = 0

    def open(self, at: datetime) -> bool:
        return self.used_at is None and self.tries < TRIES and at < self.expires_at


def code_from(digest: bytes) -> str:
    """The code is made of a keyed digest of the challenge's id, so that nobody has to store it."""
    return f"{int.from_bytes(digest[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def tried(
    challenge: Challenge, *, code: str, right_code: str, device_hash: bytes, at: datetime
) -> tuple[Challenge, Answer]:
    """One try. A challenge that is used up, over or another device's is void, whatever the code."""
    if not challenge.open(at) or not hmac.compare_digest(challenge.device_hash, device_hash):
        return challenge, Answer.VOID
    counted = replace(challenge, tries=challenge.tries + 1)
    if challenge.person_id is None or not hmac.compare_digest(code.encode(), right_code.encode()):
        return counted, Answer.WRONG
    return replace(counted, used_at=at), Answer.RIGHT


def address_block(address: str) -> str:
    """Neighbouring addresses count together: a /24 of IPv4, a /56 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    prefix = 24 if parsed.version == 4 else 56
    return str(ipaddress.ip_network((parsed, prefix), strict=False))
