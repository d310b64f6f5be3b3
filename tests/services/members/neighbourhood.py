"""A small neighbourhood, made through the public API by those who may: two communities, a federation, a group."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.running import Served, person_token


def ok(answer: httpx.Response) -> dict[str, Any]:
    """The body of an answer that must be a success."""
    assert answer.is_success, f"{answer.status_code} {answer.text}"
    return dict(answer.json()) if answer.content else {}


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and word of a refusal."""
    assert not answer.is_success, answer.text
    return answer.status_code, answer.json()["code"]


@dataclass
class Neighbourhood:
    """`district` sits above both communities; `secretary`, `operator` and `leader` belong to the first."""

    service: Served
    root: UUID
    township: UUID
    community: UUID
    other_community: UUID
    cluster: UUID
    building: UUID
    other_building: UUID
    federation: UUID
    group: UUID
    executive_post: UUID
    district: httpx.AsyncClient
    secretary: httpx.AsyncClient
    operator: httpx.AsyncClient
    keeper: httpx.AsyncClient
    someone: UUID | None = None

    async def person(self, name: str = "何凤兰", **more: Any) -> UUID:
        """A person of the first community."""
        body = {"name": name, "community_id": str(self.community)} | more
        return UUID(ok(await self.secretary.post("/v1/people", json=body))["id"])

    async def executive(self, name: str = "李珊") -> UUID:
        """A person who holds an executive post in the community's federation."""
        person = await self.person(name)
        ok(await self.district.post(f"/v1/posts/{self.executive_post}/holdings", json={"person_id": str(person)}))
        return person

    async def appoint(self, person: UUID, group: UUID | None = None) -> httpx.Response:
        return await self.move(f"/v1/organizations/{group or self.group}:appoint-leader", person_id=str(person))

    async def leader(self, name: str = "李珊") -> UUID:
        person = await self.executive(name)
        ok(await self.appoint(person))
        return person

    async def join(self, person: UUID, tier: str = "core", **more: Any) -> httpx.Response:
        body = {"person_id": str(person), "tier": tier} | more
        return await self.secretary.post(f"/v1/organizations/{self.group}/memberships", json=body)

    async def move(self, path: str, *, client: httpx.AsyncClient | None = None, **body: Any) -> httpx.Response:
        """A move of a thing as it is now."""
        by = client or self.district
        seen = ok(await by.get(path.rpartition(":")[0]))
        return await by.post(path, json=body, headers={"If-Match": str(seen["revision"])})

    def as_person(self, person: UUID, level: str = "aal2", session: UUID | None = None) -> httpx.AsyncClient:
        return self.service.client(person_token(person, "members", level=level, session=session))


@dataclass(frozen=True)
class Layout:
    """What was laid out once: the ids of places, groups and staff. Each test acts in a copy of it."""

    places: dict[str, UUID]
    staff: dict[str, UUID]

    def entered(self, service: Served) -> Neighbourhood:
        """The neighbourhood in this service, with everybody signed in anew."""
        clients = {role: service.client(person_token(person, "members")) for role, person in self.staff.items()}
        return Neighbourhood(service=service, **self.places, **clients)  # type: ignore[arg-type]


async def laid_out(service: Served) -> Layout:
    """Make places, groups and staff in a fresh service."""
    root = (await service.sql("SELECT id FROM areas WHERE parent_id IS NULL"))[0]["id"]
    officer = uuid4()
    district = await service.person(officer, [("district", "area", root)])
    names = ("township", "community", "other_community", "cluster", "building", "other_building")
    places = {"root": root} | {name: uuid4() for name in names}
    items = [
        _area(places["township"], "township", root, "天文街道"),
        _area(places["community"], "community", places["township"], "中一路社区"),
        _area(places["other_community"], "community", places["township"], "水云路社区"),
        _area(places["cluster"], "cluster", places["community"], "东坪一村", has_property_management=False),
        _area(places["building"], "building", places["cluster"], "3栋", local_code="3"),
        _area(places["other_building"], "building", places["other_community"], "3栋", local_code="3"),
    ]
    ok(await district.post("/v1/areas:batch", json={"items": items}))
    home = places["community"]
    federation = await _organization(district, "federation", "中一路社区妇联", home)
    group = await _organization(district, "womens_group", "物业管理妇女小组", home, parent_id=federation)
    post = ok(await district.post(f"/v1/organizations/{federation}/posts", json={"role": "executive", "seats": 20}))
    staff = {"secretary": home, "operator": home, "keeper": root}
    return Layout(
        places=places | {"federation": federation, "group": group, "executive_post": UUID(post["id"])},
        staff={"district": officer} | {role: await _staff(service, role, at, root) for role, at in staff.items()},
    )


def _area(area_id: UUID, kind: str, parent_id: UUID, name: str, **more: Any) -> dict[str, Any]:
    return {"id": str(area_id), "kind": kind, "parent_id": str(parent_id), "name": name} | more


async def _organization(
    district: httpx.AsyncClient, classification: str, name: str, area_id: UUID, parent_id: UUID | None = None
) -> UUID:
    body: dict[str, Any] = {"classification": classification, "name": name, "area_id": str(area_id)}
    if parent_id:
        body["parent_id"] = str(parent_id)
    return UUID(ok(await district.post("/v1/organizations", json=body))["id"])


async def _staff(service: Served, role: str, scope: UUID, home: UUID) -> UUID:
    """Somebody with a role, and with a row of her own so that she may be talked about."""
    keeper = await service.person(grants=[("keeper", "area", home)])
    made = ok(await keeper.post("/v1/people", json={"name": f"职员{role}", "community_id": str(scope)}))
    person = UUID(made["id"])
    await service.person(person, [(role, "area", scope)])
    return person
