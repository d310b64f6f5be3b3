"""Handsets: what they show, what they send, and what is pushed for them."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from demo.gateway.messages import SHANGHAI
from tests.unit.gateway.harness import SECRET_PATH, Customer, Gateway, until

NUMBER = "13800000001"


async def test_an_accepted_text_gets_one_tick_then_two(gateway: Gateway, customer: Customer) -> None:
    await gateway.http.put("/sim/settings", json={"report_delay_ms": 200})
    await gateway.send()
    [arriving] = await gateway.messages()
    assert arriving["state"] == "accepted"
    assert (await gateway.settled())["state"] == "delivered"
    [report] = await customer.received(1)
    assert report | {"send_time": "", "report_time": ""} == {
        "phone_number": NUMBER,
        "send_time": "",
        "report_time": "",
        "success": True,
        "err_code": "DELIVERED",
        "err_msg": "用户接收成功",
        "sms_size": "1",
        "biz_id": arriving["biz_id"],
        "out_id": "ref-1",
    }


@pytest.mark.parametrize(("line", "reason"), [("unallocated", "空号"), ("suspended", "停机")])
async def test_a_dead_line_fails_with_its_reason(gateway: Gateway, customer: Customer, line: str, reason: str) -> None:
    await gateway.faults(numbers={NUMBER: line})
    assert (await gateway.send()).json()["Code"] == "OK"
    message = await gateway.settled()
    assert (message["state"], message["reason"]) == ("failed", reason)
    [report] = await customer.received(1)
    assert (report["success"], report["err_code"], report["err_msg"]) == (False, "MOBILE_NOT_ON_SERVICE", reason)


async def test_a_long_text_shows_the_parts_it_came_in(gateway: Gateway) -> None:
    text = "长" * 60 + "${number}"
    await gateway.http.post("/sim/templates", json=[{"code": "SMS_3", "sign_name": "中一路社区", "text": text}])
    await gateway.send(TemplateCode="SMS_3")
    [message] = await gateway.messages()
    assert message["segments"] == [67, 4]


async def test_each_sending_number_has_its_own_thread(gateway: Gateway) -> None:
    await gateway.send(SmsUpExtendCode="01")
    await gateway.send(SignName="东山坪社区", TemplateCode="SMS_2")
    handset = (await gateway.http.get(f"/sim/handsets/{NUMBER}")).json()
    assert [(t["number"], t["sign_name"]) for t in handset["threads"]] == [
        ("106911110000", "东山坪社区"),
        ("10690000042701", "中一路社区"),
    ]


async def test_the_raw_call_stands_beside_the_text_without_the_signature(gateway: Gateway) -> None:
    answer = await gateway.send()
    [message] = await gateway.messages()
    assert message["call"]["parameters"]["OutId"] == "ref-1"
    assert message["call"]["answer"] == answer.json()
    assert "x-acs-date" in message["call"]["headers"]
    assert "authorization" not in json.dumps(message).lower()


async def test_a_reply_goes_to_the_number_that_asked(gateway: Gateway, customer: Customer) -> None:
    await gateway.send(SmsUpExtendCode="07")
    asked = await gateway.settled()
    await customer.received(1)
    typed = await gateway.types("1", in_reply_to=asked["id"])
    [_, uplink] = await customer.received(2)
    assert uplink == {
        "phone_number": NUMBER,
        "send_time": uplink["send_time"],
        "content": "1",
        "sign_name": "中一路社区",
        "dest_code": "10690000042707",
        "sequence_id": typed["sequence_id"],
    }
    assert (await gateway.settled())["state"] == "delivered"


async def test_a_text_out_of_nowhere_goes_to_the_base_number(gateway: Gateway, customer: Customer) -> None:
    await gateway.types("楼道垃圾没人收,灯也不亮")
    [uplink] = await customer.received(1)
    assert (uplink["dest_code"], uplink["content"]) == ("106900000427", "楼道垃圾没人收,灯也不亮")
    assert customer.paths == [f"{SECRET_PATH}/uplinks"]


async def test_a_text_sent_three_times_keeps_its_sequence_number(gateway: Gateway, customer: Customer) -> None:
    typed = await gateway.types("1", times=3)
    uplinks = await customer.received(3)
    assert [uplink["sequence_id"] for uplink in uplinks] == [typed["sequence_id"]] * 3
    assert len(customer.bodies) == 3
    other = await gateway.types("1")
    assert other["sequence_id"] != typed["sequence_id"]


@pytest.mark.parametrize("text", ["\ud800半个", "零\x00字符", "🎵" * 1_000, "   "])
async def test_a_handset_may_send_what_no_form_lets_through(gateway: Gateway, customer: Customer, text: str) -> None:
    body = json.dumps({"text": text})
    headers = {"content-type": "application/json"}
    answer = await gateway.http.post(f"/sim/handsets/{NUMBER}/texts", content=body, headers=headers)
    assert answer.status_code == 201
    [uplink] = await customer.received(1)
    assert uplink["content"] == text


@pytest.mark.parametrize(
    "body", [{"text": ""}, {"text": 1}, {"text": "长" * 5_001}, {"text": "1", "times": 4}, {"text": "1", "to": "x"}]
)
async def test_a_text_that_is_none_is_refused(gateway: Gateway, body: dict[str, Any]) -> None:
    answer = await gateway.http.post(f"/sim/handsets/{NUMBER}/texts", json=body)
    assert answer.status_code == 422


async def test_nobody_replies_to_anothers_message(gateway: Gateway) -> None:
    await gateway.send()
    [message] = await gateway.messages()
    answer = await gateway.http.post(
        "/sim/handsets/13800000002/texts", json={"text": "1", "in_reply_to": message["id"]}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "no", [Response(status_code=503), JSONResponse({"ok": True}), JSONResponse({"code": "0"}), Response("x")]
)
async def test_a_push_that_is_not_taken_comes_again(gateway: Gateway, customer: Customer, no: Response) -> None:
    customer.answers = [no]
    await gateway.types("1")
    first, second = await customer.received(2)
    assert first == second


async def test_after_three_more_tries_a_push_is_given_up(gateway: Gateway, customer: Customer) -> None:
    customer.answers = [Response(status_code=500)] * 5
    await gateway.types("1")
    assert (await gateway.settled())["state"] == "failed"
    assert len(customer.bodies) == 4
    pushes = (await gateway.http.get("/sim/pushes")).json()
    assert ([p["attempt"] for p in pushes["items"]], pushes["waiting"]) == ([4, 3, 2, 1], 0)


async def test_handsets_stand_with_the_newest_text_first(gateway: Gateway) -> None:
    for number in ("13800000001", "13800000002", "13800000001"):
        await gateway.types("1", number)
    await gateway.http.put("/sim/handsets/13800000003", json={"label": "王师傅", "line": "suspended"})
    rows = (await gateway.http.get("/sim/handsets")).json()["items"]
    assert [(r["number"], r["messages"]) for r in rows] == [
        ("13800000001", 2),
        ("13800000002", 1),
        ("13800000003", 0),
    ]
    assert (rows[2]["label"], rows[2]["line"]) == ("王师傅", "suspended")


async def test_a_handset_nobody_has_heard_of_is_not_found(gateway: Gateway) -> None:
    assert (await gateway.http.get("/sim/handsets/13899999999")).status_code == 404


@pytest.mark.parametrize("written", ["+8613800000001", "008613800000001", "8613800000001", "13800000001"])
async def test_a_number_is_one_handset_however_it_is_written(gateway: Gateway, written: str) -> None:
    await gateway.send()
    assert (await gateway.http.get(f"/sim/handsets/{written}")).json()["number"] == NUMBER


@pytest.mark.parametrize("written", ["12", "abc", "+1202555", "1" * 21])
async def test_what_is_no_number_has_no_handset(gateway: Gateway, written: str) -> None:
    assert (await gateway.http.put(f"/sim/handsets/{written}", json={"label": "x"})).status_code == 422


async def test_the_clock_of_the_story_dates_texts_and_queries(gateway: Gateway) -> None:
    await gateway.http.put("/sim/settings", json={"clock_shift_seconds": -86_400 * 40})
    await gateway.send()
    then = datetime.now(SHANGHAI) - timedelta(days=40)
    [message] = await gateway.messages()
    assert message["at"].startswith(then.strftime("%Y-%m-%d"))
    day = then.strftime("%Y%m%d")
    found = await gateway.call("QuerySendDetails", PhoneNumber=NUMBER, SendDate=day, PageSize="1", CurrentPage="1")
    assert found.json()["TotalCount"] == 1


async def test_submissions_are_read_page_by_page(gateway: Gateway) -> None:
    for ref in ("ref-a", "ref-b", "ref-c"):
        await gateway.send(OutId=ref)
    first = (await gateway.http.get("/sim/submissions", params={"limit": 2})).json()
    rest = (await gateway.http.get("/sim/submissions", params={"limit": 2, "after": first["next"]})).json()
    assert [s["client_ref"] for s in first["items"] + rest["items"]] == ["ref-a", "ref-b", "ref-c"]
    assert (first["total"], rest["next"]) == (3, None)


async def test_a_screen_follows_the_changes(gateway: Gateway) -> None:
    seen: list[str] = []

    async def follow() -> None:
        async with gateway.http.stream("GET", "/sim/changes") as stream:
            async for chunk in stream.aiter_text():
                seen.extend(chunk.splitlines())

    async def started() -> bool:
        return bool(seen)

    async def events() -> list[str]:
        return [line.removeprefix("event: ") for line in seen if line.startswith("event: ")]

    following = asyncio.create_task(follow())
    await until(started, bool)
    await gateway.send()
    await gateway.faults(latency_ms=1)
    assert (await until(events, lambda found: "faults" in found and len(found) >= 4)).count("message") >= 2
    following.cancel()


async def test_a_screen_that_comes_back_misses_nothing(gateway: Gateway) -> None:
    await gateway.types("1")
    answer = await first_event(gateway.http, {"last-event-id": "1"})
    assert answer[0] != "event: reload"
    assert (await first_event(gateway.http, {"last-event-id": "999999999"}))[0] == "event: reload"


async def first_event(http: httpx.AsyncClient, headers: dict[str, str]) -> list[str]:
    async with http.stream("GET", "/sim/changes", headers=headers) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("event: "):
                return [line]
    return []


@pytest.mark.parametrize("host", ["rebound.example", "192.0.2.1"])
async def test_another_host_name_is_refused(gateway: Gateway, host: str) -> None:
    assert (await gateway.http.get("/sim/handsets", headers={"host": host})).status_code == 400


async def test_the_page_loads_only_its_own_files(gateway: Gateway) -> None:
    page = await gateway.http.get("/")
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert '<script src="/pages/phones.js"' in page.text
    assert "style=" not in page.text
    for name in ("phones.js", "phones.css"):
        assert (await gateway.http.get(f"/pages/{name}")).status_code == 200
