"""R5: one question from the text message's link."""

import json

import httpx

from tests.console import answers
from tests.console.conftest import Console

LINK = {
    "state": "open", "purpose": "follow_up", "about": "0192f0c1-0000-7000-8000-000000000001", "round": 1,
    "number": "20260302-01-00042-4", "category": "卫生", "chosen": None, "expires_at": answers.NOW,
    "options": [
        {"code": "solved_satisfied", "key": "1", "label": {"zh-CN": "已解决，满意", "en": "Solved, content"}},
        {"code": "unsolved", "key": "4", "label": {"zh-CN": "没有解决", "en": "Not solved"}},
    ],
}  # fmt: skip


async def test_opening_the_link_shows_one_question_and_changes_nothing(console: Console) -> None:
    told = await console()
    told.stubs["notify"].says("/v1/prompt-links/abc", LINK, "GET")
    page = await told.browser().open("/a/abc")
    assert page.text.count("<h1>") == 1
    for words in ("事情解决了吗？", "已解决，满意", "没有解决", "20260302-01-00042-4"):
        assert words in page.text
    assert {r.method for r in told.stubs["notify"].asked} == {"GET"}


async def test_one_press_is_the_whole_answer(console: Console) -> None:
    told = await console()
    told.stubs["notify"].says("/v1/prompt-links/abc", LINK, "GET")
    told.stubs["notify"].says("/v1/prompt-links/abc:answer", {"id": "x", "state": "answered", "revision": 2})
    browser = told.browser()
    await browser.open("/a/abc")
    key = browser.hidden("/a/abc")["_key"]
    page = await browser.send("/a/abc", {"option": "unsolved"})
    assert page.status_code == 200
    assert "这件事重新办理" in page.text
    sent = told.stubs["notify"].asked[-1]
    assert json.loads(sent.content) == {"option": "unsolved"}
    assert sent.headers["idempotency-key"] == key


async def test_a_question_that_is_closed_says_how_to_speak_up(console: Console) -> None:
    told = await console()
    browser = told.browser()
    for state, words in (("answered", "已经答复过"), ("withdrawn", "新的进展"), ("expired", "时间已经过了")):
        told.stubs["notify"].says("/v1/prompt-links/abc", LINK | {"state": state}, "GET")
        page = await browser.open("/a/abc")
        assert page.status_code == 200
        assert words in page.text
        assert "再报一次" in page.text


async def test_an_answer_to_an_older_round_changes_nothing_and_is_told_kindly(console: Console) -> None:
    told = await console()
    told.stubs["notify"].says("/v1/prompt-links/abc", LINK, "GET")
    closed = httpx.Response(409, json=answers.problem(409, "prompt_closed"))
    told.stubs["notify"].says("/v1/prompt-links/abc:answer", closed)
    browser = told.browser()
    await browser.open("/a/abc")
    page = await browser.send("/a/abc", {"option": "unsolved"})
    assert page.status_code == 409
    assert "这个问题已经结束" in page.text


async def test_an_unknown_link_and_an_endless_one_are_not_found(console: Console) -> None:
    told = await console()
    told.stubs["notify"].says(
        "/v1/prompt-links/abc", httpx.Response(403, json=answers.problem(403, "secret_wrong")), "GET"
    )
    browser = told.browser()
    assert (await browser.open("/a/abc")).status_code == 404
    assert (await browser.open(f"/a/{'x' * 300}")).status_code == 404


async def test_without_notify_the_question_waits_and_the_digit_still_works(console: Console) -> None:
    page = await (await console()).browser().open("/a/abc")
    assert page.status_code == 503
    assert "一个数字回复短信" in page.text
