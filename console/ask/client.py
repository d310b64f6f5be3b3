"""One service as the console sees it: a bounded client that fails calmly and never hides what it does not know."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
from opentelemetry import propagate
from pydantic import BaseModel, ConfigDict, ValidationError

from chassis.telemetry import log

ModelT = TypeVar("ModelT", bound="Shape")
CONNECT_SECONDS = 2.0


class Shape(BaseModel):
    """A part of an answer the console relies on; whatever else the owner sends is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Unheard(Exception):
    """A service gave no usable answer: it is away, late, busy, or it answered nonsense."""

    def __init__(self, service: str, why: str, since: datetime | None = None) -> None:
        super().__init__(f"{service}: {why}")
        self.service = service
        self.why = why  # away | late | busy
        self.since = since


@dataclass(slots=True)
class Problem(Exception):
    """An answer of 400 or more with its stable word."""

    service: str
    status: int
    code: str
    title: str = ""
    detail: str = ""
    trace_id: str = ""
    errors: tuple[Mapping[str, Any], ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    retry_after_seconds: int | None = None

    def __str__(self) -> str:
        return f"{self.service}: {self.status} {self.code}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer."""

    status: int
    body: Mapping[str, Any]
    etag: str | None


@dataclass(slots=True)
class Bulkhead:
    """At most so many asks at once and so many waiting; the next is busy at once."""

    at_once: int
    waiting_max: int
    waiting: int = 0
    places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.places = asyncio.Semaphore(self.at_once)

    @asynccontextmanager
    async def place(self, service: str) -> AsyncIterator[None]:
        if self.places.locked() and self.waiting >= self.waiting_max:
            raise Unheard(service, "busy")
        self.waiting += 1
        try:
            await self.places.acquire()
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self.places.release()


class Service:
    """One service: its client, its bulkhead, and whether the health poll says it is away."""

    def __init__(self, name: str, http: httpx.AsyncClient, *, at_once: int, waiting: int, probe_seconds: float) -> None:
        self.name = name
        self.http = http
        self.bulkhead = Bulkhead(at_once, waiting)
        self.away_since: datetime | None = None
        self._probe_seconds = probe_seconds
        self._probed_at = 0.0

    def mark(self, *, answering: bool) -> None:
        if answering:
            self.away_since = None
        elif self.away_since is None:
            self.away_since = datetime.now(UTC)

    async def read(self, path: str, *, token: str | None, seconds: float, params: Mapping[str, Any] | None = None,
                   language: str = "zh-CN") -> Answer:  # fmt: skip
        """Ask once; once more only when the connection was refused or reset."""
        headers = _headers(token, language)
        wanted = {name: value for name, value in (params or {}).items() if value not in (None, "")}

        async def send() -> httpx.Response:
            return await self.http.get(path, params=wanted, headers=headers)

        return await self._asked(send, seconds, again=True)

    async def query(self, path: str, body: Mapping[str, Any], *, token: str | None, seconds: float,
                    language: str = "zh-CN", headers: Mapping[str, str] | None = None) -> Answer:  # fmt: skip
        """A POST that only reads, or that hands out a secret: no key, repeated like a read."""

        async def send() -> httpx.Response:
            return await self.http.post(path, json=dict(body), headers={**_headers(token, language), **(headers or {})})

        return await self._asked(send, seconds, again=True)

    async def command(self, path: str, body: Mapping[str, Any], *, token: str | None, key: str, seconds: float,
                      etag: str | None = None, language: str = "zh-CN") -> Answer:  # fmt: skip
        """A change: one key until a 2xx, so pressing again is safe. Never repeated by itself."""
        headers = {**_headers(token, language), "idempotency-key": key}
        if etag:
            headers["if-match"] = etag

        async def send() -> httpx.Response:
            return await self.http.post(path, json=dict(body), headers=headers)

        return await self._asked(send, seconds, again=False)

    async def send(self, path: str, content: bytes, *, token: str | None, key: str, seconds: float,
                   language: str = "zh-CN") -> Answer:  # fmt: skip
        """A change whose body is a file's bytes, nothing around them."""
        headers = {**_headers(token, language), "idempotency-key": key, "content-type": "application/octet-stream"}

        async def send() -> httpx.Response:
            return await self.http.post(path, content=content, headers=headers, timeout=seconds)

        return await self._asked(send, seconds, again=False)

    async def delete(self, path: str, *, token: str | None, seconds: float, language: str = "zh-CN") -> Answer:
        """Taking something away: done twice it is as done once."""
        headers = _headers(token, language)

        async def send() -> httpx.Response:
            return await self.http.delete(path, headers=headers)

        return await self._asked(send, seconds, again=False)

    async def file(self, path: str, *, token: str | None, seconds: float,
                   params: Mapping[str, Any] | None = None) -> httpx.Response:  # fmt: skip
        """A file as its owner gives it; a refusal is a problem like any other."""
        headers = _headers(token, "zh-CN")
        response = await self._heard(
            lambda: self.http.get(path, params=params, headers=headers, timeout=seconds), seconds, again=True
        )
        if response.status_code >= 400:
            _answer(self.name, response)
        return response

    async def _asked(self, send: Callable[[], Awaitable[httpx.Response]], seconds: float, *, again: bool) -> Answer:
        return _answer(self.name, await self._heard(send, seconds, again=again))

    async def _heard(
        self, send: Callable[[], Awaitable[httpx.Response]], seconds: float, *, again: bool
    ) -> httpx.Response:
        if self.away_since is not None and not self._may_probe():
            raise Unheard(self.name, "away", self.away_since)
        try:
            async with asyncio.timeout(seconds), self.bulkhead.place(self.name):
                response = await _sent(send, again=again)
        except TimeoutError as error:
            raise Unheard(self.name, "late") from error
        except httpx.TransportError as error:
            self.mark(answering=False)
            raise Unheard(self.name, "away", self.away_since) from error
        self.mark(answering=True)
        return response

    def _may_probe(self) -> bool:
        """While a service is away one ask every two seconds looks again; all others fail at once."""
        now = time.monotonic()
        if now - self._probed_at < self._probe_seconds:
            return False
        self._probed_at = now
        return True


def shaped(model: type[ModelT], answer: Answer, service: str) -> ModelT:
    """The answer as the console relies on it; an answer of another shape is no answer."""
    try:
        return model.model_validate(answer.body)
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        log.error("console.shape_unknown", service=service, model=model.__name__, fields=fields[:5])
        raise Unheard(service, "away") from error


async def _sent(send: Callable[[], Awaitable[httpx.Response]], *, again: bool) -> httpx.Response:
    try:
        return await send()
    except (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError):
        if not again:
            raise
        return await send()


def _headers(token: str | None, language: str) -> dict[str, str]:
    headers = {"accept-language": language}
    if token:
        headers["authorization"] = f"Bearer {token}"
    propagate.inject(headers)
    return headers


def _answer(service: str, response: httpx.Response) -> Answer:
    if response.status_code in (204, 304):
        return Answer(response.status_code, {}, response.headers.get("etag"))
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Unheard(service, "away" if response.status_code < 500 else "busy")
    if response.status_code < 400:
        return Answer(response.status_code, body, response.headers.get("etag"))
    raise _problem(service, response, body)


def _problem(service: str, response: httpx.Response, body: Mapping[str, Any]) -> Problem:
    known = {"type", "title", "status", "code", "detail", "trace_id", "errors"}
    after = response.headers.get("retry-after", "")
    return Problem(
        service=service,
        status=response.status_code,
        code=str(body.get("code") or f"http_{response.status_code}"),
        title=str(body.get("title") or ""),
        detail=str(body.get("detail") or ""),
        trace_id=str(body.get("trace_id") or ""),
        errors=tuple(error for error in body.get("errors") or () if isinstance(error, dict)),
        extra={name: value for name, value in body.items() if name not in known},
        retry_after_seconds=int(after) if after.isdigit() else None,
    )
