"""The in-app inbox: what lands there, whose it is, and what reading it makes needless."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.notify.api import tray as stream
from services.notify.loops.retention import forget
from services.notify.loops.tray import TrayLoop
from tests.services.notify.phones import COMMUNITY, LEADER, NUMBERS, REPORTER, Phones

APPROVER = LEADER


async def fill(phones: Phones) -> int:
    return await TrayLoop(phones.service.running).deliver_due()


async def wanted(phones: Phones, approval: UUID | None = None, person: UUID = APPROVER) -> UUID:
    approval = approval or uuid4()
    facts = {"approval_id": approval, "subject_kind": "application", "subject_id": uuid4(), "person_ids": [person]}
    await phones.service.apply(
        "funds.approval_requested.v1", facts, subject=approval, correlation=approval, community=COMMUNITY
    )
    return approval


async def signed_in(phones: Phones, person: UUID) -> httpx.AsyncClient:
    return await phones.service.person(person)


async def listed(client: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    answer = await client.get("/v1/tray", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_the_rendered_text_lies_in_the_persons_tray(phones: Phones) -> None:
    await phones.assigned()
    assert await fill(phones) == 1
    client = await signed_in(phones, LEADER)

    (item,) = await listed(client)
    assert item["state"] == "new"
    assert item["topic"] == "duties"
    assert "物业管理有新的环境卫生工单" in item["words"]
    assert [o["code"] for o in item["question"]["options"]] == ["accept", "return"]
    (told,) = await phones.service.data("notify.message_delivered.v1")
    assert told["channel"] == "tray"


async def test_the_words_are_sealed(phones: Phones) -> None:
    await phones.assigned()
    await fill(phones)
    (row,) = await phones.service.sql("SELECT words_enc FROM tray_items")
    assert "环境卫生".encode() not in row["words_enc"]


async def test_a_text_goes_out_at_once_beside_the_tray(phones: Phones) -> None:
    await phones.assigned()
    await phones.send()
    await fill(phones)
    (call,) = phones.provider.texts_to(LEADER)
    assert call.ext == "01"
    assert len(await listed(await signed_in(phones, LEADER))) == 1


async def test_nobody_sees_another_persons_tray(phones: Phones) -> None:
    await phones.assigned()
    await fill(phones)
    (item,) = await listed(await signed_in(phones, LEADER))
    other = await signed_in(phones, REPORTER)
    assert await listed(other) == []
    for move in ("seen", "read", "archive"):
        assert (await other.post(f"/v1/tray/{item['id']}:{move}")).status_code == 404


async def test_nobody_sees_a_tray_without_a_token(phones: Phones) -> None:
    for path in ("/v1/tray", "/v1/tray/count", "/v1/tray/stream"):
        assert (await phones.service.client().get(path)).status_code == 401


async def test_an_item_is_seen_read_and_put_away_once(phones: Phones) -> None:
    await phones.assigned()
    await fill(phones)
    client = await signed_in(phones, LEADER)
    (item,) = await listed(client)
    assert (await client.get("/v1/tray/count")).json()["unread"] == 1

    seen = (await client.post(f"/v1/tray/{item['id']}:seen")).json()
    assert (seen["state"], seen["revision"]) == ("seen", 2)
    again = (await client.post(f"/v1/tray/{item['id']}:seen")).json()
    assert again == seen
    assert (await client.post(f"/v1/tray/{item['id']}:read")).json()["state"] == "read"
    assert (await client.get("/v1/tray/count")).json()["unread"] == 0
    assert (await client.post(f"/v1/tray/{item['id']}:archive")).json()["state"] == "archived"
    assert (await client.post(f"/v1/tray/{item['id']}:seen")).json()["state"] == "archived"

    assert await listed(client) == []
    assert [i["id"] for i in await listed(client, state="archived")] == [item["id"]]


async def test_the_text_comes_half_an_hour_later_when_nobody_has_read(phones: Phones) -> None:
    await wanted(phones)
    await fill(phones)
    await phones.send()
    assert phones.provider.calls == []

    await phones.service.advance(minutes=31)
    await phones.send()
    (call,) = phones.provider.texts_to(APPROVER)
    assert call.template_code == "SMS_approval_wanted"


async def test_the_text_does_not_come_when_the_item_was_read(phones: Phones) -> None:
    await wanted(phones)
    await fill(phones)
    client = await signed_in(phones, APPROVER)
    (item,) = await listed(client)
    await client.post(f"/v1/tray/{item['id']}:read")

    await phones.service.advance(minutes=31)
    await phones.send()
    assert phones.provider.calls == []
    (message,) = await phones.messages()
    assert (message["state"], message["reason"]) == ("suppressed", "already_read")
    (told,) = await phones.service.data("notify.message_suppressed.v1")
    assert told["reason"] == "already_read"


async def test_the_text_comes_when_the_item_was_only_seen(phones: Phones) -> None:
    await wanted(phones)
    await fill(phones)
    client = await signed_in(phones, APPROVER)
    (item,) = await listed(client)
    await client.post(f"/v1/tray/{item['id']}:seen")

    await phones.service.advance(minutes=31)
    await phones.send()
    assert len(phones.provider.texts_to(APPROVER)) == 1


async def test_the_text_does_not_come_when_the_matter_is_settled(phones: Phones) -> None:
    approval = await wanted(phones)
    other = await wanted(phones, person=REPORTER)
    facts = {"approval_id": approval, "subject_kind": "application", "subject_id": uuid4()}
    await phones.service.apply("funds.approval_granted.v1", facts, subject=approval, correlation=approval)

    await phones.service.advance(minutes=31)
    await phones.send()
    assert phones.provider.texts_to(APPROVER) == []
    assert len(phones.provider.texts_to(REPORTER)) == 1
    assert {m["state"] for m in await phones.messages(about=approval)} == {"cancelled"}
    assert other


async def test_a_text_about_money_of_which_nobody_knows_is_not_repeated_by_itself(phones: Phones) -> None:
    await wanted(phones)
    assert {m["on_unknown"] for m in await phones.messages()} == {"ask"}


async def test_the_question_in_the_tray_keeps_its_extension_for_the_text(phones: Phones) -> None:
    ticket = await phones.assigned()
    await fill(phones)
    opened = await phones.prompt(ticket, "accept")
    assert (opened["state"], opened["ext"], opened["expires_at"]) == ("open", None, None)

    await phones.send()
    asked = await phones.prompt(ticket, "accept")
    assert (asked["state"], asked["ext"]) == ("open", "01")
    assert asked["expires_at"] is not None
    await phones.text(LEADER, "1", ext="01")
    (answered,) = await phones.service.data("notify.prompt_answered.v1")
    assert answered["option"] == "accept"


async def test_the_question_is_answered_by_a_button_of_its_item(phones: Phones) -> None:
    await phones.assigned()
    await fill(phones)
    client = await signed_in(phones, LEADER)
    (item,) = await listed(client)
    answer = await client.post(f"/v1/prompts/{item['question']['id']}/answers", json={"option": "accept"})
    assert answer.status_code < 300, answer.text
    (answered,) = await phones.service.data("notify.prompt_answered.v1")
    assert (answered["option"], answered["channel"]) == ("accept", "tray")

    await phones.send()
    assert phones.provider.calls == []
    (item,) = await listed(client)
    assert item["question"]["state"] == "answered"


async def test_an_item_comes_late_rather_than_never(phones: Phones) -> None:
    await phones.assigned()
    await phones.service.advance(hours=30)
    await phones.resolver.look()
    await fill(phones)
    assert len(await listed(await signed_in(phones, LEADER))) == 1


async def test_a_question_that_is_settled_does_not_land_any_more(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.ticket_event("ticket_withdrawn", ticket)
    await fill(phones)
    assert await listed(await signed_in(phones, LEADER)) == []


async def test_who_cannot_be_texted_has_it_in_her_tray(phones: Phones) -> None:
    nobody = uuid4()
    assert nobody not in NUMBERS
    await wanted(phones, person=nobody)
    await fill(phones)
    assert len(await listed(await signed_in(phones, nobody))) == 1


async def test_an_item_whose_words_nobody_tells_waits_and_holds_up_nobody(phones: Phones) -> None:
    phones.service.others.says("/internal/wording:resolve", httpx.Response(503))
    received = {"class": "general", "origin": "resident", "channel": "sms", "building_id": None}
    await phones.ticket_event("ticket_filed", uuid4(), **received)
    await phones.assigned()
    await fill(phones)
    states = {m["rule"]: m["state"] for m in await phones.messages(channel="tray")}
    assert states == {"case-received": "queued", "case-assigned": "delivered"}


async def test_an_item_goes_with_the_words_of_its_text(phones: Phones) -> None:
    await phones.assigned()
    await fill(phones)
    await phones.service.advance(days=29)
    await forget(phones.service.running)
    client = await signed_in(phones, LEADER)
    assert len(await listed(client)) == 1
    await phones.service.advance(days=2)
    await forget(phones.service.running)
    assert await listed(client) == []


# The stream -----------------------------------------------------------------------------------------------------


def told(event: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in event.strip().splitlines())


async def test_an_item_is_streamed_as_it_comes_and_as_it_changes(phones: Phones) -> None:
    client = await signed_in(phones, LEADER)
    watching = stream.changes(phones.service.running, LEADER, None)
    await anext(watching)
    coming = asyncio.ensure_future(anext(watching))
    await phones.assigned()
    await fill(phones)
    item = json.loads(told(await asyncio.wait_for(coming, 10))["data"])
    assert item["state"] == "new"

    coming = asyncio.ensure_future(anext(watching))
    await client.post(f"/v1/tray/{item['id']}:read")
    assert json.loads(told(await asyncio.wait_for(coming, 10))["data"])["state"] == "read"
    await watching.aclose()


async def test_a_stream_goes_on_after_the_last_event_it_told(phones: Phones) -> None:
    first, second = await phones.assigned(), await phones.assigned()
    await fill(phones)
    all_of_it = stream.changes(phones.service.running, LEADER, 0)
    await anext(all_of_it)
    events = [told(await anext(all_of_it)) for _ in range(2)]
    await all_of_it.aclose()
    assert {json.loads(event["data"])["about"] for event in events} == {str(first), str(second)}

    rest = stream.changes(phones.service.running, LEADER, int(events[0]["id"]))
    await anext(rest)
    assert told(await anext(rest)) == events[1]
    await rest.aclose()


async def test_the_stream_answers_over_http_and_ends(phones: Phones, monkeypatch: Any) -> None:
    monkeypatch.setitem(phones.service.running.settings.__dict__, "tray_stream_seconds", 0.2)
    await phones.assigned()
    await fill(phones)
    client = await signed_in(phones, LEADER)
    answer = await client.get("/v1/tray/stream", headers={"Last-Event-ID": "0"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: tray" in answer.text
    assert (await client.get("/v1/tray/stream", headers={"Last-Event-ID": "x"})).status_code == 400


async def test_too_many_streams_are_refused(phones: Phones, monkeypatch: Any) -> None:
    monkeypatch.setitem(phones.service.running.settings.__dict__, "tray_streams_max", 0)
    phones.service.running.state.pop("tray_watch", None)
    answer = await (await signed_in(phones, LEADER)).get("/v1/tray/stream")
    assert (answer.status_code, answer.json()["code"]) == (503, "too_busy")
    phones.service.running.state.pop("tray_watch", None)
