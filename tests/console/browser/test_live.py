"""What others do shows on an open page, and nothing moves under the hand."""

import pytest
from playwright.async_api import expect

from demo.stage import Stage
from tests.console.browser.complaint import ZH, report
from tests.console.browser.conftest import Visit

pytestmark = pytest.mark.slow
SECRETARY = "secretary_dongshanping"
PATIENCE_MS = 60_000


async def test_a_new_report_waits_behind_a_button_until_it_is_asked_for(stage: Stage, visit: Visit) -> None:
    await report(await visit(), stage.reporters[9].phone, ZH)
    operator, resident = await visit(SECRETARY), await visit()
    page = operator.page
    await operator.open("/tickets")
    before = await page.locator("#queue tbody th").all_inner_texts()
    top = await page.locator("#queue tbody tr").first.evaluate("one => one.getBoundingClientRect().top")
    filed = await report(resident, stage.reporters[9].phone, ZH)
    news = page.locator("#queue [data-news]")
    await expect(news).to_be_visible(timeout=PATIENCE_MS)
    assert await page.locator("#queue tbody th").all_inner_texts() == before
    assert await page.locator("#queue tbody tr").first.evaluate("one => one.getBoundingClientRect().top") == top
    await news.click()
    await expect(page.locator("#queue").get_by_role("link", name=filed.number)).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.locator("#queue [data-news]")).to_be_hidden()


async def test_an_event_stands_on_the_ribbon_of_an_open_page(stage: Stage, visit: Visit) -> None:
    """How soon is measured elsewhere (`./yihu bench live`); here, that it comes without a reload and only once."""
    operator = await visit(SECRETARY)
    await operator.open("/ribbon")
    filed = await report(await visit(), stage.reporters[9].phone, ZH)
    found = (await stage.act(SECRETARY).items("tickets", "/v1/tickets", number=filed.number))[0]
    mark = operator.page.locator(f'#lane-tickets [data-case="{found["id"]}"]', has_text="已登记")
    await expect(mark).to_have_count(1, timeout=PATIENCE_MS)


async def test_brackets_walk_the_list_a_ticket_was_opened_from(stage: Stage, visit: Visit) -> None:
    for _ in range(2):
        await report(await visit(), stage.reporters[9].phone, ZH)
    operator = await visit(SECRETARY)
    page = operator.page
    await operator.open("/tickets?kind=complaint")
    first, second = (await page.locator("#queue tbody th").all_inner_texts())[:2]
    await page.get_by_role("link", name=first).click()
    await expect(page.locator(".case-number")).to_have_text(first)
    await page.keyboard.press("]")
    await expect(page.locator(".case-number")).to_have_text(second)
    await page.keyboard.press("[")
    await expect(page.locator(".case-number")).to_have_text(first)
    words = page.locator('#note-form [name="text"]')
    await words.fill("看")
    await words.press("]")
    await expect(words).to_have_value("看]")
    await expect(page.locator(".case-number")).to_have_text(first)
