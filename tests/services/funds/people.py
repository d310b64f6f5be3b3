"""A community with its fund and everybody who has a duty in it: what most tests of funds begin with."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.running import Served

PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n"
PAYEE = {"name": "Payee of the test", "bank": "Bank of the test", "account": "6222000000000000000"}

# Who stands in the story: her role grant and her duty.
CAST = {
    "clerk": ("leader", "clerk"),
    "second_clerk": ("member", "clerk"),
    "third_clerk": ("operator", "clerk"),
    "approver": ("secretary", "approver"),
    "second_approver": ("district", "approver"),
    "third_approver": ("secretary", "approver"),
    "cashier": ("treasurer", "cashier"),
    "second_cashier": ("treasurer", "cashier"),
    "accountant": ("operator", "accountant"),
    "auditor": ("auditor", None),
}


@dataclass
class Community:
    """One community, its fund, and a client per person of the cast."""

    service: Served
    area: UUID = field(default_factory=uuid4)
    fund: UUID = field(default_factory=uuid4)
    people: dict[str, UUID] = field(default_factory=dict)
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    def __getitem__(self, who: str) -> httpx.AsyncClient:
        return self.clients[who]

    async def join(self, who: str, role: str, duty: str | None) -> None:
        """Her grant and her duty, as rows: how a duty is given has a test of its own."""
        person = self.people[who] = uuid4()
        self.clients[who] = await self.service.person(person, [(role, "area", self.area)])
        if duty:
            await self.service.sql(
                "INSERT INTO fund_duty VALUES ($1, $2, $3, $4, '2026-01-01', NULL, 'confirmed', $5, $6, 2)",
                uuid4(),
                self.fund,
                person,
                duty,
                self.people["proposer"],
                self.people["confirmer"],
            )


async def a_community(service: Served, code: str = "F001", area: UUID | None = None) -> Community:
    """A community with an open fund and the whole cast in their duties."""
    made = Community(service, area or uuid4())
    county = uuid4()
    data = {
        "area_id": made.area,
        "kind": "community",
        "path": [county, made.area],
        "name": "中一路社区",
        "state": "active",
    }
    await service.apply("members.area_changed.v1", data, subject=made.area)
    for who in ("proposer", "confirmer"):
        made.people[who] = uuid4()
        made.clients[who] = await service.person(made.people[who], [("secretary", "area", county)])
    body = {
        "id": str(made.fund),
        "code": code,
        "name": "中一路社区公益基金",
        "kind": "charity",
        "community_id": str(made.area),
    }
    opened = await made["proposer"].post("/v1/funds", json=body)
    assert opened.status_code == 201, opened.text
    for who, (role, duty) in CAST.items():
        await made.join(who, role, duty)
    return made


async def document(community: Community, who: str) -> str:
    answer = await community[who].post(
        f"/v1/documents?fund={community.fund}", content=PDF, headers={"Content-Type": "application/pdf"}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def proceeds(community: Community, fen: int, **more: Any) -> httpx.Response:
    body = {"fund_id": str(community.fund), "form": "sale_proceeds", "amount_fen": fen} | more
    return await community["clerk"].post("/v1/donations", json=body)


async def help_asked(community: Community, ticket: UUID | None = None, reporter: UUID | None = None) -> UUID:
    """A ticket asks for help; its id."""
    asked = ticket or uuid4()
    data = {
        "ticket_id": asked,
        "number": "T-1",
        "kind": "need",
        "category": "hardship",
        "state": "accepted",
        "state_type": "open",
        "round": 1,
        "reporter_id": reporter or uuid4(),
    }
    await community.service.apply(
        "tickets.help_requested.v1", data, subject=asked, correlation=asked, community=community.area
    )
    return asked


async def move(
    client: httpx.AsyncClient, path: str, body: Any = None, *, revision: int | None = None
) -> httpx.Response:
    """POST a move with the revision that the row has now, or with the one given."""
    if revision is None:
        seen = await client.get(path.rpartition(":")[0])
        revision = seen.json().get("revision", 1)
    return await client.post(path, json=body or {}, headers={"If-Match": f'"{revision}"'})


async def application_of(community: Community, ticket: UUID) -> dict[str, Any]:
    answer = await community["clerk"].get(f"/v1/applications?ticket={ticket}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["items"][0])


async def submitted(community: Community, fen: int = 80_000, ticket: UUID | None = None) -> str:
    asked = ticket or await help_asked(community)
    id = (await application_of(community, asked))["id"]
    body = {
        "asked_fen": fen,
        "statement": "The roof leaks.",
        "consent": True,
        "documents": [await document(community, "clerk")],
    }
    answer = await move(community["clerk"], f"/v1/applications/{id}:submit", body)
    assert answer.status_code == 200, answer.text
    return str(id)


async def deciding(community: Community, fen: int = 80_000, ticket: UUID | None = None) -> dict[str, Any]:
    """An application that waits for its votes; its approval in full."""
    id = await submitted(community, fen, ticket)
    visit = {"proposed_fen": fen, "visited_on": await today(community), "visit_note": "Seen."}
    answer = await move(community["second_clerk"], f"/v1/applications/{id}:verify", visit)
    assert answer.status_code == 200, answer.text
    answer = await move(community["clerk"], f"/v1/applications/{id}:ask_decision")
    assert answer.status_code == 200, answer.text
    return dict((await community["approver"].get(f"/v1/approvals/{answer.json()['approval_id']}")).json())


async def vote(
    community: Community, who: str, approval: dict[str, Any], decision: str = "yes", **more: Any
) -> httpx.Response:
    body = {"decision": decision, "amount_fen": approval["amount_fen"], "subject_hash": approval["subject_hash"]} | more
    return await community[who].post(f"/v1/approvals/{approval['id']}/votes", json=body)


async def approved(community: Community, fen: int = 80_000, ticket: UUID | None = None) -> dict[str, Any]:
    """An approved application; what the deciding vote answered."""
    approval = await deciding(community, fen, ticket)
    await vote(community, "approver", approval)
    answer = await vote(community, "second_approver", approval)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def prepared(community: Community, decided: dict[str, Any], fen: int = 80_000, **more: Any) -> dict[str, Any]:
    body = {"commitment_id": decided["commitment_id"], "amount_fen": fen, "payee": PAYEE} | more
    answer = await community["clerk"].post("/v1/payments", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def send_body(community: Community, fen: int = 80_000, bank_ref: str | None = None) -> dict[str, Any]:
    slip = await document(community, "cashier")
    return {"amount_fen": fen, "bank_ref": bank_ref or uuid4().hex[:20].upper(), "documents": [slip]}


async def sent(community: Community, payment: dict[str, Any], fen: int = 80_000) -> dict[str, Any]:
    taken = await move(community["cashier"], f"/v1/payments/{payment['id']}:take")
    assert taken.status_code == 200, taken.text
    answer = await move(community["cashier"], f"/v1/payments/{payment['id']}:send", await send_body(community, fen))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def balance(community: Community) -> dict[str, int]:
    return dict((await community["auditor"].get(f"/v1/funds/{community.fund}/balance")).json())


async def today(community: Community) -> str:
    statement = "SELECT ((now() + shift) AT TIME ZONE 'Asia/Shanghai')::date::text AS day FROM clock"
    return str((await community.service.sql(statement))[0]["day"])
