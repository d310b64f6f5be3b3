"""Aliyun Dysmsapi: SendSms, QuerySendDetails, and its two pushes. Signed here; the vendor's SDK judges it in tests.

Spans and logs hold provider and template ids, never a URL's query: the vendor wants the number there.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from services.notify.channels import acs3
from services.notify.channels.codes import LOST, class_of, codes_of
from services.notify.channels.contract import Answer, Push, array
from services.notify.channels.lines import SPARE_LINES, Lines, Reply
from services.notify.domain.delivery_report import DeliveryReport, Status
from services.notify.domain.guard import Guard
from services.notify.domain.hours import SHANGHAI
from services.notify.domain.number import local_part
from services.notify.domain.outcome import (
    Accepted,
    BadItem,
    CannotSay,
    Finding,
    Found,
    Lost,
    NotFound,
    Outcome,
    Outgoing,
    RefusalClass,
    RefusedBy,
    Uplink,
)
from services.notify.domain.provider import Provider

VERSION: Final = "2017-05-25"
_SENT_STATUS: Final = {2: Status.UNDELIVERED, 3: Status.DELIVERED}


def opened(provider: Provider, push_url: str, guard: Guard) -> "Aliyun":
    """The channel of one account."""
    key_id, secret = provider.credentials.get("key_id", ""), provider.credentials.get("key_secret", "")
    return Aliyun(provider.base_url, key_id, secret, provider=provider.id, in_flight=provider.in_flight)


class Aliyun:
    """One account at the vendor. It signs no push: the secret path and the address list are the only proof."""

    def __init__(
        self,
        base_url: str,
        key_id: str,
        secret: str,
        *,
        provider: str = "aliyun",
        in_flight: int = 20,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.provider = provider
        self._url, self._host = base_url.rstrip("/") + "/", urlsplit(base_url).netloc
        self._key_id, self._secret = key_id, secret
        self._codes = codes_of("aliyun")
        self._lines = Lines(in_flight + SPARE_LINES, transport)

    async def submit(self, outgoing: Outgoing) -> Outcome:
        """One SendSms. Surely not sent: no connection, or a refusing code. Everything else without a yes is lost."""
        query = {
            "PhoneNumbers": local_part(outgoing.number),
            "SignName": outgoing.signature,
            "TemplateCode": outgoing.template_code,
            "TemplateParam": json.dumps(dict(outgoing.parameters), ensure_ascii=False, separators=(",", ":")),
            "OutId": str(outgoing.client_ref),
        }
        if outgoing.ext:
            query["SmsUpExtendCode"] = outgoing.ext
        reply = await self._call("SendSms", query)
        return self._outcome(reply.status, reply.json) if isinstance(reply, Reply) else reply

    def _outcome(self, status: int, answer: Mapping[str, Any] | None) -> Outcome:
        if status >= 500 or answer is None or not isinstance(answer.get("Code"), str):
            return Lost(f"unreadable_{status}")
        code = str(answer["Code"])
        if code == "OK" and status == 200:
            return Accepted(str(answer.get("BizId", "")))
        kind = class_of(self._codes, code)
        if kind == LOST or code == "OK":
            return Lost(code)
        window = _window(str(answer.get("Message", ""))) if kind == RefusalClass.LIMIT else ""
        return RefusedBy(RefusalClass(kind), code, window)

    async def find(self, client_ref: UUID, number: str, claimed_at: datetime) -> Finding:
        """QuerySendDetails by number and day; our reference must match, on whatever page it stands."""
        for page in range(1, 11):
            query = {
                "PhoneNumber": local_part(number),
                "SendDate": claimed_at.astimezone(SHANGHAI).strftime("%Y%m%d"),
                "PageSize": "50",
                "CurrentPage": str(page),
            }
            reply = await self._call("QuerySendDetails", query)
            answer = reply.json if isinstance(reply, Reply) else None
            if answer is None or answer.get("Code") != "OK":
                return CannotSay()
            rows = (answer.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or []
            for row in rows:
                if row.get("OutId") == str(client_ref):
                    return _found(row)
            if len(rows) < 50:
                break
        return NotFound()

    async def _call(self, action: str, query: Mapping[str, str]) -> Reply | RefusedBy | Lost:
        headers = {
            "host": self._host,
            "x-acs-action": action,
            "x-acs-version": VERSION,
            "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-content-sha256": acs3.EMPTY_BODY_SHA256,
            "accept": "application/json",
        }
        headers["Authorization"] = acs3.authorization(
            method="POST",
            path="/",
            query=query,
            headers=headers,
            body_sha256=acs3.EMPTY_BODY_SHA256,
            key_id=self._key_id,
            secret=self._secret,
        )
        return await self._lines.call("POST", f"{self._url}?{acs3.canonical_query(query)}", headers=headers)

    def prove(self, push: Push) -> bool:
        """Nothing beyond the secret path and the address list."""
        return True

    def read_reports(self, push: Push) -> Sequence[DeliveryReport | BadItem]:
        """The lines of a delivery report push."""
        return [_report(item) for item in array(push.body)]

    def read_uplinks(self, push: Push) -> Sequence[Uplink | BadItem]:
        """The lines of a push of texts residents sent."""
        return [_uplink(item) for item in array(push.body)]

    def yes(self, what: str) -> Answer:
        return Answer('{"code":0,"msg":"接收成功"}', "application/json")

    async def close(self) -> None:
        await self._lines.close()


def _window(message: str) -> str:
    """The vendor names a limit's window only in words (触发天级流控)."""
    named = {"天": "day", "day": "day", "小时": "hour", "hour": "hour"}
    return next((window for word, window in named.items() if word in message.lower()), "minute")


def _found(row: Mapping[str, Any]) -> Found:
    status = _SENT_STATUS.get(int(row.get("SendStatus", 1)))
    return Found(None, status, str(row.get("ErrCode") or ""), _time(row.get("ReceiveDate")))


def _report(item: object) -> DeliveryReport | BadItem:
    if not isinstance(item, dict) or not isinstance(item.get("success"), bool) or not item.get("phone_number"):
        return BadItem("not_a_report")
    try:
        client_ref = UUID(str(item["out_id"])) if item.get("out_id") else None
    except ValueError:
        client_ref = None
    size = str(item.get("sms_size") or "")
    return DeliveryReport(
        client_ref=client_ref,
        provider_ref=str(item.get("biz_id") or "")[:64],
        number=str(item["phone_number"])[:32],
        status=Status.DELIVERED if item["success"] else Status.UNDELIVERED,
        code=str(item.get("err_code") or "")[:64],
        at=_time(item.get("report_time")),
        billed=int(size) if size.isdigit() and len(size) < 4 else None,
    )


def _uplink(item: object) -> Uplink | BadItem:
    if not isinstance(item, dict) or not item.get("phone_number") or not isinstance(item.get("content"), str):
        return BadItem("not_a_text")
    return Uplink(
        sequence=str(item.get("sequence_id") or "")[:64],
        number=str(item["phone_number"])[:32],
        text=item["content"],
        dest=str(item.get("dest_code") or "")[:32],
        at=str(item.get("send_time") or "")[:32],
    )


def _time(raw: object) -> datetime | None:
    try:
        return datetime.strptime(str(raw), "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None
