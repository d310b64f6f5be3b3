"""C7: ringing up, by somebody who did not do the work."""

import json
from typing import Any

import httpx

from tests.console import answers
from tests.console.conftest import Console, Told

TASK = "0192f0c1-0000-7000-8000-0000000000b1"


def a_task(**changes: Any) -> dict[str, Any]:
    known = {"id": TASK, "ticket_id": "0192f0c1-0000-7000-8000-0000000000b2", "number": "20260302-01-00042-4",
             "category": "sanitation", "round": 1, "purpose": "follow_up", "why": "no_answer", "state": "open",
             "opened_at": "2026-03-02T01:00:00Z", "not_before": "2026-03-02T01:00:00Z", "claimed_by": None,
             "claimed_until": None, "calls": 0, "revision": 2}  # fmt: skip
    return known | changes


def mine(**changes: Any) -> dict[str, Any]:
    return a_task(state="claimed", claimed_by=str(answers.PERSON), claimed_until="2026-03-02T03:00:00Z", **changes)


def waiting(told: Told, *tasks: dict[str, Any]) -> None:
    told.stubs["tickets"].says("/v1/call-tasks", {"items": list(tasks), "next": None, "as_of": answers.NOW}, "GET")


def recorded(told: Told) -> dict[str, Any]:
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path.endswith(":record"))
    body: dict[str, Any] = json.loads(asked.content)
    return body


async def test_a_call_is_claimed_under_what_was_shown_and_then_its_form_stands_open(console: Console) -> None:
    told = await console()
    waiting(told, a_task())
    told.stubs["tickets"].says(f"/v1/call-tasks/{TASK}:claim", mine())
    operator = told.operator()
    page = await operator.open("/call-tasks")
    assert "我来打" in page.text
    assert "记录这通电话" not in page.text
    assert (await operator.send(f"/call-tasks/{TASK}/claim", {})).status_code == 303
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path.endswith(":claim"))
    assert asked.headers["if-match"] == '"2"'
    waiting(told, mine())
    assert "记录这通电话" in (await operator.open("/call-tasks")).text


async def test_what_she_said_goes_to_tickets_and_nothing_else(console: Console) -> None:
    told = await console()
    waiting(told, mine())
    told.stubs["tickets"].says(f"/v1/call-tasks/{TASK}:record", a_task(state="done"))
    operator = told.operator()
    await operator.open("/call-tasks")
    fields = {"result": "reached", "answer": "unsolved", "reason": "again", "words": "又漏了"}
    assert (await operator.send(f"/call-tasks/{TASK}/record", fields)).status_code == 303
    assert recorded(told) == fields


async def test_who_was_reached_has_said_something(console: Console) -> None:
    told = await console()
    waiting(told, mine())
    operator = told.operator()
    await operator.open("/call-tasks")
    page = await operator.send(f"/call-tasks/{TASK}/record", {"result": "reached", "words": "嗯"})
    assert page.status_code == 422
    assert ">嗯</textarea>" in page.text
    assert not [r for r in told.stubs["tickets"].asked if r.method == "POST"]


async def test_looking_back_asks_only_whether_it_holds(console: Console) -> None:
    told = await console()
    waiting(told, mine(purpose="look_back"))
    page = await told.operator().open("/call-tasks")
    assert 'value="holds"' in page.text
    assert 'value="unsolved"' not in page.text


async def test_a_colleagues_call_is_left_to_her_and_one_that_was_quicker_is_told(console: Console) -> None:
    told = await console()
    waiting(told, mine() | {"claimed_by": "0192f0c1-0000-7000-8000-0000000000e9"})
    operator = told.operator()
    page = await operator.open("/call-tasks")
    assert "同事正在打" in page.text
    refused = httpx.Response(409, json=answers.problem(409, "claimed_already"))
    told.stubs["tickets"].says(f"/v1/call-tasks/{TASK}:claim", refused)
    assert (await operator.send(f"/call-tasks/{TASK}/claim", {})).status_code == 409


async def test_no_calls_is_said_calmly_in_both_languages(console: Console) -> None:
    told = await console()
    waiting(told)
    assert "没有要打的电话" in (await told.operator().open("/call-tasks")).text
    assert "Nobody waits for a call" in (await told.operator(language="en").open("/call-tasks")).text
