"""R2, R3: one question per page, nothing lost, a number at the end; all without a script."""

import json
import re

import httpx
import pytest

from tests.console import answers
from tests.console.conftest import Browser, Console, Told

FILED = {
    "id": "0192f0c1-0000-7000-8000-000000000001", "number": "20260302-01-00042-4", "state": "assigned",
    "tracking_code": "0427", "assignment": {"group_name": "物业管理"}, "dues": {"contact": "2026-03-02T06:30:00Z"},
}  # fmt: skip
BUILDING = "0192f0c1-0000-7000-8000-0000000000b3"


def a_building(name: str, area: str = BUILDING) -> dict[str, object]:
    return {"area_id": area, "kind": "building", "name": name, "names": ["东山坪社区", "东坪一村", name]}


async def begun(console: Console, *places: dict[str, object]) -> tuple[Told, Browser]:
    told = await console()
    found = {"candidates": list(places), "exact": places[0]["area_id"] if len(places) == 1 else None, "parts": {}}
    told.stubs["members"].says("/v1/places:parse", found)
    told.stubs["tickets"].says("/v1/public/tickets", httpx.Response(201, json=FILED))
    told.stubs["tickets"].says("/v1/categories", {"items": [{"code": "sanitation", "label": "卫生"}]}, "GET")
    return told, told.browser()


async def answered(browser: Browser, step: str, **fields: str) -> httpx.Response:
    await browser.open(f"/report/{step}")
    return await browser.send(f"/report/{step}", fields)


async def whole(browser: Browser, **phone: str) -> httpx.Response:
    await answered(browser, "danger", danger="no")
    await answered(browser, "what", what="楼道垃圾没人收", category="sanitation")
    await answered(browser, "where", place="东坪一村3栋")
    return await answered(browser, "phone", **(phone or {"phone": "１３８ ００１３ ８０００"}))


async def test_four_questions_lead_to_a_number_a_code_and_who_comes(console: Console) -> None:
    told, browser = await begun(console, a_building("3栋"))
    answer = await whole(browser)
    assert answer.status_code == 303
    page = await browser.open(answer.headers["location"])
    for words in ("20260302-01-00042-4", "0427", "由物业管理负责", "3月2日"):
        assert words in page.text
    asked = told.stubs["tickets"].asked[-1]
    filed = next(r for r in told.stubs["tickets"].asked if r.url.path == "/v1/public/tickets")
    assert json.loads(filed.content) == {
        "category": "sanitation", "description": "楼道垃圾没人收", "building_id": BUILDING, "phone": "13800138000",
        "danger": False,
    }  # fmt: skip
    assert "authorization" not in filed.headers
    assert asked is not None


async def test_pressing_send_twice_files_once(console: Console) -> None:
    told, browser = await begun(console, a_building("3栋"))
    await whole(browser)
    keys = [r.headers["idempotency-key"] for r in told.stubs["tickets"].asked if r.method == "POST"]
    assert len(keys) == 1
    assert re.fullmatch(r"[0-9a-f-]{36}", keys[0])


async def test_a_send_that_failed_may_be_pressed_again_under_the_same_key(console: Console) -> None:
    told, browser = await begun(console, a_building("3栋"))
    told.stubs["tickets"].says("/v1/public/tickets", httpx.Response(503, json=answers.problem(503, "busy")))
    refused = await whole(browser)
    assert refused.status_code == 503
    assert "楼道垃圾没人收" in refused.text
    told.stubs["tickets"].says("/v1/public/tickets", httpx.Response(201, json=FILED))
    again = await browser.send("/report/phone", {"phone": "13800138000"})
    assert again.status_code == 303
    keys = {r.headers["idempotency-key"] for r in told.stubs["tickets"].asked if r.method == "POST"}
    assert len(keys) == 1


async def test_it_goes_on_where_it_was_and_can_be_cleared(console: Console) -> None:
    _, browser = await begun(console, a_building("3栋"))
    await answered(browser, "danger", danger="no")
    await answered(browser, "what", what="灯不亮")
    assert (await browser.open("/report")).headers["location"] == "/report/where"
    assert "灯不亮" in (await browser.open("/report/what")).text
    assert "全部清空" in (await browser.open("/report/where")).text
    await browser.send("/report/clear", {})
    assert (await browser.open("/report")).headers["location"] == "/report/danger"


async def test_the_half_done_report_is_not_in_clear_in_the_browser_nor_anywhere_else(console: Console) -> None:
    _, browser = await begun(console, a_building("3栋"))
    await answered(browser, "what", what="not-to-be-seen-by-anybody")
    cookies = str(browser.http.cookies.jar)
    assert "yihu_report" in cookies
    assert "not-to-be-seen" not in cookies
    assert all("not-to-be-seen" not in path for path in browser.visited)


async def test_a_forged_or_foreign_cookie_is_nothing(console: Console) -> None:
    told = await console()
    browser = told.browser(yihu_report="eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.BBBB.CCCC")
    assert (await browser.open("/report")).headers["location"] == "/report/danger"


async def test_several_places_are_shown_to_choose_from_and_never_guessed(console: Console) -> None:
    other = "0192f0c1-0000-7000-8000-0000000000b4"
    told, browser = await begun(console, a_building("3栋"), a_building("3栋附1", other))
    await answered(browser, "danger", danger="no")
    await answered(browser, "what", what="灯不亮")
    page = await answered(browser, "where", place="3栋")
    assert page.status_code == 422
    assert "有几处都像" in page.text
    chosen = await browser.send("/report/where", {"place": "3栋", "building_id": other})
    assert chosen.status_code == 303
    await answered(browser, "phone", phone="")
    filed = next(r for r in told.stubs["tickets"].asked if r.url.path == "/v1/public/tickets")
    assert json.loads(filed.content)["building_id"] == other
    assert json.loads(filed.content)["phone"] is None


@pytest.mark.parametrize(
    ("step", "fields", "words"),
    [
        ("danger", {}, "请填写这一项"),
        ("what", {"what": "  "}, "请填写这一项"),
        ("what", {"what": "长" * 501}, "太长了"),
        ("where", {"place": "火星"}, "没认出这个地方"),
        ("phone", {"phone": "12345"}, "请填 11 位手机号"),
        ("phone", {"phone": "1380013800x"}, "请填 11 位手机号"),
    ],
)
async def test_what_is_wrong_is_told_at_its_question(
    console: Console, step: str, fields: dict[str, str], words: str
) -> None:
    _, browser = await begun(console)
    page = await answered(browser, step, **fields)
    assert page.status_code == 422
    assert words in page.text


async def test_an_unanswered_question_is_led_back_to(console: Console) -> None:
    _, browser = await begun(console, a_building("3栋"))
    await answered(browser, "danger", danger="no")
    answer = await answered(browser, "phone", phone="13800138000")
    assert answer.headers["location"] == "/report/what"


async def test_emoji_rare_han_and_markup_are_kept_as_they_are(console: Console) -> None:
    told, browser = await begun(console, a_building("3栋"))
    words = "🚮𠮷<script>alert(1)</script>‮反"
    await answered(browser, "danger", danger="yes")
    await answered(browser, "what", what=words)
    await answered(browser, "where", place="3栋")
    page = await browser.open("/report/phone")
    assert "<script>alert" not in page.text
    await browser.send("/report/phone", {"phone": ""})
    filed = next(r for r in told.stubs["tickets"].asked if r.url.path == "/v1/public/tickets")
    assert json.loads(filed.content)["description"] == words
    assert json.loads(filed.content)["danger"] is True


async def test_without_the_services_the_questions_still_stand(console: Console) -> None:
    told = await console()
    browser = told.browser()
    for step in ("danger", "what", "where", "phone"):
        assert (await browser.open(f"/report/{step}")).status_code == 200
    assert (await browser.open("/report/else")).status_code == 404
