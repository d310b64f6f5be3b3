"""What the console asks of members."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Service, Shape, shaped

SERVICE = "members"
NAMES_MAX = 200


class Named(Shape):
    kind: str
    name: str


class Names(Shape):
    names: Mapping[str, Named]


class Candidate(Shape):
    """A place that the words may mean."""

    area_id: UUID
    name: str
    community_id: UUID | None = None
    names: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        return " ".join(self.names[-3:]) or self.name


class Parsed(Shape):
    candidates: tuple[Candidate, ...] = ()
    exact: UUID | None = None
    parts: Mapping[str, str | None] = {}


class Area(Shape):
    id: UUID
    name: str
    kind: str
    path: tuple[UUID, ...] = ()


class Areas(Shape):
    items: tuple[Area, ...]


class Group(Shape):
    """A group that can be given a ticket."""

    id: UUID
    name: str
    area_id: UUID | None = None
    community_id: UUID | None = None
    state: str = "active"


class Groups(Shape):
    items: tuple[Group, ...]


class Member(Shape):
    person_id: UUID
    name: str | None = None
    tier: str
    state: str


class MemberList(Shape):
    items: tuple[Member, ...]


class Session(Shape):
    """A new session; the secret goes into the cookie and nowhere else."""

    session_id: UUID
    secret: str
    person_id: UUID
    level: str


class Challenge(Shape):
    challenge_id: UUID
    expires_at: datetime


async def names(asks: Asks, ids: Iterable[UUID]) -> Mapping[str, Named]:
    wanted = [str(one) for one in dict.fromkeys(ids)][:NAMES_MAX]
    if not wanted:
        return {}
    return shaped(Names, await asks.query(SERVICE, "/v1/names", {"ids": wanted}), SERVICE).names


async def parse_place(asks: Asks, text: str) -> Parsed:
    return shaped(Parsed, await asks.query(SERVICE, "/v1/places:parse", {"text": text}), SERVICE)


async def communities(asks: Asks, under: UUID | None = None) -> Areas:
    return shaped(Areas, await asks.read(SERVICE, "/v1/areas", kind="community", under=under, limit=200), SERVICE)


async def groups(asks: Asks) -> Groups:
    answer = await asks.read(SERVICE, "/v1/organizations", classification="womens_group", limit=200)
    return shaped(Groups, answer, SERVICE)


async def group_members(asks: Asks, group_id: UUID) -> MemberList:
    answer = await asks.read(SERVICE, f"/v1/organizations/{group_id}/memberships", state="active", limit=200)
    return shaped(MemberList, answer, SERVICE)


async def sign_in(members: Service, proof: Mapping[str, Any], *, seconds: float) -> Session:
    answer = await members.query("/v1/sessions", proof, token=None, seconds=seconds)
    return shaped(Session, answer, SERVICE)


async def send_code(members: Service, phone: str, device: str, *, seconds: float) -> Challenge:
    body = {"phone": phone, "device": device}
    return shaped(Challenge, await members.query("/v1/sign-in/challenges", body, token=None, seconds=seconds), SERVICE)


async def verify_code(members: Service, challenge_id: UUID, code: str, device: str, *, seconds: float) -> Session:
    path = f"/v1/sign-in/challenges/{challenge_id}:verify"
    answer = await members.query(path, {"code": code, "device": device}, token=None, seconds=seconds)
    return shaped(Session, answer, SERVICE)


async def confirm(members: Service, secret: str, totp: str, *, seconds: float) -> None:
    """The second factor again: step-up."""
    await members.query("/v1/sessions/current:confirm", {"totp": totp}, token=None, seconds=seconds,
                        headers={"authorization": f"Session {secret}"})  # fmt: skip


async def sign_out(members: Service, secret: str, *, seconds: float) -> None:
    await members.query("/v1/sessions/current:revoke", {}, token=None, seconds=seconds,
                        headers={"authorization": f"Session {secret}"})  # fmt: skip


class ContactPoint(Shape):
    """A way to reach somebody, masked."""

    id: UUID
    kind: str
    value: str
    preferred: bool = False
    unreachable: bool = False


class Contacts(Shape):
    """A person's masked ways of being reached."""

    id: UUID
    contact_points: tuple[ContactPoint, ...] = ()

    @property
    def phone(self) -> ContactPoint | None:
        """The number to call: the preferred one, else the first."""
        phones = [point for point in self.contact_points if point.kind == "phone"]
        return next((point for point in phones if point.preferred), phones[0] if phones else None)


class Revealed(Shape):
    value: str


async def contacts_of(asks: Asks, person_id: UUID) -> Contacts:
    return shaped(Contacts, await asks.read(SERVICE, f"/v1/people/{person_id}"), SERVICE)


async def reveal(asks: Asks, person_id: UUID, contact_point_id: UUID, reason: str) -> Revealed:
    """The whole number: members writes who asked and why before it answers. Never kept here."""
    body = {"what": "contact_point", "target_id": str(contact_point_id), "reason": reason}
    return shaped(Revealed, await asks.query(SERVICE, f"/v1/people/{person_id}:reveal", body), SERVICE)
