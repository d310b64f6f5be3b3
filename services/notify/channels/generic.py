"""A provider described by its options: method, headers, a body template whose values are escaped, what counts as yes,
and where its reports and texts keep their fields. Its address is judged by the guard, at saving and at the socket.

Options: `method`, `headers`, `body`, `content_type`, `yes` (statuses, pointer, equals), `ref` (pointer), `code`
(pointer), `codes` (code -> class), `reports` and `uplinks` (items, and a pointer per field), `answer` (what a push is
answered). Placeholders are `{{number}}`, `{{text}}`, `{{ref}}`, `{{sender}}`, `{{ext}}`, `{{push_url}}` and
`{{secret.NAME}}`, a credential.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote_plus
from uuid import UUID
from xml.sax.saxutils import escape

import httpx

from chassis.refused import Refused
from services.notify.channels.codes import LOST, class_of
from services.notify.channels.contract import Answer, Push
from services.notify.channels.guard import GuardedTransport
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

_GAP: Final = re.compile(r"\{\{\s*([a-z_]+(?:\.[A-Za-z0-9_-]+)?)\s*\}\}")
_NAMES: Final = frozenset({"number", "text", "ref", "sender", "ext", "push_url"})
_CLASSES: Final = frozenset(RefusalClass) | {LOST}


def _in_json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _in_xml(value: str) -> str:
    return escape(value, {'"': "&quot;", "'": "&apos;"})


def _in_header(value: str) -> str:
    return "".join(character for character in value if character.isprintable())


ESCAPES: Final[Mapping[str, Callable[[str], str]]] = {
    "application/json": _in_json,
    "application/x-www-form-urlencoded": quote_plus,
    "application/xml": _in_xml,
    "text/xml": _in_xml,
}


def check(provider: Provider, guard: Guard) -> None:
    """Refuse a description that could not be used: its address, kind of body, a placeholder or class nobody knows."""
    guard.check(provider.base_url)
    options = provider.options
    if options.get("method", "POST") not in ("GET", "POST", "PUT"):
        raise Refused("provider_options_invalid", status=422, detail="method")
    if options.get("content_type", "application/json") not in ESCAPES:
        raise Refused("provider_options_invalid", status=422, detail="content_type")
    texts = [str(options.get("body", "")), *map(str, options.get("headers", {}).values())]
    for name in (found for text in texts for found in _GAP.findall(text)):
        secret = name.removeprefix("secret.") if name.startswith("secret.") else None
        if (secret not in provider.credentials) if secret is not None else (name not in _NAMES):
            raise Refused("provider_options_invalid", status=422, detail=name)
    if not set(options.get("codes", {}).values()) <= _CLASSES:
        raise Refused("provider_options_invalid", status=422, detail="codes")


def opened(provider: Provider, push_url: str, guard: Guard) -> "Generic":
    """The channel of one provider that somebody described."""
    return Generic(provider, push_url, GuardedTransport(guard))


class Generic:
    """One described provider. Its pushes are proved by the secret path and the address list alone."""

    def __init__(self, provider: Provider, push_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.provider, self._account, self._push_url = provider.id, provider, push_url
        self._options = provider.options
        self._media_type = str(provider.options.get("content_type", "application/json"))
        self._lines = Lines(provider.in_flight + SPARE_LINES, transport)

    async def submit(self, outgoing: Outgoing) -> Outcome:
        """One call as described."""
        values = {
            "number": outgoing.number,
            "text": outgoing.text,
            "ref": str(outgoing.client_ref),
            "sender": outgoing.sender,
            "ext": outgoing.ext or "",
            "push_url": self._push_url,
        }
        values |= {f"secret.{name}": value for name, value in self._account.credentials.items()}
        written = self._options.get("headers", {}).items()
        headers = {name: _filled(str(text), values, _in_header) for name, text in written}
        body = _filled(str(self._options.get("body", "")), values, ESCAPES[self._media_type])
        headers = {"content-type": self._media_type, **headers}
        method = str(self._options.get("method", "POST"))
        try:
            reply = await self._lines.call(method, self._account.base_url, headers=headers, content=body.encode())
        except Refused as refusal:
            return RefusedBy(RefusalClass.ACCOUNT, refusal.code)
        return self._outcome(reply) if isinstance(reply, Reply) else reply

    def _outcome(self, reply: Reply) -> Outcome:
        if reply.status >= 500 or reply.body is None:
            return Lost(f"unreadable_{reply.status}")
        answer, yes = _json(reply.body), self._options.get("yes", {})
        agreed = "pointer" not in yes or _text(at_pointer(answer, yes["pointer"])) == _text(yes.get("equals"))
        if reply.status in yes.get("statuses", [200, 201, 202]) and agreed:
            return Accepted(_text(at_pointer(answer, self._options.get("ref", ""))) if "ref" in self._options else "")
        code = _text(at_pointer(answer, self._options["code"])) if "code" in self._options else str(reply.status)
        kind = class_of(self._options.get("codes", {}), code) if code else LOST
        return Lost(code or f"unreadable_{reply.status}") if kind == LOST else RefusedBy(RefusalClass(kind), code)

    async def find(self, client_ref: UUID, number: str, claimed_at: datetime) -> Finding:
        """Nothing is described that could be asked."""
        return CannotSay()

    def prove(self, push: Push) -> bool:
        return True

    def read_reports(self, push: Push) -> Sequence[DeliveryReport | BadItem]:
        """The lines of a report push, by the described fields."""
        fields = self._options.get("reports", {})
        return [_report(line, fields) for line in _items(push, fields)]

    def read_uplinks(self, push: Push) -> Sequence[Uplink | BadItem]:
        """The lines of a push of texts, by the described fields."""
        fields = self._options.get("uplinks", {})
        return [_uplink(line, fields) for line in _items(push, fields)]

    def yes(self, what: str) -> Answer:
        answer = str(self._options.get("answer", ""))
        return Answer(answer, "application/json" if answer.startswith(("{", "[")) else "text/plain")

    async def close(self) -> None:
        await self._lines.close()


def _filled(text: str, values: Mapping[str, str], escaped: Callable[[str], str]) -> str:
    """A template with its placeholders filled once; a value is never looked at again."""
    return _GAP.sub(lambda gap: escaped(values.get(gap[1], "")), text)


def at_pointer(document: object, pointer: str) -> object:
    """What stands at a JSON pointer (RFC 6901), or nothing."""
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if isinstance(document, Mapping):
            document = document.get(step)
        elif isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _items(push: Push, fields: Mapping[str, Any]) -> Sequence[object]:
    document = _json(push.body)
    if document is None:
        raise Refused("not_json", status=400)
    found = at_pointer(document, str(fields.get("items", "")))
    return found if isinstance(found, list) else [found]


def _report(line: object, fields: Mapping[str, Any]) -> DeliveryReport | BadItem:
    said = _text(at_pointer(line, fields.get("status", "/status")))
    known = {
        **dict.fromkeys(map(str, fields.get("delivered", ())), Status.DELIVERED),
        **dict.fromkeys(map(str, fields.get("undelivered", ())), Status.UNDELIVERED),
    }
    number = _text(at_pointer(line, fields.get("number", "/number")))
    if said not in known or not number:
        return BadItem("not_a_report")
    try:
        client_ref = UUID(_text(at_pointer(line, fields.get("client_ref", "/client_ref"))))
    except ValueError:
        client_ref = None
    return DeliveryReport(
        client_ref=client_ref,
        provider_ref=_text(at_pointer(line, fields.get("provider_ref", "/id")))[:64],
        number=number[:32],
        status=known[said],
        code=said[:64],
        at=None,
        billed=None,
    )


def _uplink(line: object, fields: Mapping[str, Any]) -> Uplink | BadItem:
    number = _text(at_pointer(line, fields.get("number", "/number")))
    words = at_pointer(line, fields.get("text", "/text"))
    if not number or not isinstance(words, str):
        return BadItem("not_a_text")
    return Uplink(
        sequence=_text(at_pointer(line, fields.get("sequence", "/id")))[:64],
        number=number[:32],
        text=words,
        dest=_text(at_pointer(line, fields.get("dest", "/dest")))[:32],
        at=_text(at_pointer(line, fields.get("at", "/at")))[:32],
    )


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value)
