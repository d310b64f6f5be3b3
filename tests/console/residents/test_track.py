"""R4: number and code; what happens next, by when and by whom."""

import json

import httpx
import pytest

from console.residents.track import Brake, brake
from tests.console import answers
from tests.console.conftest import Console

TRACKED = {
    "number": "20260302-01-00042-4", "step": 2, "state": "assigned", "sentence": "已派给物业管理小组",
    "due_at": "2026-03-02T06:30:00Z", "who": {"group": "物业管理", "role": "group", "name": None}, "outcome": None,
    "round": 1, "actions": ["withdraw"],
}  # fmt: skip
WHOSE = {"number": "20260302-01-00042-4", "code": "０４２７"}


@pytest.fixture(autouse=True)
def fresh_brake() -> None:
    brake.tries.clear()


async def test_the_owners_own_sentence_stands_first_with_the_four_steps(console: Console) -> None:
    told = await console()
    told.stubs["tickets"].says("/v1/tracking", TRACKED)
    browser = told.browser()
    await browser.open("/track?number=20260302-01-00042-4")
    page = await browser.send("/track", WHOSE)
    assert "<h1>已派给物业管理小组</h1>" in page.text
    assert 'class="now" aria-current="step"' in page.text
    for words in ("已收到", "已派人", "处理中", "已办好，请您确认", "物业管理", "3月2日"):
        assert words in page.text
    assert json.loads(told.stubs["tickets"].asked[-1].content)["code"] == "0427"


async def test_the_code_never_stands_in_an_address(console: Console) -> None:
    told = await console()
    told.stubs["tickets"].says("/v1/tracking", TRACKED)
    browser = told.browser()
    await browser.open("/track")
    page = await browser.send("/track", WHOSE)
    assert "0427" not in str(page.url)
    assert "code=" not in page.text


async def test_every_wrong_case_has_one_sentence(console: Console) -> None:
    told = await console()
    gone = httpx.Response(404, json=answers.problem(404, "tracking_not_found"))
    told.stubs["tickets"].says("/v1/tracking", gone)
    browser = told.browser()
    texts = set()
    for fields in (WHOSE, WHOSE | {"code": "9999"}, WHOSE | {"number": "nothing"}):
        await browser.open("/track")
        page = await browser.send("/track", fields)
        assert page.status_code == 404
        texts.add(page.text.split('role="alert"')[1].split("</div>")[0])
    assert len(texts) == 1
    assert "编号或查询码不对" in texts.pop()


async def test_after_too_many_wrong_tries_the_owner_pauses_it(console: Console) -> None:
    told = await console()
    paused = httpx.Response(429, json=answers.problem(429, "tracking_paused"), headers={"retry-after": "900"})
    told.stubs["tickets"].says("/v1/tracking", paused)
    browser = told.browser()
    await browser.open("/track")
    page = await browser.send("/track", WHOSE)
    assert page.status_code == 429
    assert "900 秒后可以再试" in page.text


async def test_the_console_brakes_an_address_that_tries_too_often(console: Console) -> None:
    told = await console(track_tries_per_minute=2)
    told.stubs["tickets"].says("/v1/tracking", TRACKED)
    browser = told.browser()
    await browser.open("/track")
    for status in (200, 200, 429):
        assert (await browser.send("/track", WHOSE)).status_code == status
    assert len(told.stubs["tickets"].asked) == 2


def test_the_brake_forgets_old_addresses() -> None:
    small = Brake()
    for number in range(10_050):
        small.too_many(str(number), 5)
    assert len(small.tries) == 10_000


async def test_more_words_are_added_once_and_said_so(console: Console) -> None:
    told = await console()
    told.stubs["tickets"].says("/v1/tracking", TRACKED)
    told.stubs["tickets"].says("/v1/tracking:add-words", {"id": "x", "revision": 4})
    browser = told.browser()
    await browser.open("/track")
    await browser.send("/track", WHOSE)
    page = await browser.send("/track/words", {"words": "三楼也不亮"})
    assert "您的补充已经收到" in page.text
    added = next(r for r in told.stubs["tickets"].asked if r.url.path.endswith(":add-words"))
    assert json.loads(added.content) == {"number": WHOSE["number"], "code": "0427", "words": "三楼也不亮"}
    assert added.headers["idempotency-key"]


async def test_a_report_is_withdrawn_only_where_the_owner_offers_it(console: Console) -> None:
    told = await console()
    told.stubs["tickets"].says("/v1/tracking", TRACKED)
    told.stubs["tickets"].says("/v1/tracking:withdraw", {"id": "x", "revision": 4})
    browser = told.browser()
    await browser.open("/track")
    assert "撤回我的反映" in (await browser.send("/track", WHOSE)).text
    assert "已撤回" in (await browser.send("/track/withdraw", {})).text
    told.stubs["tickets"].says("/v1/tracking", TRACKED | {"actions": []})
    assert "撤回我的反映" not in (await browser.send("/track", WHOSE)).text
