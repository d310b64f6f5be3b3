"""Kannel's sendsms: our own segments with their headers, one call each; its delivery reports come as one call each.

Kannel cuts surrogate pairs, so it never sees a text of ours as a whole: `max-messages = 1` stands for our user. Its
service for residents' texts needs `post-url`, and `send-sender = true`, without which it hides who wrote.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, quote_from_bytes
from uuid import UUID

import httpx

from services.notify.channels.codes import LOST, class_of, codes_of
from services.notify.channels.contract import Answer, Push
from services.notify.channels.lines import SPARE_LINES, Lines, Reply
from services.notify.domain.delivery_report import DeliveryReport, Status
from services.notify.domain.guard import Guard
from services.notify.domain.outcome import (
    Accepted,
    BadItem,
    CannotSay,
    Finding,
    Lost,
    Outcome,
    Outgoing,
    RefusalClass,
    RefusedBy,
    Uplink,
)
from services.notify.domain.provider import Provider
from services.notify.domain.segments import Encoding, Segment

EVERY_REPORT: Final = "31"
_YES: Final = re.compile(rb"^[03]:")
_STATUS: Final = {"1": Status.DELIVERED, "2": Status.UNDELIVERED, "8": Status.TAKEN, "16": Status.UNDELIVERED}


def opened(provider: Provider, push_url: str, guard: Guard) -> "Kannel":
    """The channel to one Kannel user."""
    return Kannel(provider, push_url)


class Kannel:
    """One sendsms user of one Kannel on our own network. It signs no push."""

    def __init__(self, provider: Provider, push_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.provider, self._push_url = provider.id, push_url
        self._url = provider.base_url.rstrip("/") + "/cgi-bin/sendsms"
        self._user = provider.credentials.get("username", "")
        self._password = provider.credentials.get("password", "")
        self._codes = codes_of("kannel")
        self._lines = Lines(provider.in_flight + SPARE_LINES, transport)

    async def submit(self, outgoing: Outgoing) -> Outcome:
        """One segment. 202 and `0:` (sent) or `3:` (kept for later) is a yes."""
        part = outgoing.part or Segment(outgoing.text, Encoding.UCS2)
        reply = await self._lines.call("GET", f"{self._url}?{self._query(outgoing, part)}", headers={})
        if not isinstance(reply, Reply):
            return reply
        if reply.status == 202 and reply.body is not None and _YES.match(reply.body):
            return Accepted("")
        code = str(reply.status)
        kind = class_of(self._codes, code)
        return Lost(code) if kind in (LOST, "unlisted") else RefusedBy(RefusalClass(kind), code)

    def _query(self, outgoing: Outgoing, part: Segment) -> str:
        ucs2 = part.encoding is Encoding.UCS2
        pairs = {
            "username": quote(self._user, safe=""),
            "password": quote(self._password, safe=""),
            "from": quote(outgoing.sender + (outgoing.ext or ""), safe=""),
            "to": quote(outgoing.number, safe=""),
            "coding": "2" if ucs2 else "0",
            "charset": "UTF-16BE" if ucs2 else "UTF-8",
            "text": quote_from_bytes(part.text.encode("utf-16-be" if ucs2 else "utf-8"), safe=""),
            "validity": str(max(1, outgoing.valid_minutes)),
            "dlr-mask": EVERY_REPORT,
            "dlr-url": quote(self._reports_url(outgoing), safe=""),
        }
        if part.udh:
            pairs["udh"] = quote_from_bytes(part.udh, safe="")
        return "&".join(f"{name}={value}" for name, value in pairs.items())

    def _reports_url(self, outgoing: Outgoing) -> str:
        """Where Kannel reports on this segment; it fills in status, both numbers and the time."""
        sender = quote(outgoing.sender, safe="")
        return f"{self._push_url}/reports?sender={sender}&status=%d&a=%p&b=%P&at=%T&ref={outgoing.client_ref}"

    async def find(self, client_ref: UUID, number: str, claimed_at: datetime) -> Finding:
        """Kannel cannot be asked; its reports 8 (the carrier has it) and 16 (the carrier refused it) decide."""
        return CannotSay()

    def prove(self, push: Push) -> bool:
        """Nothing beyond the secret path and the address list: Kannel stands on our own network."""
        return True

    def read_reports(self, push: Push) -> Sequence[DeliveryReport | BadItem]:
        """One report; one of a status that says nothing new (4: it waits for the handset) is none."""
        query = push.query
        try:
            client_ref = UUID(query.get("ref", ""))
        except ValueError:
            return [BadItem("not_a_report")]
        if query.get("status") == "4":
            return []
        if query.get("status") not in _STATUS:
            return [BadItem("not_a_report")]
        numbers = [number for number in (query.get("a", ""), query.get("b", "")) if _is_other(number, query)]
        return [
            DeliveryReport(
                client_ref=client_ref,
                provider_ref="",
                number=(numbers or [""])[0].strip().replace(" ", "+")[:32],
                status=_STATUS[query["status"]],
                code=query["status"],
                at=_moment(query.get("at", "")),
                billed=None,
            )
        ]

    def read_uplinks(self, push: Push) -> Sequence[Uplink | BadItem]:
        """One text: numbers in headers, words in the body (`post-url`)."""
        headers = push.headers
        charset = "utf-16-be" if headers.get("x-kannel-coding") == "2" else "utf-8"
        number = headers.get("x-kannel-from", "")
        if not number:
            return [BadItem("not_a_text")]
        return [
            Uplink(
                sequence="",
                number=number[:32],
                text=push.body.decode(charset, "replace"),
                dest=headers.get("x-kannel-to", "")[:32],
                at=headers.get("x-kannel-time", "")[:32],
            )
        ]

    def yes(self, what: str) -> Answer:
        return Answer()

    async def close(self) -> None:
        await self._lines.close()


def _is_other(number: str, query: object) -> bool:
    """Whether a number of a report is the handset's: not the sender we gave it, whichever way Kannel turned them."""
    assert isinstance(query, dict)
    sender = query.get("sender", "")
    return bool(number) and not (sender and number.lstrip("+ ").startswith(sender))


def _moment(raw: str) -> datetime | None:
    return datetime.fromtimestamp(int(raw), UTC) if raw.isdigit() and len(raw) < 11 else None
