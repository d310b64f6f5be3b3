"""Questions to other services: bounded in time and number, signed with our own key, outside every transaction."""

import asyncio
from collections import defaultdict
from typing import Any
from uuid import UUID

import httpx
import msgspec
from opentelemetry.trace import SpanKind

from chassis.auth import Tokens
from chassis.settings import Settings
from chassis.telemetry import span, traceparent

IN_FLIGHT_PER_SERVICE = 20


class Unanswered(Exception):
    """A service did not answer, or answered with a problem. `status` is 0 where nothing came back."""

    def __init__(self, service: str, status: int, code: str, problem: dict[str, Any] | None = None) -> None:
        super().__init__(f"{service}: {code}")
        self.service, self.status, self.code, self.problem = service, status, code, problem or {}


class Asking:
    """The HTTP client of one process for all services of ours."""

    def __init__(self, settings: Settings, tokens: Tokens, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._settings, self._tokens = settings, tokens
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=40)
        self._client = httpx.AsyncClient(limits=limits, transport=transport, follow_redirects=False)
        self._places = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(IN_FLIGHT_PER_SERVICE))

    async def get(
        self, service: str, path: str, *, params: dict[str, Any] | None = None, timeout: float | None = None
    ) -> dict[str, Any]:
        """A read; its decoded answer. Raises `Unanswered`."""
        return dict(msgspec.json.decode(await self.raw("GET", service, path, params=params, timeout=timeout)))

    async def post(
        self,
        service: str,
        path: str,
        *,
        json: Any,
        timeout: float | None = None,
        idempotency_key: str | None = None,
        on_behalf: UUID | None = None,
    ) -> dict[str, Any]:
        """A question with a body, or the one find-or-create there is. Raises `Unanswered`."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        if on_behalf:
            headers["Yihu-Actor"] = str(on_behalf)
        answer = await self.raw("POST", service, path, json=json, timeout=timeout, headers=headers)
        return dict(msgspec.json.decode(answer))

    async def raw(
        self,
        method: str,
        service: str,
        path: str,
        *,
        timeout: float | None = None,
        headers: dict[str, str] | None = None,
        **request: Any,
    ) -> bytes:
        """The bytes of a 2xx answer."""
        seconds = timeout or self._settings.ask_seconds
        with span(f"ask {service}", kind=SpanKind.CLIENT, peer=service):
            sent = {"Authorization": f"Bearer {self.token(service)}", **(headers or {})}
            if parent := traceparent():
                sent["traceparent"] = parent
            try:
                async with asyncio.timeout(seconds), self._places[service]:
                    answer = await self._client.request(
                        method,
                        self._settings.url_of(service) + path,
                        headers=sent,
                        timeout=httpx.Timeout(seconds, connect=2),
                        **request,
                    )
            except (httpx.HTTPError, TimeoutError, OSError) as error:
                raise Unanswered(service, 0, "no_answer") from error
        if answer.is_success:
            return answer.content
        raise _unanswered(service, answer)

    def token(self, service: str) -> str:
        """The token by which this service calls another."""
        return self._tokens.sign(service)

    async def close(self) -> None:
        await self._client.aclose()


def _unanswered(service: str, answer: httpx.Response) -> Unanswered:
    try:
        problem = answer.json()
        return Unanswered(service, answer.status_code, str(problem.get("code", "unknown")), problem)
    except (ValueError, AttributeError):
        return Unanswered(service, answer.status_code, "unreadable")
