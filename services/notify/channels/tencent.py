"""Tencent Cloud SMS (2021-01-11): SendSms, PullSmsSendStatusByPhoneNumber, and its two pushes.

Its delivery reports name only the serial number it gave, never our reference.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from services.notify.channels import tc3
from services.notify.channels.codes import LOST, class_of, codes_of
from services.notify.channels.contract import Answer, Push, array, item
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
    Outcome,
    Outgoing,
    RefusalClass,
    RefusedBy,
    Uplink,
)
from services.notify.domain.provider import Provider

VERSION: Final = "2021-01-11"
REGION: Final = "ap-guangzhou"
FOUND_MAX: Final = 100
_STATUS: Final = {"SUCCESS": Status.DELIVERED, "FAIL": Status.UNDELIVERED}


def opened(provider: Provider, push_url: str, guard: Guard) -> "Tencent":
    """The channel of one account."""
    return Tencent(provider)


class Tencent:
    """One account and one application of it. It signs no push."""

    def __init__(self, provider: Provider, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.provider = provider.id
        self._url, self._host = provider.base_url.rstrip("/") + "/", urlsplit(provider.base_url).netloc
        self._key_id = provider.credentials.get("key_id", "")
        self._secret = provider.credentials.get("key_secret", "")
        self._application = str(provider.options.get("application_id", ""))
        self._base_number = str(provider.options.get("base_number", ""))
        self._codes = codes_of("tencent")
        self._lines = Lines(provider.in_flight + SPARE_LINES, transport)

    async def submit(self, outgoing: Outgoing) -> Outcome:
        """One SendSms to one number: context and values are those of the whole call, so a call is one text."""
        body = {
            "PhoneNumberSet": [outgoing.number],
            "SmsSdkAppId": self._application,
            "SignName": outgoing.signature,
            "TemplateId": outgoing.template_code,
            "TemplateParamSet": list(outgoing.parameters.values()),
            "SessionContext": str(outgoing.client_ref),
        }
        if outgoing.ext:
            body["ExtendCode"] = outgoing.ext
        reply = await self._call("SendSms", body)
        return self._outcome(reply.status, _response(reply)) if isinstance(reply, Reply) else reply

    def _outcome(self, status: int, answer: Mapping[str, Any] | None) -> Outcome:
        told = _told(answer)
        if status >= 500 or told is None:
            return Lost(f"unreadable_{status}")
        code = str(told.get("Code") or "")
        if code == "Ok":
            fee = told.get("Fee")
            return Accepted(str(told.get("SerialNo") or ""), fee if isinstance(fee, int) else None)
        kind = class_of(self._codes, code)
        if kind == LOST or not code:
            return Lost(code or "unreadable")
        return RefusedBy(RefusalClass(kind), code, _window(code) if kind == RefusalClass.LIMIT else "")

    async def find(self, client_ref: UUID, number: str, claimed_at: datetime) -> Finding:
        """What the carrier has said of texts to this number since the claim; of others the vendor is silent."""
        begin = int(claimed_at.timestamp()) - 60
        body = {
            "BeginTime": begin,
            "Offset": 0,
            "Limit": FOUND_MAX,
            "PhoneNumber": number,
            "SmsSdkAppId": self._application,
        }
        reply = await self._call("PullSmsSendStatusByPhoneNumber", body)
        answer = _response(reply) if isinstance(reply, Reply) else None
        for row in (answer or {}).get("PullSmsSendStatusSet") or []:
            if row.get("SessionContext") == str(client_ref):
                status = _STATUS.get(str(row.get("ReportStatus")))
                code = str(row.get("Description") or "")[:64]
                return Found(str(row.get("SerialNo") or "") or None, status, code, _moment(row.get("UserReceiveTime")))
        return CannotSay()

    async def _call(self, action: str, given: Mapping[str, Any]) -> Reply | RefusedBy | Lost:
        body, at = json.dumps(given, ensure_ascii=False).encode(), datetime.now(UTC)
        signed = {"content-type": "application/json", "host": self._host}
        authorization = tc3.authorization(
            service="sms", headers=signed, body=body, at=at, key_id=self._key_id, secret=self._secret
        )
        headers = signed | {
            "Authorization": authorization,
            "X-TC-Action": action,
            "X-TC-Version": VERSION,
            "X-TC-Region": REGION,
            "X-TC-Timestamp": str(int(at.timestamp())),
        }
        return await self._lines.call("POST", self._url, headers=headers, content=body)

    def prove(self, push: Push) -> bool:
        """Nothing beyond the secret path and the address list."""
        return True

    def read_reports(self, push: Push) -> Sequence[DeliveryReport | BadItem]:
        """The lines of a delivery report push."""
        return [_report(line) for line in array(push.body)]

    def read_uplinks(self, push: Push) -> Sequence[Uplink | BadItem]:
        """One text; the vendor pushes each by itself."""
        told = item(push.body)
        if not told.get("mobile") or not isinstance(told.get("text"), str):
            return [BadItem("not_a_text")]
        return [
            Uplink(
                sequence="",
                number=f"+{told.get('nationcode') or '86'}{told['mobile']}"[:32],
                text=told["text"],
                dest=(self._base_number + str(told.get("extend") or ""))[:32],
                at=str(told.get("time") or "")[:32],
            )
        ]

    def yes(self, what: str) -> Answer:
        return Answer('{"result":0,"errmsg":"OK"}', "application/json")

    async def close(self) -> None:
        await self._lines.close()


def _response(reply: Reply) -> Mapping[str, Any] | None:
    found = (reply.json or {}).get("Response")
    return found if isinstance(found, dict) else None


def _told(answer: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The answer to our one number, or the error of the whole call."""
    if answer is None:
        return None
    error, statuses = answer.get("Error"), answer.get("SendStatusSet")
    if isinstance(error, dict):
        return error
    first = statuses[0] if isinstance(statuses, list) and statuses else None
    return first if isinstance(first, dict) else None


def _window(code: str) -> str:
    """The code of a limit names its window."""
    if "Daily" in code:
        return "day"
    return "hour" if "OneHour" in code else "minute"


def _report(line: object) -> DeliveryReport | BadItem:
    if not isinstance(line, dict) or not line.get("mobile") or line.get("report_status") not in _STATUS:
        return BadItem("not_a_report")
    return DeliveryReport(
        client_ref=None,
        provider_ref=str(line.get("sid") or "")[:64],
        number=local_part(f"+{line.get('nationcode') or '86'}{line['mobile']}")[:32],
        status=_STATUS[line["report_status"]],
        code=str(line.get("errmsg") or "")[:64],
        at=_time(line.get("user_receive_time")),
        billed=None,
    )


def _time(raw: object) -> datetime | None:
    try:
        return datetime.strptime(str(raw), "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        return None


def _moment(raw: object) -> datetime | None:
    return datetime.fromtimestamp(raw, UTC) if isinstance(raw, int) and 0 < raw < 2**33 else None
