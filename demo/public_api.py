"""The four services as anybody outside sees them: HTTP, JSON, tokens. Refusals are words with a status."""

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

Json = dict[str, Any]
TOKEN_REUSED_SECONDS = 200.0  # a token lasts five minutes
STALE_TRIES_MAX = 4
TOTP_STEP_SECONDS = 30


class Refusal(Exception):
    """The service answered, and the answer was no."""

    def __init__(self, asked: str, status: int, problem: Json) -> None:
        self.status, self.problem = status, problem
        self.code = str(problem.get("code", ""))
        super().__init__(f"{asked}: {status} {self.code} {problem.get('errors') or problem.get('detail', '')}")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Json
    headers: Mapping[str, str]


Witness = Callable[[Json], None]  # is told of every request and its answer


@dataclass
class Api:
    """Base addresses by service; every request may be witnessed for the checkers."""

    urls: Mapping[str, str]
    http: httpx.AsyncClient
    witness: Witness = field(default=lambda seen: None)

    async def ask(
        self, method: str, service: str, path: str, *, headers: Mapping[str, str], body: Any = None, **query: Any
    ) -> Answer:
        began = time.monotonic()
        seen: Json = {"method": method, "service": service, "path": path, "key": headers.get("Idempotency-Key")}
        try:
            response = await self.http.request(
                method, self.urls[service] + path, headers=dict(headers), params=_stated(query), **_sent(body)
            )
        except httpx.HTTPError as error:
            self.witness(seen | {"began": began, "ended": time.monotonic(), "error": type(error).__name__})
            raise
        answer = Answer(response.status_code, _json(response), response.headers)
        self.witness(seen | {"began": began, "ended": time.monotonic(), "status": answer.status, "answer": answer.body})
        if answer.status >= 400:
            raise Refusal(f"{method} {service} {path}", answer.status, answer.body)
        return answer


def _stated(query: Mapping[str, Any]) -> Json | None:
    return {name: value for name, value in query.items() if value is not None} or None


def _sent(body: Any) -> Json:
    if body is None:
        return {}
    return {"content": body} if isinstance(body, bytes) else {"json": body}


def _json(response: httpx.Response) -> Json:
    if "json" not in response.headers.get("content-type", ""):
        return {}
    body = response.json()
    return body if isinstance(body, dict) else {"items": body}


@dataclass
class Person:
    """Somebody who acts. She may be signed in; then her tokens are bought as they are needed."""

    api: Api
    person_id: str = ""
    session_secret: str = ""
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    async def get(self, service: str, path: str, **query: Any) -> Json:
        return (await self.api.ask("GET", service, path, headers=await self._headers(service), **query)).body

    async def items(self, service: str, path: str, **query: Any) -> list[Json]:
        listed: list[Json] = (await self.get(service, path, **query))["items"]
        return listed

    async def post(self, service: str, path: str, body: Any = None, *, key: str = "", **headers: str) -> Json:
        return (await self.answer(service, path, body, key=key, **headers)).body

    async def answer(self, service: str, path: str, body: Any = None, *, key: str = "", **headers: str) -> Answer:
        sent = await self._headers(service) | {"Idempotency-Key": in_ascii(key) if key else str(uuid4())} | headers
        return await self.api.ask("POST", service, path, headers=sent, body={} if body is None else body)

    async def patch(self, service: str, path: str, body: Json) -> Json:
        revision = (await self.get(service, path))["revision"]
        sent = await self._headers(service) | {"If-Match": f'"{revision}"'}
        return (await self.api.ask("PATCH", service, path, headers=sent, body=body)).body

    async def move(self, service: str, noun: str, verb: str, body: Json | None = None) -> Json:
        """`POST noun:verb` on the revision just read; somebody else may have moved it meanwhile."""
        for tries_left in reversed(range(STALE_TRIES_MAX)):
            revision = (await self.get(service, noun))["revision"]
            try:
                return await self.post(service, f"{noun}:{verb}", body, **{"If-Match": f'"{revision}"'})
            except Refusal as refusal:
                if refusal.status != 412 or not tries_left:
                    raise
        raise AssertionError("the last try raises")

    async def sign_in(self, login: str, password: str, totp_secret: str) -> None:
        body = {"login": login, "password": password, "totp": totp(totp_secret, time.time())}
        await self._signed_in(await self._post_openly("/v1/sessions", body))

    async def sign_in_by_code(self, challenge_id: str, code: str, device: str) -> None:
        path = f"/v1/sign-in/challenges/{challenge_id}:verify"
        await self._signed_in(await self._post_openly(path, {"code": code, "device": device}))

    async def _post_openly(self, path: str, body: Json) -> Json:
        return (await self.api.ask("POST", "members", path, headers={}, body=body)).body

    async def _signed_in(self, session: Json) -> None:
        self.session_secret = session["secret"]
        self._tokens.clear()
        self.person_id = session.get("person_id") or (await self.get("members", "/v1/me"))["person_id"]

    async def _headers(self, service: str) -> dict[str, str]:
        if not self.session_secret:
            return {}
        token, until = self._tokens.get(service, ("", 0.0))
        if time.monotonic() > until:
            session = {"Authorization": f"Session {self.session_secret}"}
            bought = await self.api.ask(
                "POST", "members", "/v1/sessions/current:token", headers=session, body={"audience": service}
            )
            token = bought.body["token"]
            self._tokens[service] = (token, time.monotonic() + TOKEN_REUSED_SECONDS)
        return {"Authorization": f"Bearer {token}"}


def in_ascii(key: str) -> str:
    """Keys of the story name what they are for, in Chinese; a header takes visible ASCII."""
    return key if key.isascii() else hashlib.sha256(key.encode()).hexdigest()


def totp(secret: str, at: float) -> str:
    """RFC 6238, six digits."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // TOTP_STEP_SECONDS), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
