"""C19, C21: texts with their reasons, one explained, the inbox, templates and what people agreed to."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.console import answers
from tests.console.conftest import Browser, Console, Told

ONE, OTHER = str(uuid4()), str(uuid4())


def a_message(**changes: Any) -> dict[str, Any]:
    return answers.a_message(id=ONE, notification_id=OTHER, channel="sms", billable=1, revision=4) | changes


def detail(told: Told, message: dict[str, Any], *checks: dict[str, Any]) -> str:
    stub = told.stubs["notify"]
    actions = [{"name": "retry", "allowed": message["state"] == "parked", "why_not": None}]
    stub.says(f"/v1/messages/{ONE}", message | {"submissions": [], "actions": actions}, "GET")
    decided = {"id": ONE, "channel": "sms", "state": message["state"], "reason": message["reason"] or "",
               "checks": list(checks)}  # fmt: skip
    stub.says(f"/v1/notifications/{OTHER}/explain", {"id": OTHER, "first": [], "messages": [decided]}, "GET")
    return f"/messages/{ONE}"


async def test_a_text_that_was_not_sent_stands_with_its_reason(console: Console) -> None:
    told = await console()
    quiet = a_message(state="suppressed", reason="opted_out", template="case-received")
    told.stubs["notify"].says("/v1/messages", answers.listed(quiet, next="c+/="), "GET")
    page = await told.operator().open("/messages?state=suppressed&channel=sms&nonsense=1")
    assert "受理通知" in page.text
    assert f"/messages/{ONE}" in page.text
    assert "opted_out" not in page.text
    assert "cursor=c%2B/%3D" in page.text
    asked = next(r for r in told.stubs["notify"].asked if r.url.path == "/v1/messages")
    assert dict(asked.url.params) == {"state": "suppressed", "channel": "sms", "limit": "50"}


async def test_a_decision_is_told_check_by_check_in_the_readers_words(console: Console) -> None:
    told = await console()
    passed = {"check": "contact", "result": "ok", "input": {"contact": "ok"}, "words": "Known. It passed."}
    refused = {"check": "consent", "result": "opted_out", "input": {"topic": "cases"}, "words": "She said no."}
    path = detail(told, a_message(state="suppressed", reason="opted_out"), passed, refused)
    chinese = (await told.operator().open(path)).text
    assert "接收意愿" in chinese
    assert "She said no." not in chinese
    assert '<li class="no">' in chinese
    assert "She said no." in (await told.operator(language="en").open(path)).text


async def test_a_parked_text_is_sent_again_under_what_was_shown(console: Console) -> None:
    told = await console()
    path = detail(told, a_message(state="parked", reason="no_route"))
    told.stubs["notify"].says(f"/v1/messages/{ONE}:retry", {"id": ONE, "state": "queued", "revision": 5})
    operator = told.operator()
    await operator.open(path)
    assert (await operator.send(f"{path}/retry", {})).status_code == 303
    asked = next(r for r in told.stubs["notify"].asked if r.method == "POST")
    assert asked.headers["if-match"] == '"4"'
    detail(told, a_message())
    assert f"{path}/retry" not in (await operator.open(path)).text
    assert (await operator.send(f"{path}/erase", {})).status_code == 404


def an_inbox(told: Told, **changes: Any) -> Browser:
    question: dict[str, Any] = {
        "id": OTHER,
        "state": "open",
        "purpose": "accept",
        "options": [],
        "expires_at": None,
        "revision": 1,
    }
    item = {"id": ONE, "state": "new", "words": "物业管理有新的卫生工单", "topic": "duties", "about": OTHER,
            "question": question, "created_at": answers.NOW, "revision": 1} | changes  # fmt: skip
    told.stubs["notify"].says("/v1/tray", {"items": [item], "next": None, "as_of": answers.NOW}, "GET")
    told.stubs["notify"].says("/v1/tray/count", {"new": 1, "unread": 1, "as_of": answers.NOW}, "GET")
    return told.operator()


async def test_the_inbox_counts_what_is_unread_and_puts_away_what_is_done(console: Console) -> None:
    told = await console()
    operator = an_inbox(told)
    page = await operator.open("/tray")
    for words in ("1 条未读", "物业管理有新的卫生工单", f"/tickets/{OTHER}", "需要您答复"):
        assert words in page.text
    told.stubs["notify"].says(f"/v1/tray/{ONE}:archive", {"id": ONE, "state": "archived", "revision": 2})
    assert (await operator.send(f"/tray/{ONE}/archive", {})).status_code == 303
    an_inbox(told, state="archived")
    page = await operator.open("/tray?archived=true")
    assert f"/tray/{ONE}/archive" not in page.text
    asked = [r for r in told.stubs["notify"].asked if r.url.path == "/v1/tray"]
    assert dict(asked[-1].url.params) == {"state": "archived", "limit": "50"}


async def test_the_inbox_stands_without_notify(console: Console) -> None:
    told = await console()
    operator = an_inbox(told)
    told.stubs["notify"].says("/v1/tray", httpx.Response(503, json=answers.problem(503, "busy")), "GET")
    page = await operator.open("/tray")
    assert page.status_code == 503
    assert "短信服务现在很忙" in page.text


def a_template(told: Told, state: str) -> str:
    template = {"id": ONE, "name": "case-received", "class": "notice", "topic": "cases", "channel": "sms",
                "live": 2, "versions": 2}  # fmt: skip
    bodies = {"zh-CN": "您的((category))已收到,编号((number))", "en": "Your ((category)) is in, no. ((number))"}
    version = {"version": 2, "state": state, "bodies": bodies, "author": None, "approver": None, "note": "",
               "created_at": answers.NOW, "revision": 7}  # fmt: skip
    told.stubs["notify"].says("/v1/templates", {"items": [template], "as_of": answers.NOW}, "GET")
    told.stubs["notify"].says(f"/v1/templates/{ONE}/versions", {"items": [version], "as_of": answers.NOW}, "GET")
    return f"/templates/{ONE}"


@pytest.mark.parametrize(
    ("role", "state", "offered"),
    [
        ("secretary", "submitted", {"approve", "reject"}),
        ("message_manager", "submitted", set()),
        ("message_manager", "draft", {"submit"}),
        ("message_manager", "approved", {"go-live"}),
        ("secretary", "approved", set()),
        ("message_manager", "live", {"retire"}),
        ("auditor", "live", set()),
    ],
)
async def test_one_writes_and_another_approves(console: Console, role: str, state: str, offered: set[str]) -> None:
    told = await console()
    path = a_template(told, state)
    page = await told.operator((role, "area", answers.COMMUNITY)).open(path)
    verbs = ("submit", "approve", "reject", "go-live", "retire")
    assert {one for one in verbs if f"/versions/2/{one}" in page.text} == offered
    assert ("写下一版" in page.text) == (role == "message_manager")


async def test_a_text_is_tried_with_values_and_shows_what_it_costs(console: Console) -> None:
    told = await console()
    path = a_template(told, "live")
    shown = {"text": "【一呼】您的卫生已收到", "language": "zh-CN", "encoding": "ucs2", "units": 12, "segments": [12],
             "billable": 1, "price_fen": 4.5, "forces_ucs2": "", "unfiled": [], "refusals": []}  # fmt: skip
    told.stubs["notify"].says(f"/v1/templates/{ONE}/versions/2:preview", shown)
    operator = told.operator(("message_manager", "area", answers.COMMUNITY))
    page = await operator.open(path)
    assert 'name="v-category"' in page.text
    page = await operator.send(f"{path}/preview", {"v-category": "卫生", "v-number": "", "language": "zh-CN"})
    for words in ("【一呼】您的卫生已收到", "1 段", "¥0.045"):
        assert words in page.text
    asked = next(r for r in told.stubs["notify"].asked if r.url.path.endswith(":preview"))
    assert json.loads(asked.content) == {"values": {"category": "卫生"}, "language": "zh-CN"}


async def test_words_are_drafted_sent_back_and_moved_under_what_was_shown(console: Console) -> None:
    told = await console()
    path = a_template(told, "submitted")
    stub = told.stubs["notify"]
    stub.says(f"/v1/templates/{ONE}/versions", httpx.Response(201, json={"id": ONE, "version": 3, "state": "draft"}))
    stub.says(f"/v1/templates/{ONE}/versions/2:reject", {"id": ONE, "version": 2, "state": "draft", "revision": 8})
    operator = told.operator(("secretary", "area", answers.COMMUNITY), ("message_manager", "area", answers.COMMUNITY))
    await operator.open(path)
    assert (await operator.send(f"{path}/draft", {"body-zh-CN": " ", "body-en": ""})).status_code == 422
    assert (await operator.send(f"{path}/draft", {"body-zh-CN": "好", "body-en": "Good"})).status_code == 303
    await operator.open(path)
    assert (await operator.send(f"{path}/versions/2/reject", {"note": ""})).status_code == 422
    assert (await operator.send(f"{path}/versions/2/reject", {"note": "太长"})).status_code == 303
    first, second = [r for r in stub.asked if r.method == "POST"]
    assert json.loads(first.content) == {"bodies": {"zh-CN": "好", "en": "Good"}}
    assert (json.loads(second.content), second.headers["if-match"]) == ({"note": "太长"}, '"7"')


async def test_what_a_person_agreed_to_is_a_list_that_only_grows(console: Console) -> None:
    told = await console()
    given = {"id": ONE, "given": True, "topic": "fund", "channel": "sms", "source": "paper", "wording_version": "v1",
             "evidence": None, "by": OTHER, "at": answers.NOW}  # fmt: skip
    path = f"/people/{OTHER}/consents"
    ledger = {"person_id": OTHER, "items": [given | {"given": False, "source": "sms"}, given], "as_of": answers.NOW}
    told.stubs["notify"].says(f"/v1/people/{OTHER}/ledger", ledger, "GET")
    told.stubs["notify"].says("/v1/consents:withdraw", httpx.Response(201, json={"id": ONE}))
    operator = told.operator(("operator", "area", answers.COMMUNITY))
    page = await operator.open(path)
    assert page.text.index("短信回复") < page.text.index("纸质")
    assert (await operator.send(f"{path}/withdraw", {"topic": "fund"})).status_code == 303
    asked = next(r for r in told.stubs["notify"].asked if r.method == "POST")
    assert json.loads(asked.content) == {"person_id": OTHER, "topic": "fund"}
    told.parts.sessions.forget_person(answers.PERSON)
    assert "/withdraw" not in (await told.operator(("auditor", "area", answers.COMMUNITY)).open(path)).text
