"""The native API: scoped, masked, and recorded where words are read."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.services.notify.phones import COMMUNITY, LEADER, REPORTER, Phones

READS = ["/v1/messages", "/v1/notifications", "/v1/prompts", "/v1/received", "/v1/counts", "/v1/rules", "/v1/templates"]


async def operator(phones: Phones, area: UUID = COMMUNITY) -> httpx.AsyncClient:
    return await phones.service.person(grants=[("operator", "area", area)])


async def one_parked(phones: Phones) -> dict[str, Any]:
    await phones.assigned(number="【假冒】")
    await phones.send()
    (message,) = await phones.messages()
    return dict(message)


@pytest.mark.parametrize("path", READS)
async def test_nobody_and_a_resident_read_nothing(phones: Phones, path: str) -> None:
    assert (await phones.service.client().get(path)).status_code == 401
    resident = await phones.service.person()
    assert (await resident.get(path)).status_code == 403
    assert (await (await operator(phones)).get(path)).status_code == 200


async def test_the_keeper_reads_no_message_and_no_text(phones: Phones) -> None:
    keeper = await phones.service.person(grants=[("keeper", "area", COMMUNITY)])
    for path in ("/v1/messages", "/v1/received", "/v1/prompts"):
        assert (await keeper.get(path)).status_code == 403


async def test_a_message_is_shown_with_its_submissions_and_without_number_or_words(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.send()
    await phones.report(phones.provider.calls[0])
    client = await operator(phones)
    (row,) = (await client.get("/v1/messages", params={"correlation": str(ticket), "channel": "sms"})).json()["items"]
    detail = await client.get(f"/v1/messages/{row['id']}")
    shown = detail.json()
    assert (shown["state"], shown["class"], shown["person_id"]) == ("delivered", "notice", str(LEADER))
    (call,) = shown["submissions"]
    assert (call["state"], [r["status"] for r in call["reports"]]) == ("delivered", ["delivered"])
    assert detail.headers["ETag"] == f'"{shown["revision"]}"'
    assert "138" + "00000001" not in detail.text


async def test_another_community_s_rows_do_not_exist(phones: Phones) -> None:
    ticket = await phones.assigned()
    await phones.send()
    (message,) = await phones.messages()
    prompt = await phones.prompt(ticket, "accept")
    stranger = await operator(phones, uuid4())
    assert (await stranger.get("/v1/messages")).json()["items"] == []
    assert (await stranger.get("/v1/prompts")).json()["items"] == []
    for path in (f"messages/{message['id']}", f"prompts/{prompt['id']}", f"notifications/{message['notification_id']}"):
        assert (await stranger.get(f"/v1/{path}")).status_code == 404
        assert (await (await operator(phones)).get(f"/v1/{path}")).status_code == 200


async def test_a_notification_explains_its_decision(phones: Phones) -> None:
    await phones.assigned()
    (message,) = await phones.messages()
    shown = (await (await operator(phones)).get(f"/v1/notifications/{message['notification_id']}")).json()
    first = shown["trace"][0]
    assert (first["check"], first["result"]) == ("contact", "ok")
    assert [m["id"] for m in shown["messages"] if m["channel"] == "sms"] == [str(message["id"])]


async def test_lists_are_paged_by_a_cursor_of_their_own(phones: Phones) -> None:
    for _ in range(3):
        await phones.assigned()
    client = await operator(phones)
    first = (await client.get("/v1/messages", params={"limit": 2, "channel": "sms"})).json()
    second = (await client.get("/v1/messages", params={"limit": 2, "channel": "sms", "cursor": first["next"]})).json()
    assert len({m["id"] for m in first["items"] + second["items"]}) == 3
    assert second["next"] is None
    other = await client.get("/v1/messages", params={"limit": 2, "cursor": first["next"], "state": "queued"})
    assert (other.status_code, other.json()["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize("filters", [{"state": "parked"}, {"reason": "bracket_in_value"}])
async def test_messages_are_found_by_state_and_reason(phones: Phones, filters: dict[str, str]) -> None:
    await one_parked(phones)
    await phones.assigned()
    found = (await (await operator(phones)).get("/v1/messages", params=filters)).json()["items"]
    assert [m["state"] for m in found] == ["parked"]


async def test_a_parked_message_is_retried_once_mended(phones: Phones) -> None:
    message = await one_parked(phones)
    await phones.service.sql('UPDATE messages SET facts = facts || \'{"number": "20261124-01-00042-4"}\'')
    client, url = await operator(phones), f"/v1/messages/{message['id']}:retry"
    assert (await client.post(url, json={})).status_code == 428
    assert (await client.post(url, json={}, headers={"If-Match": '"99"'})).status_code == 412
    retried = await client.post(url, json={}, headers={"If-Match": f'"{message["revision"]}"'})
    assert (retried.status_code, retried.json()["state"]) == (200, "queued")
    await phones.send()
    assert len(phones.provider.calls) == 1


async def test_a_parked_message_is_closed_and_then_is_over(phones: Phones) -> None:
    message = await one_parked(phones)
    client, url = await operator(phones), f"/v1/messages/{message['id']}:close"
    closed = await client.post(url, json={}, headers={"If-Match": f'"{message["revision"]}"'})
    assert closed.json()["state"] == "failed"
    again = await client.post(url, json={}, headers={"If-Match": f'"{closed.json()["revision"]}"'})
    assert (again.status_code, again.json()["code"]) == (409, "cannot_close_when_failed")
    audit = await phones.service.sql("SELECT action FROM audit")
    assert [row["action"] for row in audit] == ["message_closed"]


async def test_one_who_only_reads_mends_nothing(phones: Phones) -> None:
    message = await one_parked(phones)
    auditor = await phones.service.person(grants=[("auditor", "area", COMMUNITY)])
    headers = {"If-Match": f'"{message["revision"]}"'}
    assert (await auditor.post(f"/v1/messages/{message['id']}:close", json={}, headers=headers)).status_code == 403
    stranger = await operator(phones, uuid4())
    assert (await stranger.post(f"/v1/messages/{message['id']}:close", json={}, headers=headers)).status_code == 404


async def test_the_words_of_a_text_are_read_on_record(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "楼道灯又不亮了")
    client = await operator(phones)
    (row,) = (await client.get("/v1/received")).json()["items"]
    assert "text" not in row
    shown = (await client.get(f"/v1/received/{row['id']}")).json()
    assert (shown["text"], shown["number"]) == ("楼道灯又不亮了", "138****0002")
    assert len(await phones.service.sql("SELECT 1 FROM access_log")) == 1
    stranger = await operator(phones, uuid4())
    assert (await stranger.get(f"/v1/received/{row['id']}")).status_code == 404


async def test_the_figures_of_what_is_open(phones: Phones) -> None:
    await one_parked(phones)
    shown = (await (await operator(phones)).get("/v1/counts")).json()
    waiting_for_the_tray = 1
    assert (shown["parked"], shown["queued"]) == (1, waiting_for_the_tray)
    assert (shown["unknown"], shown["stray"]) == (0, 0)


async def test_rules_and_texts_are_shown_with_what_is_filed(phones: Phones) -> None:
    client = await operator(phones)
    rules = {row["name"] for row in (await client.get("/v1/rules")).json()["items"]}
    assert "case-assigned" in rules
    texts = {row["name"]: row for row in (await client.get("/v1/templates")).json()["items"]}
    code = texts["sign-in-code"]
    url = f"/v1/templates/{code['id']}/versions/{code['live']}/provider-templates"
    filed = {row["language"]: row["text"] for row in (await client.get(url)).json()["items"]}
    assert filed["zh-CN"] == "验证码${code},5分钟内有效。请勿告诉他人。"
    assert filed["en"] == "Your code is ${code}. It is valid for 5 minutes. Tell nobody."


async def test_an_operator_does_not_stop_codes(phones: Phones) -> None:
    assert (await (await operator(phones)).post("/v1/codes:stop", json={"reason": "x"})).status_code == 403
    secretary = await phones.service.person(grants=[("secretary", "area", COMMUNITY)], level="aal1")
    stepped = await secretary.post("/v1/codes:stop", json={"reason": "x"})
    assert (stepped.status_code, stepped.json()["code"]) == (403, "step_up")
