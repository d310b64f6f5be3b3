"""From the secret in the cookie to short tokens, one per audience, kept in memory until they end."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from console.ask.client import Problem, Service, Shape, shaped

SECONDS = 2.0
TOKEN_SECONDS = 300  # what members gives a token; counted here from its arrival, whatever the owner's clock says


class Token(Shape):
    """An access token of one audience."""

    token: str
    person_id: UUID
    level: str


class Grant(Shape):
    role: str
    scope_kind: str
    scope_id: UUID
    scope_name: str | None = None


class Membership(Shape):
    organization_id: UUID
    name: str
    tier: str
    state: str


class Person(Shape):
    """Who is signed in, as members tells herself."""

    person_id: UUID
    name: str
    grants: tuple[Grant, ...] = ()
    memberships: tuple[Membership, ...] = ()

    def holds(self, *roles: str) -> bool:
        return any(grant.role in roles for grant in self.grants)

    @property
    def role(self) -> str:
        """The word beside her name: the role she does most of her work in."""
        held = [role for role in ROLES if self.holds(role)]
        return held[0] if held else "resident"

    @property
    def areas(self) -> tuple[UUID, ...]:
        return tuple(grant.scope_id for grant in self.grants if grant.scope_kind == "area")

    @property
    def groups(self) -> tuple[UUID, ...]:
        return tuple(grant.scope_id for grant in self.grants if grant.scope_kind == "organization")


ROLES = (
    "keeper", "secretary", "operator", "leader", "counsellor", "treasurer", "auditor", "district", "message_manager",
    "member",
)  # fmt: skip


class SignedOut(Exception):
    """There is no session, or it has ended."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """The name and manner of the session cookie."""

    secure: bool

    @property
    def name(self) -> str:
        return "__Host-yihu" if self.secure else "yihu"

    def secret(self, request: Request) -> str | None:
        return request.cookies.get(self.name)

    def give(self, response: Response, secret: str) -> None:
        response.set_cookie(self.name, secret, httponly=True, samesite="lax", secure=self.secure, path="/")

    def take(self, response: Response) -> None:
        response.delete_cookie(self.name, httponly=True, samesite="lax", secure=self.secure, path="/")


class Sessions:
    """Tokens by (session, audience) and persons by session; bounded, and never written anywhere."""

    def __init__(self, members: Service, *, most: int, renew_seconds: float) -> None:
        self.members = members
        self._most = most
        self._keep_seconds = TOKEN_SECONDS - renew_seconds
        self._tokens: OrderedDict[tuple[str, str], tuple[Token, float]] = OrderedDict()
        self._persons: OrderedDict[str, tuple[Person, float]] = OrderedDict()
        self._trading: dict[tuple[str, str], asyncio.Lock] = {}

    async def token(self, secret: str, audience: str) -> str:
        """A token with some life left in it."""
        place = (_digest(secret), audience)
        if kept := self._living(place):
            return kept.token
        lock = self._trading.setdefault(place, asyncio.Lock())
        try:
            async with lock:
                kept = self._living(place) or await self._trade(place, secret)
        finally:
            self._trading.pop(place, None)
        return kept.token

    async def person(self, secret: str) -> Person:
        """Who she is and what she was granted, asked anew when her members token is."""
        place = _digest(secret)
        known = self._persons.get(place)
        if known and known[1] > time.monotonic():
            return known[0]
        token = await self.token(secret, "members")
        answer = await self.members.read("/v1/me", token=token, seconds=SECONDS)
        person = shaped(Person, answer, "members")
        self._persons[place] = (person, time.monotonic() + self._keep_seconds)
        _bound(self._persons, self._most)
        return person

    def forget(self, secret: str) -> None:
        place = _digest(secret)
        self._persons.pop(place, None)
        for kept in [key for key in self._tokens if key[0] == place]:
            del self._tokens[kept]

    def forget_person(self, person_id: UUID) -> None:
        """Her session has ended somewhere: the next page asks members anew."""
        for place in [key for key, (person, _) in self._persons.items() if person.person_id == person_id]:
            del self._persons[place]
        for key in [key for key, (token, _) in self._tokens.items() if token.person_id == person_id]:
            del self._tokens[key]

    def _living(self, place: tuple[str, str]) -> Token | None:
        kept = self._tokens.get(place)
        if kept is None or kept[1] <= time.monotonic():
            return None
        self._tokens.move_to_end(place)
        return kept[0]

    async def _trade(self, place: tuple[str, str], secret: str) -> Token:
        try:
            answer = await self.members.query(
                "/v1/sessions/current:token", {"audience": place[1]}, token=None, seconds=SECONDS,
                headers={"authorization": f"Session {secret}"},
            )  # fmt: skip
        except Problem as problem:
            if problem.status == 401:
                self.forget(secret)
                raise SignedOut from problem
            raise
        token = shaped(Token, answer, "members")
        self._tokens[place] = (token, time.monotonic() + self._keep_seconds)
        _bound(self._tokens, self._most)
        return token


def _bound(kept: OrderedDict, most: int) -> None:  # type: ignore[type-arg]
    while len(kept) > most:
        kept.popitem(last=False)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
