"""Kannel's sendsms, as its smsbox answers it: one call is one message on the air, headers and all."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any
from urllib.parse import parse_qsl, quote

import httpx
from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

from demo.gateway import gsm
from demo.gateway.apis.answering import answered
from demo.gateway.faults import Line
from demo.gateway.messages import Message
from demo.gateway.network import Network
from demo.gateway.numbers import international, local
from demo.gateway.parts import HEADER
from demo.gateway.submission import Submission
from demo.gateway.templates import Refusal
from demo.gateway.vendors import Report, Stage, Told, guessed

NAME = "kannel"
REFERENCE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
ESCAPE = re.compile(r"%([a-zA-Z%])")
SMALL, WIDE = "0", "2"
YES = ("0: Accepted for delivery", "3: Queued for later delivery")
SECRET = ("password", "pass")

Given = Mapping[str, str]


class Kannel:
    """One user of sendsms, who may send one message a call (`max-messages = 1`)."""

    def __init__(self, network: Network, username: str, password: str) -> None:
        self._network = network
        self._account = (username, password)

    async def answer(self, request: Request) -> Response:
        """Bytes stay bytes until `charset` says what they are."""
        given = dict(parse_qsl(request.url.query, keep_blank_values=True, encoding="latin-1"))
        if (_either(given, "username", "user"), _either(given, *SECRET)) != self._account:
            return PlainTextResponse("Authorization failed for sendsms", 403)
        return await answered(self._network, lambda: self._judge(given), _unavailable)

    def _judge(self, given: Given) -> tuple[Response, list[Submission]]:
        written = given.get("to", "")
        number, status, said = local(written), 202, YES[0]
        try:
            text, udh = _text(given), _header(given)
            self._refused(number)
        except Refusal as refusal:
            text, udh, status, said = "", "", int(refusal.code), refusal.message
        if status == 202 and self._network.faults.line(number or "") is Line.POWERED_OFF:
            said = YES[1]
        yes, wide = status == 202, given.get("coding", SMALL) == WIDE
        report_url = given.get("dlr-url", "")
        shown = {name: value for name, value in given.items() if name not in SECRET and name != "text"}
        submission = Submission(
            provider=NAME,
            number=number or written,
            thread=given.get("from", ""),
            text=text,
            client_ref=last_reference(report_url),
            biz_id=str(uuid.uuid4()) if yes else None,
            code=str(status),
            reason=None if yes else said,
            call={"action": "sendsms", "parameters": shown, "answer": f"{status} {said}"},
            segments=[gsm.units(text, wide=wide)],
            udh=udh or None,
            report_url=report_url or None,
        )
        return PlainTextResponse(said, status), [submission]

    def _refused(self, number: str | None) -> None:
        faults = self._network.faults
        if number is None:
            raise Refusal("400", "Number(s) has/have been denied by white- and/or black-lists.")
        if faults.take("throttle"):
            raise Refusal("503", "Temporal failure, try again later.")
        if faults.take("refuse"):
            raise Refusal(faults.refuse_code if faults.refuse_code.isdigit() else "403", "Denied.")


class KannelPushes:
    """Each report is a call of its own to `dlr-url`, each text one to `post-url`; taken when the answer is 2xx."""

    name = NAME
    reports_at_once = 8
    reports_per_push = 1

    def report(self, report: Report) -> Told | None:
        """Only the kinds that `dlr-mask` asks for, the escapes filled: of a report the handset is the sender (`%p`)."""
        parameters = (report.message.call or {}).get("parameters", {})
        asked = int(parameters["dlr-mask"]) if str(parameters.get("dlr-mask", "")).isdigit() else 0
        kind, word = _kind(report)
        if report.message.report_url is None or not asked & kind:
            return None
        values = {
            "d": "maybe" if report.garbled else str(kind),
            "A": word,
            "I": report.biz_id,
            "F": report.biz_id,
            "T": str(int(report.at.timestamp())),
            "t": report.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            "p": international(report.number),
            "P": report.message.thread,
            "i": "gateway",
            "%": "%",
        }
        url = ESCAPE.sub(lambda found: quote(values.get(found[1], ""), safe=""), report.message.report_url)
        if report.message.client_ref and report.client_ref != report.message.client_ref:
            url = url.replace(report.message.client_ref, str(uuid.UUID(report.client_ref)))
        return Told(None, url)

    def uplink(self, message: Message, extension: str) -> Told:
        wide = not gsm.small(message.text)
        charset = "UTF-16BE" if wide else "UTF-8"
        headers = {
            "x-kannel-from": international(message.number),
            "x-kannel-to": message.thread,
            "x-kannel-coding": WIDE if wide else SMALL,
            "x-kannel-time": message.moment().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            "content-type": f'text/plain; charset="{charset}"',
        }
        return Told((headers, message.text.encode(charset, "surrogatepass")))

    def request(self, kind: str, url: str, bodies: Sequence[Any], *, forged: bool) -> httpx.Request:
        to = guessed(url) if forged else url
        if kind == "report":
            return httpx.Request("GET", to)
        headers, text = bodies[0]
        return httpx.Request("POST", to, headers=headers, content=text)

    def taken(self, answer: httpx.Response) -> bool:
        return answer.is_success


def last_reference(url: str) -> str | None:
    """What the sender calls this text: the last UUID in the address it wants to hear at."""
    found = REFERENCE.findall(url)
    return found[-1] if found else None


def _kind(report: Report) -> tuple[int, str]:
    if report.stage is Stage.SENT:
        return 8, "ACK/"
    if report.stage is Stage.HELD:
        return 4, "stat:ENROUTE"
    if report.delivered:
        return 1, "stat:DELIVRD err:000"
    return (16, "NACK/0x00000401/Rejected") if report.reason == "黑名单" else (2, f"stat:UNDELIV {report.reason}")


def _either(given: Given, *names: str) -> str:
    return next((given[name] for name in names if name in given), "")


def _text(given: Given) -> str:
    coding = given.get("coding") or SMALL
    if coding not in (SMALL, WIDE):
        raise Refusal("400", "Coding field misformed, rejected")
    try:
        charset = given.get("charset") or ("UTF-16BE" if coding == WIDE else "UTF-8")
        text = given.get("text", "").encode("latin-1").decode(charset)
    except (UnicodeDecodeError, LookupError):
        raise Refusal("400", "Charset or body misformed, rejected") from None
    header = len(_header(given)) // 2
    return gsm.fitting(text if coding == WIDE else gsm.in_small(text), wide=coding == WIDE, header_octets=header)


def _header(given: Given) -> str:
    """The user data header as hex; only that of a part is known here."""
    header = given.get("udh", "").encode("latin-1").hex()
    if header and not HEADER.fullmatch(header):
        raise Refusal("400", "UDH field misformed, rejected")
    return header


def _unavailable() -> Response:
    return PlainTextResponse("Bad Gateway", 502)
