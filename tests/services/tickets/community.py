"""A small community as tickets knows it: two buildings, two groups, a desk, a resident. Valid by default."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from chassis.transaction import Transaction
from tests.running import Served, person_token


@dataclass
class Community:
    """东山坪 with 东坪一村 (no property management), its groups and people; all ids are made up per test."""

    service: Served
    root: UUID = field(default_factory=uuid4)
    community: UUID = field(default_factory=uuid4)
    cluster: UUID = field(default_factory=uuid4)
    building: UUID = field(default_factory=uuid4)
    managed_building: UUID = field(default_factory=uuid4)
    property_group: UUID = field(default_factory=uuid4)
    help_group: UUID = field(default_factory=uuid4)
    leader: UUID = field(default_factory=uuid4)
    member: UUID = field(default_factory=uuid4)
    help_leader: UUID = field(default_factory=uuid4)
    resident: UUID = field(default_factory=uuid4)
    operator: UUID = field(default_factory=uuid4)
    secretary: UUID = field(default_factory=uuid4)
    clients: dict[UUID, httpx.AsyncClient] = field(default_factory=dict)
    tx: Transaction | None = None

    async def settle(self) -> "Community":
        async with self.service.transaction() as tx:
            self.tx = tx
            await self._settle()
        self.tx = None
        await self._sign_in()
        return self

    async def _settle(self) -> None:
        await self.area(self.root, "city", [self.root], "重庆市")
        await self.area(self.community, "community", [self.root, self.community], "东山坪社区")
        village = [self.root, self.community, self.cluster]
        await self.area(self.cluster, "cluster", village, "东坪一村", managed=False)
        await self.area(self.building, "building", [*village, self.building], "3栋")
        managed = [self.root, self.community, self.managed_building]
        await self.area(self.managed_building, "building", managed, "8栋", managed=True)
        await self.group(self.property_group, "物业管理", ["property"], self.leader)
        await self.group(self.help_group, "邻里互助", ["care"], self.help_leader)
        await self.coverage(self.help_group, self.community, "*")
        await self.membership(self.property_group, self.member)

    async def _sign_in(self) -> None:
        on_group, on_area = "organization", "area"
        grants: dict[UUID, list[tuple[str, str, UUID]]] = {
            self.leader: [("leader", on_group, self.property_group)],
            self.member: [("member", on_group, self.property_group)],
            self.help_leader: [("leader", on_group, self.help_group)],
            self.resident: [],
            self.operator: [("operator", on_area, self.community)],
            self.secretary: [("secretary", on_area, self.community)],
        }
        rows = [(person, *grant) for person, held in grants.items() for grant in held]
        for person in grants:
            self.clients[person] = self.service.client(person_token(person, "tickets"))
        await self.service.sql(
            "INSERT INTO grants SELECT gen_random_uuid(), s, r, k, a, ARRAY[a], '2000-01-01', NULL"
            " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) AS g(s, r, k, a)",
            *[list(column) for column in zip(*rows, strict=True)],
        )

    async def tell(self, of: str, data: dict[str, Any], subject: UUID) -> None:
        """Let members tell something; while settling, all of it in one transaction."""
        if self.tx is None:
            return await self.service.apply(of, data, subject=subject)
        read = self.service.running.inbox.by_type[of]
        return await read.handler(read.model.model_validate(data), self.tx)

    async def area(self, id_: UUID, kind: str, path: list[UUID], name: str, managed: bool | None = None) -> None:
        data = {
            "area_id": id_,
            "kind": kind,
            "parent_id": path[-2] if len(path) > 1 else None,
            "path": path,
            "estate_id": None,
            "name": name,
            "has_property_management": managed,
            "lat": None,
            "lon": None,
            "state": "active",
        }
        await self.tell("members.area_changed.v1", data, id_)

    async def group(self, id_: UUID, name: str, mandate: list[str], leader: UUID, state: str = "active") -> None:
        data = {
            "organization_id": id_,
            "classification": "womens_group",
            "parent_id": None,
            "path": [id_],
            "area_id": self.community,
            "host_id": None,
            "mandate": mandate,
            "name": name,
            "state": state,
        }
        await self.tell("members.organization_changed.v1", data, id_)
        led = {"organization_id": id_, "leader_id": leader, "deputy_id": None, "acting": False}
        await self.tell("members.group_leader_changed.v1", led, id_)

    async def coverage(self, group: UUID, area: UUID, category: str, state: str = "active") -> None:
        data = {
            "coverage_id": uuid4(),
            "organization_id": group,
            "area_id": area,
            "area_path": [],
            "category": category,
            "rank": "lead",
            "from": None,
            "until": None,
            "state": state,
        }
        await self.tell("members.coverage_changed.v1", data, group)

    async def membership(self, group: UUID, person: UUID, state: str = "active", id_: UUID | None = None) -> None:
        data = {
            "organization_id": group,
            "membership_id": id_ or person,
            "person_id": person,
            "tier": "core",
            "state": state,
            "from": None,
            "until": None,
        }
        await self.tell("members.membership_changed.v1", data, group)

    # What people do ------------------------------------------------------------------------------------------

    def of(self, person: UUID) -> httpx.AsyncClient:
        return self.clients[person]

    async def files(self, person: UUID | None = None, **body: Any) -> dict[str, Any]:
        plain = {"description": "楼道垃圾没人收", "category": "sanitation", "building_id": str(self.building)}
        answer = await self.of(person or self.resident).post("/v1/tickets", json=plain | body)
        assert answer.status_code == 201, answer.text
        filed: dict[str, Any] = answer.json()
        return filed

    async def try_move(self, person: UUID, ticket: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
        headers = {"If-Match": f'"{ticket["revision"]}"'}
        return await self.of(person).post(f"/v1/tickets/{ticket['id']}:{verb}", json=body, headers=headers)

    async def move(self, person: UUID, ticket: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
        answer = await self.try_move(person, ticket, verb, **body)
        assert answer.status_code == 200, answer.text
        moved: dict[str, Any] = answer.json()
        return moved

    async def resolved(self, **body: Any) -> dict[str, Any]:
        """A ticket that the group has accepted, worked on and resolved."""
        ticket = await self.move(self.leader, await self.files(**body), "accept")
        ticket = await self.move(self.leader, ticket, "record-contact", result="reached")
        return await self.move(self.leader, ticket, "resolve", result="垃圾已清运")

    async def asked(self, **body: Any) -> dict[str, Any]:
        """A ticket whose resident has been asked."""
        ticket = await self.resolved(**body)
        await self.service.advance(hours=1)
        await self.wait_for_daylight()
        return await self.see(ticket)

    async def wait_for_daylight(self) -> None:
        """Residents are asked between 08:00 and 20:30 only."""
        for _ in range(12):
            if await self.service.sql("SELECT 1 FROM timer WHERE kind = 'follow_up_ask' AND fired_at IS NULL"):
                await self.service.advance(hours=1)

    async def see(self, ticket: dict[str, Any]) -> dict[str, Any]:
        rows = await self.service.sql(
            "SELECT id, number, state, round, revision, group_id, handler_id, outcome FROM tickets WHERE id = $1",
            UUID(ticket["id"]),
        )
        return {name: str(value) if isinstance(value, UUID) else value for name, value in rows[0].items()}

    async def replies(
        self,
        ticket: dict[str, Any],
        option: str,
        *,
        person: UUID | None = None,
        purpose: str = "follow_up",
        round_: int | None = None,
        late: bool = False,
    ) -> None:
        """Somebody answers by text; notify tells what she meant."""
        data = {
            "about": ticket["id"],
            "round": round_ or ticket["round"],
            "purpose": purpose,
            "option": option,
            "person_id": person or (self.leader if purpose == "accept" else self.resident),
            "revision": 1,
            "channel": "sms",
            "received_id": None,
        }
        name = "notify.prompt_answered_late.v1" if late else "notify.prompt_answered.v1"
        await self.service.apply(name, data)
