"""A service in this process on a real database of its own: what service tests talk to."""

import asyncio
import base64
import importlib
import json
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import asyncpg
import httpx
import jwt
import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.feed import Envelope, decode
from chassis.reader import Entry
from chassis.service import Running, Service, asgi
from chassis.timers import fire_due
from chassis.transaction import Transaction

SERVICES = ("members", "tickets", "funds", "notify", "console")
KEYS = {name: Ed25519PrivateKey.generate() for name in SERVICES}
PEOPLE_KEY = Ed25519PrivateKey.generate()


def raw_public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def raw_private(key: Ed25519PrivateKey) -> bytes:
    raw, none = serialization.Encoding.Raw, serialization.NoEncryption()
    return key.private_bytes(raw, serialization.PrivateFormat.Raw, none)


def jwks() -> dict[str, Any]:
    x = base64.urlsafe_b64encode(raw_public(PEOPLE_KEY)).decode().rstrip("=")
    return {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "people", "x": x}]}


def environment(name: str, app_url: str, owner_url: str, redis_url: str) -> dict[str, str]:
    """What a service process would find in its environment."""
    return {
        "YIHU_ENVIRONMENT": "test",
        f"YIHU_{name.upper()}_DATABASE_URL": app_url,
        f"YIHU_{name.upper()}_OWNER_URL": owner_url,
        "YIHU_REDIS_URL": redis_url,
        f"YIHU_{name.upper()}_SIGNING_KEY": base64.b64encode(raw_private(KEYS[name])).decode(),
        "YIHU_SERVICE_KEYS": json.dumps({n: base64.b64encode(raw_public(k)).decode() for n, k in KEYS.items()}),
        "YIHU_MEMBERS_JWKS": json.dumps(jwks()),
        "YIHU_SEALING_KEY": base64.b64encode(b"s" * 32).decode(),
        "YIHU_INDEX_KEY": base64.b64encode(b"i" * 32).decode(),
        "YIHU_POOL_SIZE": "20",
    }


@contextmanager
def environ(values: Mapping[str, str]) -> Iterator[None]:
    with mock.patch.dict(os.environ, values):
        yield


def built(name: str) -> Service:
    """The service as its `app.py` wires it."""
    module = importlib.import_module("console.app" if name == "console" else f"services.{name}.app")
    definition: Service = module.build()
    return definition


def person_token(
    person: UUID, audience: str, *, level: str = "aal2", session: UUID | None = None, **claims: Any
) -> str:
    """A token as members signs it; `claims` override."""
    now = int(time.time())
    plain = {
        "iss": "members",
        "sub": str(person),
        "aud": audience,
        "sid": str(session or uuid4()),
        "acr": level,
        "auth_time": now,
        "exp": now + 300,
    }
    return jwt.encode(plain | claims, PEOPLE_KEY, "EdDSA", headers={"typ": "at+jwt", "kid": "people"})


def service_token(name: str, audience: str, **claims: Any) -> str:
    plain = {"iss": name, "sub": name, "aud": audience, "exp": int(time.time()) + 60}
    headers = {"typ": "service+jwt", "kid": f"service:{name}"}
    return jwt.encode(plain | claims, KEYS[name], "EdDSA", headers=headers)


async def _with_key(request: httpx.Request) -> None:
    if request.method == "POST" and "idempotency-key" not in request.headers:
        request.headers["Idempotency-Key"] = str(uuid4())


@dataclass
class Stub:
    """The other services, as far as a test says what they answer; anything else is not there (503)."""

    answers: dict[tuple[str, str], Callable[[httpx.Request], Any]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)

    def says(self, path: str, answer: Any, method: str = "POST") -> None:
        """`answer` is a dict, an `httpx.Response`, or a function of the request giving either."""
        self.answers[method, path] = answer if callable(answer) else lambda _: answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.get((request.method, request.url.path))
        if answer is None:
            return httpx.Response(503, json={"code": "away"})
        given = answer(request)
        return given if isinstance(given, httpx.Response) else httpx.Response(200, json=given)


@dataclass
class Served:
    """One service in this process."""

    name: str
    running: Running
    app: Any
    others: Stub
    owner_url: str
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    owner: asyncpg.Connection | None = None
    owner_lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def client(self, token: str | None = None, **headers: str) -> httpx.AsyncClient:
        """A client of its API; POSTs get an Idempotency-Key of their own unless they bring one."""
        sent = headers | ({"Authorization": f"Bearer {token}"} if token else {})
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        made = httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=sent, event_hooks={"request": [_with_key]}
        )
        self.clients.append(made)
        return made

    async def person(
        self, person: UUID | None = None, grants: Sequence[tuple[str, str, UUID]] = (), *, level: str = "aal2"
    ) -> httpx.AsyncClient:
        """A signed-in person with grants (role, "area" | "organization", scope id)."""
        who = person or uuid4()
        for role, kind, scope in grants:
            await self.sql(
                "INSERT INTO grants VALUES ($1, $2, $3, $4, $5, $6, '2000-01-01', NULL)",
                uuid4(),
                who,
                role,
                kind,
                scope,
                [scope],
            )
        return self.client(person_token(who, self.name, level=level))

    def as_service(self, name: str, on_behalf: UUID | None = None) -> httpx.AsyncClient:
        headers = {"Yihu-Actor": str(on_behalf)} if on_behalf else {}
        return self.client(service_token(name, self.name), **headers)

    async def sql(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        """Run SQL as the owner, past the service."""
        async with self.owner_lock:
            if self.owner is None:
                self.owner = await asyncpg.connect(self.owner_url)
            rows: list[asyncpg.Record] = await self.owner.fetch(statement, *arguments)
            return rows

    async def apply(
        self,
        of: str,
        data: Mapping[str, Any],
        *,
        subject: UUID | None = None,
        correlation: UUID | None = None,
        community: UUID | None = None,
        restricted: bool = False,
        actor: str | None = None,
    ) -> None:
        """Let one event of another service take effect, through the inbox."""
        now = (await self.sql("SELECT now() + shift AS now FROM clock"))[0]["now"]
        envelope = Envelope(
            id=uuid4(),
            source="/" + of.partition(".")[0],
            specversion="1.0",
            type=of,
            subject=subject or uuid4(),
            time=now,
            revision=1,
            correlation=correlation or subject or uuid4(),
            community=community,
            restricted=restricted,
            actor=actor,
            data=msgspec.Raw(msgspec.json.encode(data, enc_hook=str)),
        )
        body = msgspec.json.encode(envelope).decode()
        entry = Entry(of.partition(".")[0], "1-test", 0, 1, None, body, decode(body))
        async with self.running.transaction(label="apply") as tx:
            if self.running.inbox.reads_all:
                await self.running.inbox.reads_all([entry], tx)
            else:
                await self.running.inbox.effect(entry, tx)

    async def events(self, of: str = "") -> list[Envelope]:
        """What it has announced, in order; of one type when named."""
        rows = await self.sql("SELECT body FROM feed_event ORDER BY ordinal")
        found = [decode(row["body"]) for row in rows]
        return [e for e in found if not of or e.type == of]

    async def data(self, of: str) -> list[dict[str, Any]]:
        """The data of its events of one type."""
        return [msgspec.json.decode(e.data) for e in await self.events(of)]

    async def advance(self, **delta: float) -> None:
        """Move its clock forward and fire what has become due."""
        await self.sql("UPDATE clock SET shift = shift + $1", timedelta(**delta))
        await self.fire()

    async def fire(self) -> None:
        """Fire due timers until none is left."""
        by_kind = {t.kind: t for t in self.running.definition.timers}
        for _ in range(50):
            if not await fire_due(self.running, by_kind):
                return

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self.running.transaction() as tx:
            yield tx

    async def close(self) -> None:
        for client in self.clients:
            await client.aclose()
        if self.owner is not None:
            await self.owner.close()
        await self.running.close()


def served(definition: Service, owner_url: str) -> Served:
    """Bring a service up in this process."""
    others = Stub()
    running = Running(definition, transport=httpx.MockTransport(others))
    return Served(definition.name, running, asgi(definition, running), others, owner_url)
