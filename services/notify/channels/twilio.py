"""A Twilio-style API: Messages.json with Basic, status callbacks and texts as forms, each signed."""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit
from uuid import UUID

import httpx

from services.notify.channels.codes import LOST, class_of, codes_of
from services.notify.channels.contract import Answer, Push, same
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

API: Final = "2010-04-01"
_STATUS: Final = {
    "sent": Status.TAKEN,
    "delivered": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "failed": Status.UNDELIVERED,
}
_NOTHING_NEW: Final = frozenset({"accepted", "scheduled", "queued", "sending"})


def opened(provider: Provider, push_url: str, guard: Guard) -> "Twilio":
    """The channel of one account."""
    return Twilio(provider, push_url)


def signature(token: str, url: str, form: Mapping[str, Sequence[str]]) -> str:
    """`X-Twilio-Signature` over the address that was called and the form, names sorted."""
    said = url + "".join(name + value for name in sorted(form) for value in sorted(set(form[name])))
    return base64.b64encode(hmac.digest(token.encode(), said.encode(), "sha1")).decode()


class Twilio:
    """One account."""

    def __init__(self, provider: Provider, push_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.provider, self._push_url = provider.id, push_url
        account, token = provider.credentials.get("account_sid", ""), provider.credentials.get("auth_token", "")
        self._token = token
        self._url = f"{provider.base_url.rstrip('/')}/{API}/Accounts/{quote(account, safe='')}/Messages.json"
        self._basic = "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode()
        self._codes = codes_of("twilio")
        self._lines = Lines(provider.in_flight + SPARE_LINES, transport)

    async def submit(self, outgoing: Outgoing) -> Outcome:
        """The whole text in one call; the vendor divides it."""
        form = {
            "To": outgoing.number,
            "From": outgoing.sender,
            "Body": outgoing.text,
            "StatusCallback": f"{self._push_url}/reports?ref={outgoing.client_ref}",
        }
        headers = {"Authorization": self._basic, "content-type": "application/x-www-form-urlencoded"}
        reply = await self._lines.call("POST", self._url, headers=headers, content=urlencode(form).encode())
        return self._outcome(reply) if isinstance(reply, Reply) else reply

    def _outcome(self, reply: Reply) -> Outcome:
        answer = reply.json
        if reply.status >= 500 or answer is None:
            return Lost(f"unreadable_{reply.status}")
        if 200 <= reply.status < 300:
            return Accepted(str(answer["sid"])[:64]) if answer.get("sid") else Lost("no_sid")
        code = str(answer.get("code") or reply.status)
        kind = class_of(self._codes, code)
        return Lost(code) if kind == LOST else RefusedBy(RefusalClass(kind), code)

    async def find(self, client_ref: UUID, number: str, claimed_at: datetime) -> Finding:
        """Its list names neither our reference nor anything else that tells two like texts apart: reports decide."""
        return CannotSay()

    def prove(self, push: Push) -> bool:
        """Its signature over the address we gave it and the whole form."""
        form = parse_qs(push.body.decode("utf-8", "replace"), keep_blank_values=True)
        return same(push.headers.get("x-twilio-signature", ""), signature(self._token, push.url, form))

    def read_reports(self, push: Push) -> Sequence[DeliveryReport | BadItem]:
        """One status callback; a status that says nothing new is none."""
        form = _form(push)
        try:
            client_ref = UUID(dict(parse_qsl(urlsplit(push.url).query)).get("ref", ""))
        except ValueError:
            return [BadItem("not_a_report")]
        status = form.get("MessageStatus", "")
        if status in _NOTHING_NEW:
            return []
        if status not in _STATUS or not form.get("To"):
            return [BadItem("not_a_report")]
        return [
            DeliveryReport(
                client_ref=client_ref,
                provider_ref=form.get("MessageSid", "")[:64],
                number=form["To"][:32],
                status=_STATUS[status],
                code=form.get("ErrorCode", "")[:64] or status,
                at=None,
                billed=None,
            )
        ]

    def read_uplinks(self, push: Push) -> Sequence[Uplink | BadItem]:
        """One text."""
        form = _form(push)
        if not form.get("From") or "Body" not in form:
            return [BadItem("not_a_text")]
        return [
            Uplink(
                sequence=form.get("MessageSid", "")[:64],
                number=form["From"][:32],
                text=form["Body"],
                dest=form.get("To", "")[:32],
                at="",
            )
        ]

    def yes(self, what: str) -> Answer:
        """To a text the empty answer in its own language: reply nothing."""
        return Answer("<Response/>", "text/xml") if what == "uplinks" else Answer()

    async def close(self) -> None:
        await self._lines.close()


def _form(push: Push) -> dict[str, str]:
    return dict(parse_qsl(push.body.decode("utf-8", "replace"), keep_blank_values=True))
