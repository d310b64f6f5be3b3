"""Ready words and several steps as one."""

import json
from typing import Any

import httpx

from tests.console import answers
from tests.console.conftest import Console, Told, a_case

ONE = "0192f0c1-0000-7000-8000-0000000000a5"


def at_hand(told: Told) -> str:
    path = a_case(told, answers.a_ticket())
    reply = {"id": ONE, "name": "收到", "text": "您的{number}已收到"}
    commands: list[dict[str, Any]] = [{"verb": "record-contact", "body": {"result": "reached"}}, {"verb": "start"}]
    told.stubs["tickets"].says("/v1/canned-replies", {"items": [reply]}, "GET")
    macro = {"id": ONE, "name": "联系并开始", "commands": commands}
    told.stubs["tickets"].says("/v1/macros", {"items": [macro]}, "GET")
    return f"{path}/at-hand"


async def test_ready_words_come_filled_in_into_a_note_that_can_still_be_changed(console: Console) -> None:
    told = await console()
    path = at_hand(told)
    told.stubs["tickets"].says(f"/v1/canned-replies/{ONE}:fill", {"text": "您的20260302-01-00042-4已收到"})
    operator = told.operator()
    page = await operator.open(path)
    assert "记录联系 → 开始办理" in page.text
    page = await operator.send(f"{path}/replies/{ONE}", {})
    assert ">您的20260302-01-00042-4已收到</textarea>" in page.text
    assert '/moves/note"' in page.text


async def test_several_steps_are_done_or_none_and_why(console: Console) -> None:
    told = await console()
    path = at_hand(told)
    done = {"ticket_id": ONE, "done": False, "code": "contact_needed"}
    told.stubs["tickets"].says(f"/v1/macros/{ONE}:apply", {"items": [done]})
    operator = told.operator()
    await operator.open(path)
    page = await operator.send(f"{path}/macros/{ONE}", {})
    assert page.status_code == 409
    assert "请先记录和居民的联系" in page.text
    told.stubs["tickets"].says(f"/v1/macros/{ONE}:apply", {"items": [done | {"done": True, "code": None}]})
    assert (await operator.send(f"{path}/macros/{ONE}", {})).status_code == 303


async def test_the_desk_keeps_words_and_a_leader_only_uses_them(console: Console) -> None:
    told = await console()
    path = at_hand(told)
    told.stubs["tickets"].says("/v1/canned-replies", httpx.Response(201, json={"id": ONE}))
    operator = told.operator()
    await operator.open(path)
    assert (await operator.send(f"{path}/replies", {"name": "收到", "text": ""})).status_code == 422
    assert (await operator.send(f"{path}/replies", {"name": "收到", "text": "好"})).status_code == 303
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path == "/v1/canned-replies" and r.method == "POST")
    assert json.loads(asked.content) == {"community_id": str(answers.COMMUNITY), "name": "收到", "text": "好"}
    told.parts.sessions.forget_person(answers.PERSON)
    page = await told.operator(("leader", "organization", answers.GROUP)).open(path)
    assert "存一段新的话" not in page.text
    assert "/retire" not in page.text


async def test_several_steps_are_kept_in_the_order_a_case_goes(console: Console) -> None:
    told = await console()
    path = at_hand(told)
    told.stubs["tickets"].says("/v1/macros", httpx.Response(201, json={"id": ONE}))
    operator = told.operator()
    await operator.open(path)
    assert (await operator.send(f"{path}/macros", {"macro_name": "空的"})).status_code == 422
    form = {"macro_name": "一次办好", "result": "换了灯", "note": "顺路", "steps": "start", "group_id": ""}
    assert (await operator.send(f"{path}/macros", form)).status_code == 303
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path == "/v1/macros" and r.method == "POST")
    assert json.loads(asked.content)["commands"] == [
        {"verb": "start", "body": {}},
        {"verb": "note", "body": {"text": "顺路", "audience": "internal"}},
        {"verb": "resolve", "body": {"result": "换了灯"}},
    ]
