"""What the network asks of a vendor: how it tells its customer of reports and texts, and when it was heard."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, Self
from urllib.parse import urlsplit, urlunsplit

import httpx

from demo.gateway.messages import Message

REPORT, UPLINK = "report", "uplink"


class Stage(StrEnum):
    """How far a text has come when something is told of it."""

    SENT = "sent"
    HELD = "held"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Report:
    """What is told of a text; by a fault not what happened. `reason` is given when it did not arrive."""

    message: Message
    number: str
    biz_id: str
    client_ref: str
    delivered: bool
    reason: str | None
    at: datetime
    stage: Stage = Stage.FINAL
    garbled: bool = False

    def denied(self) -> Self:
        """The contrary."""
        return replace(self, delivered=not self.delivered, reason="发送失败" if self.delivered else None)

    def of_nobody(self) -> Self:
        """The same of a text that was never submitted."""
        return replace(self, biz_id=secrets.token_hex(8), client_ref=secrets.token_hex(16))


@dataclass(frozen=True, slots=True)
class Told:
    """What one push says. `url` is the address given with the submission; without it the one filed at the desk."""

    body: Any
    url: str | None = None


class Vendor(Protocol):
    """`reports_at_once` pushes are under way together, each with up to `reports_per_push` reports.

    The `extension` of an uplink is what stands behind the number filed for the signature.
    """

    name: str
    reports_at_once: int
    reports_per_push: int

    def report(self, report: Report) -> Told | None: ...

    def uplink(self, message: Message, extension: str) -> Told: ...

    def request(self, kind: str, url: str, bodies: Sequence[Any], *, forged: bool) -> httpx.Request: ...

    def taken(self, answer: httpx.Response) -> bool: ...


def guessed(url: str) -> str:
    """The address as a stranger would guess it: another secret where ours stands, before the last word."""
    parts = urlsplit(url)
    steps = parts.path.split("/")
    steps[-2:-1] = [secrets.token_hex(16)]
    return urlunsplit(parts._replace(path="/".join(steps)))
