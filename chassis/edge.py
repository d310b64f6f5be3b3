"""The edge of a service: what a route must declare, and how a request becomes one transaction.

Every route declares exactly one of `permitted`, `signed_in`, `public`, `service_only`, `by_secret`, `by_api_key`; one
without keeps the service from starting. Each gives the route an `Edge`.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel, ConfigDict, model_validator

from chassis.auth import Actor, standing, stepped_up
from chassis.refused import Refused
from chassis.transaction import OnceKey, Transaction, is_conflict, is_cut, transaction

if TYPE_CHECKING:
    from chassis.service import Running

T = TypeVar("T")


class Body(BaseModel):
    """A request's body: unknown fields, NUL and lone surrogates are refused, all faults at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _only_text(cls, values: Any) -> Any:
        if isinstance(values, dict):
            for name, value in values.items():
                if isinstance(value, str) and ("\0" in value or any("\ud800" <= c <= "\udfff" for c in value)):
                    raise ValueError(f"{name} has characters that are no text")
        return values


@dataclass(frozen=True, slots=True)
class Page:
    """A keyset page: at most `limit` rows after `after`."""

    limit: int
    after: list[Any] | None
    filters: str


@dataclass(slots=True)
class Edge:
    """One request at the edge: who acts, under which key, and the transaction it becomes."""

    running: "Running"
    request: Request
    actor: Actor
    declared: "Declared"
    expected: int | None = None
    key: str | None = None

    async def command(
        self,
        handler: Callable[[Transaction], Awaitable[T]],
        answer: Callable[[T], BaseModel] | None = None,
        status: int = 200,
        *,
        label: str = "commit",
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Run `handler` in one transaction, once per Idempotency-Key, and answer after it has committed."""
        once = await self._once()
        for attempt in range(1, self.running.settings.command_tries + 1):
            try:
                return await self._run(handler, answer, status, once, label, headers or {})
            except Exception as error:
                again = is_conflict(error) or (once is not None and is_cut(error))
                if not again or attempt == self.running.settings.command_tries:
                    raise
                await asyncio.sleep(random.uniform(0.01, 0.1) * attempt)
        raise AssertionError("command_tries is below 1")

    async def _run(
        self,
        handler: Callable[[Transaction], Awaitable[T]],
        answer: Callable[[T], BaseModel] | None,
        status: int,
        once: OnceKey | None,
        label: str,
        headers: dict[str, str],
    ) -> Response:
        sealing, aad = self.running.sealing, "once_request.answer"
        async with transaction(self.running.database, self.running, self.actor, label=label) as tx:
            if once and (stored := await once.begin(tx, lambda b: sealing.unseal(b, aad=aad).encode())):
                return _answered(stored[1], stored[0], {"Idempotency-Replayed": "true"})
            result = await handler(tx)
            model = answer(result) if answer else None
            body = model.model_dump_json(by_alias=True).encode() if model else b""
            if once:
                await once.finish(tx, status, sealing.seal(body.decode(), aad=aad))
        return _answered(body, status, headers)

    async def _once(self) -> OnceKey | None:
        if self.key is None:
            return None
        route = f"{self.request.method} {self.request.url.path}"
        content_type = self.request.headers.get("content-type", "")
        actor = self.actor.name + (f"/{self.actor.on_behalf}" if self.actor.on_behalf else "")
        return OnceKey.of(actor, route, self.key, content_type, await self.request.body())

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A transaction that only reads."""
        async with transaction(self.running.database, self.running, self.actor, read_only=True) as tx:
            yield tx

    def page(self, limit: int | None, cursor: str | None, filters: object = None) -> Page:
        """Read `limit` and `cursor`; a forged cursor, or one of another filter, is 400."""
        settings = self.running.settings
        size = settings.page_default if limit is None else limit
        if not 1 <= size <= settings.page_max:
            raise Refused("limit_invalid", status=400, detail=f"limit is 1 to {settings.page_max}.")
        mark = hashlib.sha256(f"{self.request.url.path}|{filters}".encode()).hexdigest()[:16]
        return Page(size, self._unsigned(cursor, mark) if cursor else None, mark)

    def listed(
        self, items: Sequence[T], page: Page, key: Callable[[T], Iterable[object]], **more: object
    ) -> dict[str, object]:
        """A page's answer. Give `limit + 1` rows: the last one only tells that there is more."""
        shown = list(items[: page.limit])
        following = self._signed(list(key(shown[-1])), page.filters) if len(items) > page.limit else None
        return {"items": shown, "next": following, **more}

    def _signed(self, values: list[object], mark: str) -> str:
        text = json.dumps([mark, *values], default=_plain)
        seal = hmac.digest(self._cursor_key, text.encode(), "sha256")[:12]
        return base64.urlsafe_b64encode(seal + text.encode()).decode().rstrip("=")

    def _unsigned(self, cursor: str, mark: str) -> list[Any]:
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            seal, text = raw[:12], raw[12:]
            values = (
                json.loads(text)
                if hmac.compare_digest(seal, hmac.digest(self._cursor_key, text, "sha256")[:12])
                else [None]
            )
        except ValueError:
            values = [None]
        if values[0] != mark:
            raise Refused("cursor_invalid", status=400)
        return list(values[1:])

    @property
    def _cursor_key(self) -> bytes:
        return self.running.settings.index_key.get_secret_value().encode()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _answered(body: bytes, status: int, headers: dict[str, str]) -> Response:
    """A JSON answer, with the ETag of the revision it tells."""
    revision = json.loads(body).get("revision") if body else None
    if revision is not None:
        headers = headers | {"ETag": f'"{revision}"'}
    return Response(body, status, headers | {"Cache-Control": "no-store"}, media_type="application/json")


# Declarations ---------------------------------------------------------------------------------------------------

_WRITES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_KEYLESS: Final = frozenset({"by_secret", "by_api_key"})  # partners whose own conventions know no Idempotency-Key


class Declared:
    """What a route declares about who may call it; FastAPI calls it to get the route's `Edge`."""

    def __init__(
        self,
        guard: str,
        *,
        permission: str = "",
        services: Iterable[str] = (),
        key: bool = True,
        if_match: bool = False,
        check: Callable[[Request], Awaitable[bool] | bool] | None = None,
        owner: Callable[[Request], Awaitable[Actor]] | None = None,
        services_told: str = "services_do_not_act_here",
    ) -> None:
        self.guard, self.permission, self.services = guard, permission, frozenset(services)
        self.key, self.if_match, self.check, self.owner = key, if_match, check, owner
        self.services_told = services_told

    async def __call__(
        self,
        request: Request,
        idempotency_key: Annotated[str | None, Header()] = None,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Edge:
        running: Running = request.app.state.running
        actor = await self._actor(running, request)
        request.state.actor = actor
        await self._admit(running, request, actor)
        key = self._key(request, idempotency_key)
        return Edge(running, request, actor, self, self._revision(if_match), key)

    async def _actor(self, running: "Running", request: Request) -> Actor:
        if self.owner is not None:
            return await self.owner(request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not token or scheme.lower() != "bearer":
            if self.guard in ("public", "by_secret"):
                return Actor()
            raise Refused("token_missing", status=401)
        actor = await running.tokens.read(token, running.settings.service)
        if actor.service:
            behalf = request.headers.get("yihu-actor")
            return replace(actor, on_behalf=UUID(behalf) if behalf else None)
        return await self._person(running, actor)

    async def _person(self, running: "Running", actor: Actor) -> Actor:
        assert actor.person_id is not None
        known = await standing(running.database, actor.person_id, actor.session_id)
        if known.session_ended:
            raise Refused("session_ended", status=401)
        sensitive = self.permission in running.definition.sensitive
        if sensitive and known.unconfirmed_seconds > running.settings.grants_fresh_seconds:
            raise Refused("grants_unconfirmed", status=503, retry_after=10)
        return replace(actor, grants=known.grants, permissions=running.definition.all_permissions)

    async def _admit(self, running: "Running", request: Request, actor: Actor) -> None:
        if self.guard == "by_secret":
            allowed = self.check(request) if self.check else False
            if not (allowed if isinstance(allowed, bool) else await allowed):
                raise Refused("secret_wrong", status=401)
        elif self.guard == "service_only":
            if actor.service not in self.services:
                raise Refused("services_only", status=403)
        elif actor.service:
            if self.guard != "public" and actor.service not in self.services:
                raise Refused(self.services_told, status=403)
        elif self.guard == "permitted":
            if not actor.holds(self.permission):
                raise Refused("not_permitted", status=403, permission=self.permission)
            if self.permission in running.definition.aal2 and not stepped_up(actor, running.settings.step_up_minutes):
                raise Refused("step_up", status=403, permission=self.permission)

    def _key(self, request: Request, key: str | None) -> str | None:
        if key is None and self.key and request.method == "POST" and self.guard not in _KEYLESS:
            raise Refused("idempotency_key_missing", status=400, detail="Send an Idempotency-Key header.")
        return key if self.key and request.method in _WRITES else None

    def _revision(self, if_match: str | None) -> int | None:
        if if_match is None:
            if self.if_match:
                raise Refused("if_match_missing", status=428, detail="Send If-Match with the ETag you saw.")
            return None
        bare = if_match.removeprefix("W/").strip('"')
        if not bare.isdigit():
            raise Refused("if_match_invalid", status=400)
        return int(bare)


def permitted(
    permission: str,
    *,
    services: Iterable[str] = (),
    key: bool = True,
    if_match: bool = False,
    services_told: str = "services_do_not_act_here",
) -> Any:
    """A grant must give this permission somewhere; where, the handler or view decides with the object's scope.

    `services_told` is the word by which a service of ours that may not act here is refused.
    """
    return Depends(
        Declared(
            "permitted",
            permission=permission,
            services=services,
            key=key,
            if_match=if_match,
            services_told=services_told,
        )
    )


def signed_in(*, services: Iterable[str] = (), key: bool = True, if_match: bool = False) -> Any:
    """Any person with a token: what concerns herself."""
    return Depends(Declared("signed_in", services=services, key=key, if_match=if_match))


def public(*, key: bool = True) -> Any:
    """Anybody; a token is read where there is one."""
    return Depends(Declared("public", key=key))


def service_only(*services: str, key: bool = False) -> Any:
    """Only these services of ours."""
    return Depends(Declared("service_only", services=services, key=key))


def by_secret(check: Callable[[Request], Awaitable[bool] | bool]) -> Any:
    """A partner that proves itself by a secret of its own (a path, a signature)."""
    return Depends(Declared("by_secret", check=check, key=False))


def by_api_key(owner: Callable[[Request], Awaitable[Actor]]) -> Any:
    """A client with an API key: `owner` names whose it is, or refuses. An Idempotency-Key is honoured, not required."""
    return Depends(Declared("by_api_key", owner=owner))
