"""A stand-in provider that keeps what it was given, and the events and pushes that notify's tests feed in."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.notify.channels.contract import Answer, Push
from services.notify.domain.delivery_report import DeliveryReport
from services.notify.domain.outcome import Accepted, BadItem, Finding, NotFound, Outcome, Outgoing, Uplink
from services.notify.loops.resolver import Resolver
from services.notify.loops.sender import Sender
from tests.running import Served

SECRET = "a-push-secret-of-28-letters"
COMMUNITY = UUID("01920000-0000-7000-8000-00000000c001")
GROUP = UUID("01920000-0000-7000-8000-00000000c002")
LEADER = UUID("01920000-0000-7000-8000-00000000c003")
REPORTER = UUID("01920000-0000-7000-8000-00000000c004")
BASE = "106900000427"
NUMBERS = {LEADER: "+8613800000001", REPORTER: "+8613800000002"}


@dataclass
class Provider:
    """Says yes unless told otherwise, and remembers every call."""

    provider: str = "aliyun"
    calls: list[Outgoing] = field(default_factory=list)
    answers: Callable[[Outgoing], Outcome] = lambda out: Accepted(f"biz-{out.client_ref}")
    finding: Finding = field(default_factory=NotFound)
    asked: list[UUID] = field(default_factory=list)

    async def submit(self, outgoing: Outgoing) -> Outcome:
        self.calls.append(outgoing)
        return self.answers(outgoing)

    async def find(self, client_ref: UUID, number: str, claimed_at: datetime) -> Finding:
        self.asked.append(client_ref)
        return self.finding

    def of(self, provider: Any) -> "Provider":
        """It stands for every provider."""
        return self

    def prove(self, push: Push) -> bool:
        return False

    def read_reports(self, push: Push) -> Sequence[DeliveryReport | BadItem]:
        return []

    def read_uplinks(self, push: Push) -> Sequence[Uplink | BadItem]:
        return []

    def yes(self, what: str) -> Answer:
        return Answer()

    async def close(self) -> None:
        """Nothing to close."""

    def texts_to(self, person: UUID) -> list[Outgoing]:
        return [call for call in self.calls if call.number == NUMBERS[person]]


@dataclass
class Phones:
    """notify in this process, with its provider and the people it knows."""

    service: Served
    provider: Provider
    sender: Sender
    resolver: Resolver

    @classmethod
    async def of(cls, service: Served) -> "Phones":
        provider = Provider()
        phones = cls(service, provider, Sender(service.running, provider), Resolver(service.running, provider))
        service.others.says("/internal/contacts:resolve", phones.contacts)
        service.others.says("/internal/wording:resolve", _tracking_codes)
        await phones.at("10:00")
        await service.apply("members.area_changed.v1", _area(), subject=COMMUNITY)
        await service.apply("members.organization_changed.v1", _organization(), subject=GROUP)
        leads = {"organization_id": GROUP, "leader_id": LEADER, "deputy_id": None, "acting": False}
        await service.apply("members.group_leader_changed.v1", leads, subject=GROUP)
        label = {"category": "sanitation", "label": "环境卫生", "parent": None, "state": "active"}
        await service.apply("tickets.category_changed.v1", label)
        return phones

    def contacts(self, request: httpx.Request) -> Any:
        items = json.loads(request.content)["items"]
        return {"items": [_contact(item) for item in items], "labels": {}}

    async def at(self, clock: str) -> None:
        """Move the clock forward to the next time it shows this in Shanghai."""
        await self.service.sql(
            "UPDATE clock SET shift = shift + (SELECT CASE WHEN t < n THEN t + interval '1 day' ELSE t END - n FROM ("
            " SELECT date_trunc('day', (now() + shift) AT TIME ZONE 'Asia/Shanghai') + $1::text::time AS t,"
            " (now() + shift) AT TIME ZONE 'Asia/Shanghai' AS n) AS x)",
            clock,
        )

    async def send(self) -> None:
        """One round of the sender, until every answer is written."""
        await self.sender.send_due()
        await self.sender.finish()

    async def ticket_event(self, name: str, ticket: UUID, **more: Any) -> None:
        facts = {
            "ticket_id": ticket,
            "number": "20261124-01-00042-4",
            "kind": "complaint",
            "category": "sanitation",
            "state": "assigned",
            "state_type": "open",
            "round": 1,
            "group_id": GROUP,
            "handler_id": None,
            "reporter_id": REPORTER,
        }
        event = f"tickets.{name}.v1"
        await self.service.apply(event, facts | more, subject=ticket, correlation=ticket, community=COMMUNITY)

    async def assigned(self, ticket: UUID | None = None, **more: Any) -> UUID:
        ticket = ticket or uuid4()
        due = "2030-01-01T04:00:00Z"
        await self.ticket_event("ticket_assigned", ticket, rule_id="r", first_group_id=GROUP, accept_due_at=due, **more)
        return ticket

    async def follow_up(self, ticket: UUID | None = None, **more: Any) -> UUID:
        ticket = ticket or uuid4()
        asked = {"follow_up_id": uuid4(), "ask_no": 1, "question": "solved", "valid_until": "2030-01-01T04:00:00Z"}
        await self.ticket_event("follow_up_asked", ticket, **(asked | more))
        return ticket

    async def push(self, what: str, items: list[Any], secret: str = SECRET) -> httpx.Response:
        client = self.service.client()
        return await client.post(f"/providers/aliyun/{secret}/{what}", json=items)

    async def report(self, call: Outgoing, *, success: bool = True, **more: Any) -> httpx.Response:
        return await self.push("reports", [a_report(call, success=success) | more])

    async def text(self, person: UUID | str, words: str, ext: str | None = "", **more: Any) -> httpx.Response:
        number = NUMBERS[person] if isinstance(person, UUID) else person
        return await self.push("uplinks", [an_uplink(number, words, ext or "") | more])

    async def messages(self, **where: Any) -> list[Any]:
        """Texts to phones, unless another channel is asked for."""
        where = {"channel": "sms"} | where
        rows = await self.service.sql("SELECT * FROM messages ORDER BY created_at, id")
        return [row for row in rows if all(row[name] == value for name, value in where.items())]

    async def submissions(self) -> list[Any]:
        return await self.service.sql("SELECT * FROM submissions ORDER BY claimed_at, id")

    async def prompt(self, about: UUID, purpose: str) -> Any:
        rows = await self.service.sql(
            "SELECT * FROM prompts WHERE about = $1 AND purpose = $2 ORDER BY created_at", about, purpose
        )
        return rows[-1]


def a_report(call: Outgoing, *, success: bool = True) -> dict[str, Any]:
    return {
        "phone_number": call.number.removeprefix("+86"),
        "send_time": "2026-03-02 10:00:00",
        "report_time": "2026-03-02 10:00:01",
        "success": success,
        "err_code": "DELIVERED" if success else "MOBILE_NOT_ON_SERVICE",
        "err_msg": "",
        "sms_size": "2",
        "biz_id": f"biz-{call.client_ref}",
        "out_id": str(call.client_ref),
    }


def an_uplink(number: str, words: str, ext: str = "") -> dict[str, Any]:
    return {
        "phone_number": number.removeprefix("+86"),
        "send_time": "2026-03-02 10:05:00",
        "content": words,
        "sign_name": "南岸妇联",
        "dest_code": BASE + ext,
        "sequence_id": uuid4().int % 10**12,
    }


def _contact(item: dict[str, str]) -> dict[str, Any]:
    if "challenge_id" in item:
        return {**item, "person_id": str(uuid4()), "status": "ok", "address": "+8613800000009", "code": "482913"}
    number = NUMBERS.get(UUID(item["person_id"]))
    return {**item, "status": "ok" if number else "no_contact", "address": number, "language": "zh-CN"}


def _tracking_codes(request: httpx.Request) -> Any:
    return {"items": [i | {"value": "0427"} for i in json.loads(request.content)["items"]]}


def _area() -> dict[str, Any]:
    return {"area_id": COMMUNITY, "kind": "community", "path": [COMMUNITY], "name": "中一路社区", "state": "active"}


def _organization() -> dict[str, Any]:
    return {"organization_id": GROUP, "name": "物业管理", "area_id": COMMUNITY, "state": "active"}
