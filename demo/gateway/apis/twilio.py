"""Twilio's Messages 2010-04-01: create, list, fetch; status callbacks and texts signed with the account's token."""

import base64
import hmac
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from demo.gateway import gsm
from demo.gateway.apis.answering import answered
from demo.gateway.apis.kannel import last_reference
from demo.gateway.faults import Line
from demo.gateway.messages import Message, State, segments
from demo.gateway.network import Network
from demo.gateway.numbers import international, local
from demo.gateway.submission import Submission
from demo.gateway.templates import Refusal
from demo.gateway.vendors import Report, Stage, Told

NAME = "twilio"
VERSION = "2010-04-01"
LENGTH_MAX = 1_600
PAGE_MAX = 1_000
STATUS = {State.ACCEPTED: "sent", State.DELIVERED: "delivered", State.FAILED: "undelivered", State.REFUSED: "failed"}
ERRORS = {"空号": 30005, "停机": 30003, "关机": 30003, "黑名单": 30004}
UNKNOWN_ERROR = 30008

Given = Mapping[str, str]


class Twilio:
    """One account of the vendor."""

    def __init__(self, network: Network, sid: str, token: str) -> None:
        self._network = network
        self._sid = sid
        self._authorization = "Basic " + base64.b64encode(f"{sid}:{token}".encode()).decode()
        self.router = APIRouter(prefix=f"/{VERSION}/Accounts/{{account}}")
        self.router.add_api_route("/Messages.json", self.create, methods=["POST"])
        self.router.add_api_route("/Messages.json", self.find, methods=["GET"])
        self.router.add_api_route("/Messages/{sid}.json", self.fetch, methods=["GET"])

    async def create(self, request: Request, account: str) -> Response:
        if not self._knows(request, account):
            return _stranger()
        given = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        return await answered(self._network, lambda: self._judge(given), _unavailable)

    async def find(self, request: Request, account: str) -> Response:
        """The newest first, by recipient and day (UTC)."""
        if not self._knows(request, account):
            return _stranger()
        if self._network.faults.take("query_5xx"):
            return _unavailable()
        given = dict(request.query_params)
        found = [message for message in reversed(self._to(given.get("To"))) if _on_day(message, given)]
        size, page = min(_count(given, "PageSize", 50), PAGE_MAX), _count(given, "Page", 0)
        more = len(found) > (page + 1) * size
        address = f"/{VERSION}/Accounts/{account}/Messages.json"
        return JSONResponse(
            {
                "messages": [self._facts(message) for message in found[page * size : (page + 1) * size]],
                "page": page,
                "page_size": size,
                "uri": f"{address}?{request.url.query}",
                "next_page_uri": f"{address}?{urlencode(given | {'Page': page + 1})}" if more else None,
            }
        )

    async def fetch(self, request: Request, account: str, sid: str) -> Response:
        if not self._knows(request, account):
            return _stranger()
        found = next((message for message in self._to(None) if message.biz_id == sid), None)
        if found is None:
            return _error(404, "20404", f"The requested resource {request.url.path} was not found")
        return JSONResponse(self._facts(found))

    def _knows(self, request: Request, account: str) -> bool:
        given = request.headers.get("authorization", "")
        return account == self._sid and hmac.compare_digest(given.encode(), self._authorization.encode())

    def _to(self, number: str | None) -> list[Message]:
        handsets = self._network.handsets
        found = handsets.messages() if number is None else handsets.of(local(number) or "")
        return [message for message in found if message.provider == NAME and message.biz_id]

    def _judge(self, given: Given) -> tuple[Response, list[Submission]]:
        number = local(given.get("To", ""))
        text, refusal = given.get("Body", ""), self._refusal(number, given)
        status = {"21610": 400, "20429": 429, "20003": 401}.get(refusal.code, 400) if refusal else 201
        callback = given.get("StatusCallback") or None
        submission = Submission(
            provider=NAME,
            number=number or given.get("To", ""),
            thread=given.get("From", ""),
            text=text,
            client_ref=last_reference(callback or ""),
            biz_id=None if refusal else f"SM{uuid.uuid4().hex}",
            code=refusal.code if refusal else "OK",
            reason=refusal.message if refusal else None,
            call={
                "action": "Messages.json",
                "parameters": dict(given),
                "answer": refusal.code if refusal else "queued",
            },
            segments=[gsm.units(text, wide=False)] if gsm.small(text) and gsm.units(text, wide=False) <= 160 else None,
            report_url=callback,
        )
        if refusal:
            return _error(status, refusal.code, refusal.message), [submission]
        message = submission.message("0", self._network.now().isoformat(timespec="seconds"))
        return JSONResponse(self._facts(message) | {"status": "queued"}, 201), [submission]

    def _refusal(self, number: str | None, given: Given) -> Refusal | None:
        faults = self._network.faults
        if number is None:
            return Refusal("21211", f"The 'To' number {given.get('To', '')} is not a valid phone number.")
        if not given.get("From"):
            return Refusal("21603", "A 'From' phone number is required.")
        if not given.get("Body"):
            return Refusal("21602", "Message body is required.")
        if len(given["Body"]) > LENGTH_MAX:
            return Refusal("21617", "The concatenated message body exceeds the 1600 character limit.")
        if faults.take("throttle"):
            return Refusal("20429", "Too Many Requests")
        if faults.take("refuse"):
            return Refusal(faults.refuse_code if faults.refuse_code.isdigit() else "20003", "Refused")
        if faults.line(number) is Line.BLACKLISTED:
            return Refusal("21610", "Attempt to send to unsubscribed recipient")
        return None

    def _facts(self, message: Message) -> dict[str, Any]:
        moment = format_datetime(message.moment().astimezone(UTC))
        failed = message.state is State.FAILED
        return {
            "sid": message.biz_id,
            "account_sid": self._sid,
            "api_version": VERSION,
            "body": message.text,
            "from": message.thread,
            "to": international(message.number),
            "status": STATUS[message.state],
            "num_segments": str(len(message.segments)),
            "num_media": "0",
            "direction": "outbound-api",
            "date_created": moment,
            "date_updated": moment,
            "date_sent": moment,
            "error_code": ERRORS.get(message.reason or "", UNKNOWN_ERROR) if failed else None,
            "error_message": message.reason if failed else None,
            "price": None,
            "price_unit": "USD",
            "messaging_service_sid": None,
            "subresource_uris": {},
            "uri": f"/{VERSION}/Accounts/{self._sid}/Messages/{message.biz_id}.json",
        }


class TwilioPushes:
    """Each a form, signed over the exact address; taken when the answer is 2xx."""

    name = NAME
    reports_at_once = 8
    reports_per_push = 1

    def __init__(self, sid: str, token: str) -> None:
        self._sid = sid
        self._token = token

    def report(self, report: Report) -> Told | None:
        url = report.message.report_url
        if url is None or report.stage is Stage.HELD:
            return None
        if report.message.client_ref and report.client_ref != report.message.client_ref:
            url = url.replace(report.message.client_ref, str(uuid.UUID(report.client_ref)))
        status = "sent" if report.stage is Stage.SENT else "delivered" if report.delivered else "undelivered"
        form = self._form(report.biz_id, report.message.thread, international(report.number))
        form |= {"MessageStatus": "maybe" if report.garbled else status, "SmsStatus": status}
        if status == "undelivered":
            form["ErrorCode"] = str(ERRORS.get(report.reason or "", UNKNOWN_ERROR))
        return Told(form, url)

    def uplink(self, message: Message, extension: str) -> Told:
        sid = f"SM{message.sequence_id:032x}"
        form = self._form(sid, international(message.number), message.thread)
        count = str(len(segments(message.text)))
        body = message.text.encode("utf-8", "replace").decode()
        return Told(form | {"SmsMessageSid": sid, "Body": body, "NumMedia": "0", "NumSegments": count})

    def _form(self, sid: str, sender: str, to: str) -> dict[str, str]:
        return {
            "MessageSid": sid,
            "SmsSid": sid,
            "AccountSid": self._sid,
            "ApiVersion": VERSION,
            "From": sender,
            "To": to,
        }

    def request(self, kind: str, url: str, bodies: Sequence[Any], *, forged: bool) -> httpx.Request:
        form: dict[str, str] = bodies[0]
        signed = url + "".join(name + value for name, value in sorted(form.items()))
        token = "somebody else's" if forged else self._token
        mac = hmac.digest(token.encode(), signed.encode(), "sha1")
        return httpx.Request("POST", url, data=form, headers={"x-twilio-signature": base64.b64encode(mac).decode()})

    def taken(self, answer: httpx.Response) -> bool:
        return answer.is_success


def _on_day(message: Message, given: Given) -> bool:
    """`DateSent`, `DateSent<` and `DateSent>` as the vendor reads them: up to and from, the day included."""
    day = message.moment().astimezone(UTC).strftime("%Y-%m-%d")
    exact, until, since = (given.get(name, "")[:10] for name in ("DateSent", "DateSent<", "DateSent>"))
    return exact in ("", day) and (not until or day <= until) and (not since or day >= since)


def _count(given: Given, name: str, otherwise: int) -> int:
    return int(given[name]) if given.get(name, "").isdecimal() else otherwise


def _error(status: int, code: str, message: str) -> Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return JSONResponse({"code": int(code), "message": message, "more_info": more, "status": status}, status)


def _stranger() -> Response:
    return _error(401, "20003", "Authenticate")


def _unavailable() -> Response:
    return _error(503, "20503", "Service Unavailable")
