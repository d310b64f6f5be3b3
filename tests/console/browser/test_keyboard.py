"""Without a mouse, and while a word is still being composed."""

import pytest

from demo.stage import Stage
from tests.console.browser.complaint import LEADER, ZH, open_case, report
from tests.console.browser.conftest import Visit, Visitor

pytestmark = pytest.mark.slow
FOCUSED = (
    "() => { const box = document.activeElement.getBoundingClientRect(); return box.width > 0 && box.height > 0; }"
)
TABS_MAX = 80


async def tab_to(visitor: Visitor, selector: str) -> None:
    """Press Tab until it has the focus; the focus is always to be seen."""
    for _ in range(TABS_MAX):
        await visitor.page.keyboard.press("Tab")
        assert await visitor.page.evaluate(FOCUSED)
        if await visitor.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by key")


async def test_a_resident_reports_and_a_leader_accepts_without_a_mouse(stage: Stage, visit: Visit) -> None:
    resident = await visit()
    await resident.open("/report/danger")
    await tab_to(resident, 'input[name="danger"]')
    await resident.page.keyboard.press("Space")
    await resident.page.keyboard.press("Enter")
    await resident.page.wait_for_url("**/report/what")
    leader = await visit(LEADER)
    filed = await report(await visit(), stage.reporters[6].phone, ZH)
    await open_case(leader, filed)
    await leader.page.keyboard.press("Tab")
    await tab_to(leader, '#move-accept button[type="submit"]')
    await leader.page.keyboard.press("Enter")
    await leader.page.locator("[data-flash]").wait_for()
    assert await leader.page.evaluate("document.activeElement.id") == "main"


async def test_composing_a_word_asks_once_and_keys_are_dead_meanwhile(visit: Visit) -> None:
    operator = await visit("secretary_dongshanping")
    await operator.open("/intake")
    asked: list[str] = []
    operator.page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/places") else None)
    await operator.page.locator("#f-place").focus()
    keys = await operator.page.context.new_cdp_session(operator.page)
    for half in ("d", "di", "dia", "dian", "diant", "dianti"):
        await keys.send(
            "Input.imeSetComposition", {"text": half, "selectionStart": len(half), "selectionEnd": len(half)}
        )
        await operator.page.wait_for_timeout(450)
    assert asked == []
    await keys.send("Input.insertText", {"text": "电梯"})
    await operator.page.locator("#s-place").get_by_text("还没有登记过").wait_for()
    await operator.page.wait_for_timeout(800)
    assert len(asked) == 1
    assert await operator.page.locator("#f-place").input_value() == "电梯"


async def test_a_live_change_keeps_the_half_typed_word_and_says_that_there_is_more(stage: Stage, visit: Visit) -> None:
    leader, other = await visit(LEADER), await visit("secretary_dongshanping")
    filed = await report(await visit(), stage.reporters[7].phone, ZH)
    await open_case(leader, filed)
    await open_case(other, filed)
    await leader.page.locator("details.do > summary", has_text="退回").first.click()
    await leader.page.locator("details.do > summary", has_text="改分类").first.click()
    words = leader.page.locator('#move-triage [name="reason"]')
    await words.fill("正在写到一")
    await other.page.locator('#note-form [name="text"]').fill("先看一下")
    await other.page.locator('#note-form button[type="submit"]').click()
    await other.page.locator("[data-flash]").wait_for()
    await other.page.locator("details.do > summary", has_text="改分类").first.click()
    await other.page.locator('#move-triage [name="reason"]').fill("看清楚了")
    await other.page.locator('#move-triage button[type="submit"]').click()
    await leader.page.locator("#talk").get_by_text("先看一下").wait_for()
    await leader.page.locator("#work [data-stale]").wait_for()
    assert await words.input_value() == "正在写到一"
