"""Other systems are told: signed, at least once, ids and states only; and never by an address that leads home."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from chassis.feed import sequence
from services.notify.domain.guard import Guard
from services.notify.loops.retention import forget
from services.notify.loops.webhooks import WebhookLoop
from tests.services.notify.clients import a_key, client, template_id
from tests.services.notify.phones import COMMUNITY, LEADER, Phones

TOLD = "notify.message_submitted.v1"


@dataclass
class Receiver:
    """Another system, on loopback."""

    url: str = ""
    status: int = 200
    posts: list[tuple[dict[str, str], str]] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := (await reader.readuntil(b"\r\n\r\n")).decode():
            named = dict(line.lower().split(": ", 1) for line in head.strip().split("\r\n")[1:])
            as_sent = dict(line.split(": ", 1) for line in head.strip().split("\r\n")[1:])
            body = (await reader.readexactly(int(named["content-length"]))).decode()
            self.posts.append(({name.lower(): value for name, value in as_sent.items()}, body))
            writer.write(f"HTTP/1.1 {self.status} So\r\nContent-Length: 0\r\n\r\n".encode())

    @property
    def ids(self) -> list[str]:
        return [sent["webhook-id"] for sent, _ in self.posts]


@pytest_asyncio.fixture
async def receiver(phones: Phones, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Receiver]:
    receiver = Receiver()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await receiver.talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    receiver.url = f"http://127.0.0.1:{port}/hook"
    guard = Guard(frozenset({"hooks.example.org"}), frozenset({f"127.0.0.1:{port}"}))
    monkeypatch.setitem(phones.service.running.settings.__dict__, "guard", guard)
    yield receiver
    server.close()


@dataclass
class Told:
    """notify, a receiver, and the keeper between them."""

    phones: Phones
    receiver: Receiver
    loop: WebhookLoop
    keeper: httpx.AsyncClient

    async def endpoint(self, **more: Any) -> dict[str, Any]:
        made = {"url": self.receiver.url, "area_id": str(COMMUNITY), "types": [TOLD]} | more
        answer = await self.keeper.post("/v1/webhook-endpoints", json=made)
        assert answer.status_code == 201, answer.text
        await self.look()
        found: dict[str, Any] = answer.json()
        return found

    async def look(self) -> None:
        while await self.loop.gather():
            pass

    async def sequence(self) -> None:
        """What the worker's sequencer does."""
        async with self.phones.service.running.database.asking_once() as connection, connection.transaction():
            await sequence(connection, 1_000)

    async def say(self) -> None:
        """Something happens, and is told."""
        await self.phones.assigned()
        await self.phones.send()
        await self.tell()

    async def tell(self) -> None:
        await self.sequence()
        await self.look()
        while await self.loop.deliver_due():
            pass

    async def log(self, endpoint: dict[str, Any]) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (
            await self.keeper.get(f"/v1/webhook-endpoints/{endpoint['id']}/deliveries")
        ).json()["items"]
        return items

    async def act(self, endpoint: dict[str, Any], what: str, **body: Any) -> httpx.Response:
        return await self.keeper.post(f"/v1/webhook-endpoints/{endpoint['id']}:{what}", json=body or None)


@pytest_asyncio.fixture
async def told(phones: Phones, receiver: Receiver) -> Told:
    keeper = await phones.service.person(grants=[("keeper", "area", COMMUNITY)])
    return Told(phones, receiver, WebhookLoop(phones.service.running), keeper)


async def test_what_is_announced_reaches_the_other_system_signed(told: Told) -> None:
    endpoint = await told.endpoint()
    await told.say()

    ((sent, body),) = told.receiver.posts
    tiding = Webhook(endpoint["secret"]).verify(body, sent)
    assert tiding["type"] == TOLD
    (event,) = await told.phones.service.events(TOLD)
    assert (sent["webhook-id"], tiding["subject"]) == (str(event.id), str(event.subject))
    assert tiding["sequence"] == event.revision
    (line,) = await told.log(endpoint)
    assert (line["state"], line["status"], line["attempt"]) == ("delivered", 200, 1)


async def test_no_word_and_no_number_is_told(told: Told) -> None:
    await told.endpoint()
    await told.say()
    ((_, body),) = told.receiver.posts
    assert "环境卫生" not in body
    assert "13800000001" not in body
    assert "20261124-01-00042-4" not in body


async def test_only_the_wanted_types_of_the_own_area_are_told(told: Told) -> None:
    await told.endpoint(types=["notify.prompt_answered.v1"])
    elsewhere = uuid4()
    await told.phones.service.sql(
        "INSERT INTO places (area_id, name, kind, path, state) VALUES ($1, '', '', ARRAY[$1::uuid], 'active')",
        elsewhere,
    )
    stranger = await told.phones.service.person(grants=[("keeper", "area", elsewhere)])
    made = {"url": told.receiver.url, "area_id": str(elsewhere), "types": [TOLD]}
    assert (await stranger.post("/v1/webhook-endpoints", json=made)).status_code == 201
    await told.say()
    assert told.receiver.posts == []


async def test_what_was_announced_before_is_not_told(told: Told) -> None:
    await told.look()
    await told.phones.assigned()
    await told.phones.send()
    await told.sequence()
    await told.look()
    await told.endpoint()
    await told.tell()
    assert told.receiver.posts == []


async def test_a_failing_receiver_is_tried_again_under_the_same_id(told: Told) -> None:
    endpoint = await told.endpoint()
    told.receiver.status = 503
    await told.say()
    (line,) = await told.log(endpoint)
    assert (line["state"], line["status"]) == ("waiting", 503)

    told.receiver.status = 200
    await told.phones.service.advance(seconds=6)
    await told.tell()
    assert len(set(told.receiver.ids)) == 1
    assert len(told.receiver.ids) == 2
    (line,) = await told.log(endpoint)
    assert (line["state"], line["attempt"]) == ("delivered", 2)


async def test_a_receiver_that_is_gone_is_disabled_and_its_owner_told(told: Told) -> None:
    endpoint = await told.endpoint()
    told.receiver.status = 410
    await told.say()
    found = (await told.keeper.get(f"/v1/webhook-endpoints/{endpoint['id']}")).json()
    assert (found["state"], found["reason"]) == ("disabled", "gone")
    (message,) = await told.phones.messages(channel="tray", template="webhook-disabled")
    assert str(message["person_id"]) == found["owner_id"]

    await told.say()
    assert len(told.receiver.posts) == 1
    assert (await told.act(endpoint, "test")).json()["code"] == "webhook_disabled"


async def test_a_receiver_that_fails_for_three_days_is_disabled(told: Told) -> None:
    endpoint = await told.endpoint()
    told.receiver.status = 500
    await told.say()
    await told.phones.service.advance(hours=73)
    await told.tell()
    found = (await told.keeper.get(f"/v1/webhook-endpoints/{endpoint['id']}")).json()
    assert (found["state"], found["reason"]) == ("disabled", "failing")
    assert {line["state"] for line in await told.log(endpoint)} == {"dead"}


async def test_one_delivery_or_all_since_a_time_go_out_again_under_the_same_id(told: Told) -> None:
    endpoint = await told.endpoint()
    await told.say()
    await told.say()
    first = (await told.log(endpoint))[-1]

    again = (await told.act(endpoint, "redeliver", delivery_id=first["id"])).json()
    assert again["many"] == 1
    await told.tell()
    assert told.receiver.ids[-1] == first["event_id"]

    since = (await told.act(endpoint, "redeliver", since="2020-01-01T00:00:00Z")).json()
    assert since["many"] == 2
    await told.tell()
    assert sorted(told.receiver.ids[-2:]) == sorted(set(told.receiver.ids))
    unknown = await told.act(endpoint, "redeliver", delivery_id=str(uuid4()))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "webhook_delivery_unknown")
    assert (
        await told.act(endpoint, "redeliver", since="2020-01-01T00:00:00Z", delivery_id=first["id"])
    ).status_code == 422


async def test_two_secrets_sign_for_a_day_after_a_rotation(told: Told) -> None:
    endpoint = await told.endpoint()
    renewed = (await told.act(endpoint, "rotate-secret")).json()
    assert renewed["secret"] != endpoint["secret"]
    await told.say()
    sent, body = told.receiver.posts[-1]
    for secret in (endpoint["secret"], renewed["secret"]):
        Webhook(secret).verify(body, sent)

    await told.phones.service.advance(hours=25)
    await told.act(endpoint, "test")
    await told.tell()
    sent, body = told.receiver.posts[-1]
    Webhook(renewed["secret"]).verify(body, sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint["secret"]).verify(body, sent)


async def test_a_bearer_goes_along_and_a_test_can_be_sent(told: Told) -> None:
    endpoint = await told.endpoint(bearer="a-token-of-theirs")
    assert (await told.act(endpoint, "test")).status_code == 202
    await told.tell()
    ((sent, body),) = told.receiver.posts
    assert sent["authorization"] == "Bearer a-token-of-theirs"
    assert json.loads(body)["type"] == "notify.webhook_test.v1"


async def test_secrets_and_bodies_are_sealed_and_shown_once(told: Told) -> None:
    endpoint = await told.endpoint(bearer="a-token-of-theirs")
    await told.say()
    (row,) = await told.phones.service.sql("SELECT * FROM webhook_endpoints")
    (line,) = await told.phones.service.sql("SELECT * FROM webhook_deliveries")
    kept = b"".join(v for v in (*row.values(), *line.values()) if isinstance(v, bytes))
    assert endpoint["secret"].encode() not in kept
    assert b"a-token-of-theirs" not in kept
    assert TOLD.encode() not in kept
    shown = (await told.keeper.get("/v1/webhook-endpoints")).text
    assert "whsec_" not in shown
    assert "a-token" not in shown


async def test_the_log_is_kept_for_thirty_days(told: Told) -> None:
    endpoint = await told.endpoint()
    await told.say()
    await told.phones.service.advance(days=29)
    await forget(told.phones.service.running)
    assert len(await told.log(endpoint)) == 1
    await told.phones.service.advance(days=2)
    await forget(told.phones.service.running)
    assert await told.log(endpoint) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/",
        "https://0x7f.1/",
        "https://[::ffff:10.0.0.1]/",
        "https://user@hooks.example.org/",
        "https://other.example.org/",
    ],
)
async def test_an_address_that_leads_home_is_refused_at_saving(told: Told, url: str) -> None:
    made = {"url": url, "area_id": str(COMMUNITY), "types": [TOLD]}
    answer = await told.keeper.post("/v1/webhook-endpoints", json=made)
    assert (answer.status_code, answer.json()["code"]) == (422, "address_refused")


async def test_an_address_that_leads_home_by_now_is_refused_at_the_send(told: Told) -> None:
    endpoint = await told.endpoint()
    await told.phones.service.sql("UPDATE webhook_endpoints SET url = 'http://127.0.0.1:1/'")
    await told.say()
    (line,) = await told.log(endpoint)
    assert (line["state"], line["reason"]) == ("dead", "address_refused")


@pytest.mark.parametrize(
    "wrong",
    [
        {"types": []},
        {"types": ["tickets.ticket_filed.v1"]},
        {"kind": "compatible"},
        {"kind": "compatible", "types": []},
    ],
)
async def test_settings_that_do_not_fit_together_are_refused(told: Told, wrong: dict[str, Any]) -> None:
    made = {"url": told.receiver.url, "area_id": str(COMMUNITY), "types": [TOLD]} | wrong
    answer = await told.keeper.post("/v1/webhook-endpoints", json=made)
    assert (answer.status_code, answer.json()["code"]) == (422, "webhook_invalid")


async def test_only_a_keeper_of_the_area_keeps_its_endpoints(told: Told) -> None:
    endpoint = await told.endpoint()
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    auditor = await told.phones.service.person(grants=[("auditor", "area", COMMUNITY)])
    manager = await told.phones.service.person(grants=[("message_manager", "area", COMMUNITY)])
    stranger = await told.phones.service.person(grants=[("keeper", "area", uuid4())])
    assert (await auditor.get(path)).status_code == 200
    assert (await auditor.post(f"{path}:test")).status_code == 403
    assert (await manager.get(path)).status_code == 403
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.post(f"{path}:test")).status_code == 404
    assert (await stranger.get("/v1/webhook-endpoints")).json()["items"] == []
    one_factor = await told.phones.service.person(grants=[("keeper", "area", COMMUNITY)], level="aal1")
    assert (await one_factor.post(f"{path}:test")).json()["code"] == "step_up"


async def test_what_a_keeper_disables_hears_nothing_until_it_is_enabled(told: Told) -> None:
    endpoint = await told.endpoint()
    assert (await told.act(endpoint, "disable")).json()["state"] == "disabled"
    await told.say()
    assert told.receiver.posts == []
    assert (await told.act(endpoint, "enable")).json()["state"] == "active"
    await told.say()
    assert len(told.receiver.posts) == 1


async def test_a_counsellors_nudge_is_told_to_no_other_system(told: Told) -> None:
    await told.endpoint()
    nudged = {"person_ids": [LEADER]}
    subject: UUID = uuid4()
    await told.phones.service.apply("tickets.counsellor_nudged.v1", nudged, subject=subject, community=COMMUNITY)
    await told.phones.send()
    await told.tell()
    assert len(await told.phones.service.events(TOLD)) == 1
    assert told.receiver.posts == []


# Clients of the compatible API --------------------------------------------------------------------------------------


async def receipts(told: Told) -> list[tuple[dict[str, str], dict[str, Any]]]:
    await told.tell()
    return [(sent, json.loads(body)) for sent, body in told.receiver.posts]


async def sent_by_a_client(told: Told) -> str:
    by_api = client(told.phones, await a_key(told.phones))
    asked = {
        "phone_number": "13800000002",
        "template_id": await template_id(told.phones, "case-rejected"),
        "personalisation": {"category": "环境卫生", "number": "42"},
        "reference": "theirs-1",
    }
    answer = await by_api.post("/v2/notifications/sms", json=asked)
    assert answer.status_code == 201, answer.text
    await told.phones.send()
    return str(answer.json()["id"])


async def test_a_client_gets_notifys_receipt_with_its_bearer(told: Told) -> None:
    await told.endpoint(kind="compatible", types=[], bearer="a-token-of-theirs")
    message_id = await sent_by_a_client(told)
    assert await receipts(told) == []

    await told.phones.report(told.phones.provider.calls[-1])
    ((sent, receipt),) = await receipts(told)
    assert sent["authorization"] == "Bearer a-token-of-theirs"
    assert "webhook-signature" not in sent
    assert (receipt["id"], receipt["status"], receipt["reference"]) == (message_id, "delivered", "theirs-1")
    assert set(receipt) == {
        "id",
        "reference",
        "to",
        "status",
        "created_at",
        "completed_at",
        "sent_at",
        "notification_type",
        "template_id",
        "template_version",
    }


async def test_a_client_of_another_area_gets_no_receipt(told: Told) -> None:
    await told.endpoint(kind="compatible", types=[], bearer="a-token-of-theirs")
    await told.phones.service.sql("UPDATE webhook_endpoints SET area_id = $1", uuid4())
    await sent_by_a_client(told)
    await told.phones.report(told.phones.provider.calls[-1])
    assert await receipts(told) == []


async def test_what_a_rule_sent_is_no_clients_business(told: Told) -> None:
    await told.endpoint(kind="compatible", types=[], bearer="a-token-of-theirs")
    await told.phones.assigned()
    await told.phones.send()
    await told.phones.report(told.phones.provider.calls[-1])
    assert await receipts(told) == []
