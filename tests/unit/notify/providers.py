"""A provider's row and a channel's answers, for the tests of channels."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx

from services.notify.domain.outcome import Outgoing
from services.notify.domain.provider import Provider

REF = UUID("01920000-0000-7000-8000-00000000abcd")
PUSH_URL = "http://notify.test/providers/one/a-secret-of-many-letters"


def a_provider(kind: str, **changes: Any) -> Provider:
    values: dict[str, Any] = {"id": "one", "kind": kind, "base_url": "http://sms.test", "in_flight": 20}
    return Provider(**(values | changes))


def an_outgoing(**changes: Any) -> Outgoing:
    values: dict[str, Any] = {
        "client_ref": REF,
        "number": "+8613800000001",
        "signature": "南岸妇联",
        "template_code": "1001",
        "parameters": {"1": "噪音 & 光", "2": "0427"},
        "ext": "07",
        "sender": "106900000427",
        "text": "【南岸妇联】噪音 & 光",
        "valid_minutes": 60,
    }
    return Outgoing(**(values | changes))


def answering(answer: Any) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """A transport that gives this answer (or raises it, or asks this function), and the requests it saw."""
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        given: Any = answer(request) if isinstance(answer, Callable) else answer  # type: ignore[arg-type]
        if isinstance(given, Exception):
            raise given
        return given if isinstance(given, httpx.Response) else httpx.Response(200, json=given)

    return httpx.MockTransport(respond), seen
