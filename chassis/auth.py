"""Who calls, and what she may do here.

A token says who (`sub`), for which service (`aud`) and how surely (`acr`); it holds no roles. A grant is a row:
subject, role, scope, during. members writes the grants; every other service keeps a copy of them from members' events,
and this module owns that table, its one reader and the check.
"""

import asyncio
import base64
import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field
from sqlalchemy import text

from chassis.reader import Read, Reader
from chassis.refused import Refused
from chassis.settings import Settings

if TYPE_CHECKING:
    from chassis.database import Database
    from chassis.transaction import Transaction

SERVICE_TOKEN_SECONDS: Final = 60
TOKENS_KEPT: Final = 10_000
_PERSON_CLAIMS: Final = ["iss", "sub", "aud", "sid", "acr", "auth_time", "exp"]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over an area or an organisation and all below it."""

    role: str
    scope_kind: str
    scope_id: UUID


@dataclass(frozen=True, slots=True)
class Scopes:
    """Where a permission holds: for `path && scopes` in SQL, before anything else is looked at."""

    areas: list[UUID]
    organizations: list[UUID]

    def __bool__(self) -> bool:
        return bool(self.areas or self.organizations)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with a session, a service of ours, an API key, the system (timers, events), or nobody."""

    person_id: UUID | None = None
    service: str | None = None
    system: str | None = None
    api_key: UUID | None = None
    on_behalf: UUID | None = None
    session_id: UUID | None = None
    level: str = ""
    authenticated_at: datetime | None = None
    grants: tuple[Grant, ...] = ()
    permissions: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @staticmethod
    def of_system(service: str) -> "Actor":
        return Actor(system=service)

    @property
    def name(self) -> str:
        """How this actor stands in events and audit rows: an id, never a name."""
        kinds = {"person": self.person_id, "service": self.service, "system": self.system, "api_key": self.api_key}
        for kind, value in kinds.items():
            if value:
                return f"{kind}:{value}"
        return "nobody"

    def roles(self, permission: str) -> frozenset[str]:
        return self.permissions.get(permission, frozenset())

    def holds(self, permission: str) -> bool:
        """Whether any grant, whatever its scope, gives this permission. Every signed-in person is a resident."""
        roles = self.roles(permission)
        return any(g.role in roles for g in self.grants) or (self.person_id is not None and "resident" in roles)

    def scopes(self, permission: str) -> Scopes:
        """The areas and organisations in which grants give this permission."""
        held = [g for g in self.grants if g.role in self.roles(permission)]
        return Scopes(
            [g.scope_id for g in held if g.scope_kind == "area"],
            [g.scope_id for g in held if g.scope_kind == "organization"],
        )

    def may(self, permission: str, *, area_path: Sequence[UUID] = (), organization_path: Sequence[UUID] = ()) -> bool:
        """Whether a grant gives this permission at a target, named by the paths it lies on."""
        scopes = self.scopes(permission)
        return not (set(scopes.areas).isdisjoint(area_path) and set(scopes.organizations).isdisjoint(organization_path))


# Grants: the table, its one reader ------------------------------------------------------------------------------


class GrantGiven(Reader, of="members.grant_given.v1"):
    """A role given, whole."""

    grant_id: UUID
    subject_id: UUID
    role: str
    scope_kind: str
    scope_id: UUID
    scope_path: list[UUID]
    valid_from: datetime = Field(alias="from")
    valid_until: datetime | None = Field(default=None, alias="until")


class GrantEnded(Reader, of="members.grant_ended.v1"):
    """A role that ends at `until`."""

    grant_id: UUID
    valid_until: datetime | None = Field(default=None, alias="until")


class SessionEnded(Reader, of="members.session_ended.v1"):
    """A session whose tokens must be refused until they have run out."""

    session_id: UUID
    until: datetime


_WRITE_GRANT = text(
    "INSERT INTO grants (grant_id, subject_id, role, scope_kind, scope_id, scope_path, valid_from, valid_until)"
    " VALUES (:grant_id, :subject_id, :role, :scope_kind, :scope_id, :scope_path, :valid_from, :valid_until)"
    " ON CONFLICT (grant_id) DO UPDATE SET scope_path = excluded.scope_path, valid_until = excluded.valid_until"
)
_END_GRANT = text("UPDATE grants SET valid_until = :until WHERE grant_id = :grant_id")
_END_SESSION = text("INSERT INTO ended_session (session_id, until) VALUES (:session_id, :until) ON CONFLICT DO NOTHING")


async def write_grant(
    tx: "Transaction",
    *,
    grant_id: UUID,
    subject_id: UUID,
    role: str,
    scope_kind: str,
    scope_id: UUID,
    scope_path: Sequence[UUID],
    valid_from: datetime,
    valid_until: datetime | None = None,
) -> None:
    """Write a grant's row: members in the transaction that gives it, all others when they hear of it."""
    await tx.execute(
        _WRITE_GRANT,
        {
            "grant_id": grant_id,
            "subject_id": subject_id,
            "role": role,
            "scope_kind": scope_kind,
            "scope_id": scope_id,
            "scope_path": list(scope_path),
            "valid_from": valid_from,
            "valid_until": valid_until,
        },
    )


async def end_grant(tx: "Transaction", grant_id: UUID, until: datetime) -> None:
    await tx.execute(_END_GRANT, {"grant_id": grant_id, "until": until})


async def end_session(tx: "Transaction", session_id: UUID, until: datetime) -> None:
    """Refuse a session's tokens; `until` is when the last of them has run out."""
    await tx.execute(_END_SESSION, {"session_id": session_id, "until": until})


async def _copy_grant(event: GrantGiven, tx: "Transaction") -> None:
    await write_grant(tx, **event.model_dump())


async def _end_copied_grant(event: GrantEnded, tx: "Transaction") -> None:
    await end_grant(tx, event.grant_id, event.valid_until or tx.now)


async def _end_copied_session(event: SessionEnded, tx: "Transaction") -> None:
    await end_session(tx, event.session_id, event.until)


GRANT_READS: Final = (
    Read(GrantGiven, _copy_grant, copy=True),
    Read(GrantEnded, _end_copied_grant),
    Read(SessionEnded, _end_copied_session),
)

_STANDING = (
    "SELECT (SELECT coalesce(json_agg(json_build_array(role, scope_kind, scope_id)), '[]'::json) FROM grants, clock"
    "   WHERE subject_id = $1 AND valid_from <= now() + shift"
    "   AND (valid_until IS NULL OR valid_until > now() + shift)) AS held,"
    " EXISTS (SELECT 1 FROM ended_session WHERE session_id = $2 AND until > now()) AS ended,"
    " (SELECT extract(epoch FROM now() - min(confirmed_at)) FROM feed_cursor WHERE producer = 'members') AS unconfirmed"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What this service knows of a person at this moment."""

    grants: tuple[Grant, ...]
    session_ended: bool
    unconfirmed_seconds: float


async def standing(database: "Database", person: UUID, session: UUID | None) -> Standing:
    """Grants in force, whether the session has ended, and how old our knowledge of both is. One statement."""
    async with database.asking_once() as connection:
        row = await connection.fetchrow(_STANDING, person, session)
    grants = tuple(Grant(role, kind, UUID(scope)) for role, kind, scope in row["held"])
    return Standing(grants, row["ended"], float(row["unconfirmed"] or 0))


# Tokens ---------------------------------------------------------------------------------------------------------


class Tokens:
    """Signs this service's own tokens and reads those of others: EdDSA only, keys only from our own sets."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient | None = None) -> None:
        self._settings = settings
        self._own = _private(settings.signing_key.get_secret_value())
        self._services = {name: _public(key) for name, key in settings.service_keys.items()}
        self._people: dict[str, Ed25519PublicKey] = _jwks(settings.members_jwks)
        self._client = client or httpx.AsyncClient(base_url=settings.members_url, timeout=2)
        self._fetched_at = -10.0
        self._fetching = asyncio.Lock()
        self._signed: dict[str, tuple[float, str]] = {}
        self._read: dict[tuple[str, str], tuple[float, Actor]] = {}

    def sign(self, audience: str) -> str:
        """A token by which this service calls another: good for a minute, signed by its own key."""
        until, token = self._signed.get(audience, (0.0, ""))
        now = time.time()
        if until - now < SERVICE_TOKEN_SECONDS / 2:
            until = now + SERVICE_TOKEN_SECONDS
            name = self._settings.service
            claims = {"iss": name, "sub": name, "aud": audience, "exp": int(until)}
            token = jwt.encode(claims, self._own, "EdDSA", headers={"typ": "service+jwt", "kid": f"service:{name}"})
            self._signed[audience] = (until, token)
        return token

    async def read(self, token: str, audience: str) -> Actor:
        """The actor a token names. Anything wrong with it is one refusal, without a reason for the sender to use.

        A token found good stays good until it expires: its signature is not computed again at every request.
        """
        until, known = self._read.get((token, audience), (0.0, Actor()))
        if until > time.time():
            return known
        if len(self._read) >= TOKENS_KEPT:
            self._read.clear()
        self._read[token, audience] = until, actor = await self._verified(token, audience)
        return actor

    async def _verified(self, token: str, audience: str) -> tuple[float, Actor]:
        try:
            head = jwt.get_unverified_header(token)
            kid, kind = str(head.get("kid", "")), head.get("typ")
            if kind == "service+jwt":
                return self._read_service(token, kid, audience)
            if kind != "at+jwt":
                raise jwt.InvalidTokenError
            return self._read_person(token, await self._person_key(kid), audience)
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise Refused("token_invalid", status=401) from error

    def _read_service(self, token: str, kid: str, audience: str) -> tuple[float, Actor]:
        name = kid.removeprefix("service:")
        claims = jwt.decode(
            token,
            self._services[name],
            ["EdDSA"],
            audience=audience,
            issuer=name,
            options={"require": ["iss", "sub", "aud", "exp"]},
        )
        if claims["sub"] != name:
            raise jwt.InvalidTokenError
        return float(claims["exp"]), Actor(service=name)

    def _read_person(self, token: str, key: Ed25519PublicKey, audience: str) -> tuple[float, Actor]:
        claims = jwt.decode(
            token, key, ["EdDSA"], audience=audience, issuer="members", options={"require": _PERSON_CLAIMS}
        )
        actor = Actor(
            person_id=UUID(claims["sub"]),
            session_id=UUID(claims["sid"]),
            level=str(claims["acr"]),
            authenticated_at=datetime.fromtimestamp(int(claims["auth_time"]), UTC),
        )
        return float(claims["exp"]), actor

    async def _person_key(self, kid: str) -> Ed25519PublicKey:
        """A key of members' set. An unknown one is looked for at most once in ten seconds; the last good set stays.

        Whoever comes while it is looked for waits for the answer: after a start all first requests come together.
        """
        if kid not in self._people:
            async with self._fetching:
                await self._look_for(kid)
        return self._people[kid]

    async def _look_for(self, kid: str) -> None:
        pause = 10 if self._people else 1
        if kid not in self._people and time.monotonic() - self._fetched_at > pause:
            with contextlib.suppress(httpx.HTTPError, ValueError):
                answer = await self._client.get("/.well-known/jwks.json")
                self._people = _jwks(answer.raise_for_status().json()) | _jwks(self._settings.members_jwks)
            self._fetched_at = time.monotonic()  # whoever waited for this answer does not wait for one of her own
        if not self._people:
            raise Refused("members_away", status=503, retry_after=2)

    async def close(self) -> None:
        await self._client.aclose()


def stepped_up(actor: Actor, minutes: int) -> bool:
    """Whether a second factor was shown recently enough for what needs it."""
    at = actor.authenticated_at
    return actor.level == "aal2" and at is not None and datetime.now(UTC) - at <= timedelta(minutes=minutes)


def _private(encoded: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(encoded))


def _public(encoded: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded))


def _jwks(document: Mapping[str, Any]) -> dict[str, Ed25519PublicKey]:
    keys = document.get("keys", [])
    return {
        str(k["kid"]): Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(k["x"] + "=" * (-len(k["x"]) % 4)))
        for k in keys
        if k.get("kty") == "OKP" and k.get("crv") == "Ed25519"
    }
