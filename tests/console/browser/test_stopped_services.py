"""One service stopped: the page says which part is missing, the rest works, and it comes back without a reload."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from playwright.async_api import expect

from demo.stage import Stage
from tests.console.browser.complaint import ZH, report
from tests.console.browser.conftest import Visit, Visitor

pytestmark = pytest.mark.slow
SECRETARY = "secretary_dongshanping"
PATIENCE_MS = 60_000


@dataclass(frozen=True)
class Missing:
    """What a page lacks without a service, and what stands all the same."""

    service: str
    path: str
    panel: str
    words: str
    stands: str


TODAY_WITHOUT_NOTIFY = Missing("notify", "/today", "#failed", "短信服务暂时不可用", "#stack .chips")
TODAY_WITHOUT_TICKETS = Missing("tickets", "/today", "#stack", "工单服务暂时不可用", "#failed footer")


@asynccontextmanager
async def stopped(stage: Stage, service: str) -> AsyncIterator[None]:
    await asyncio.to_thread(stage.system.control.stop, service)
    try:
        yield
    finally:
        await asyncio.to_thread(stage.system.control.start, service)


async def warm(visitor: Visitor) -> None:
    """Once through the pages, as anybody who works here has been."""
    for path in ("/today", "/tickets"):
        await visitor.open(path)


@pytest.mark.parametrize("missing", [TODAY_WITHOUT_NOTIFY, TODAY_WITHOUT_TICKETS], ids=lambda one: one.service)
async def test_a_stopped_service_costs_its_panel_and_comes_back_by_itself(
    stage: Stage, visit: Visit, missing: Missing
) -> None:
    operator = await visit(SECRETARY)
    await warm(operator)
    page = operator.page
    async with stopped(stage, missing.service):
        await operator.open(missing.path)
        await expect(page.locator(missing.panel).get_by_text(missing.words)).to_be_visible(timeout=PATIENCE_MS)
        await expect(page.locator(missing.stands).first).to_be_visible()
        await expect(page.locator("#health .stopped")).to_be_visible(timeout=PATIENCE_MS)
    await expect(page.locator(missing.panel).get_by_text(missing.words)).to_be_hidden(timeout=PATIENCE_MS)
    await expect(page.locator("#health .stopped")).to_be_hidden(timeout=PATIENCE_MS)


async def test_without_members_the_work_goes_on_with_short_ids_for_names(stage: Stage, visit: Visit) -> None:
    await report(await visit(), stage.reporters[8].phone, ZH)
    operator = await visit(SECRETARY)
    await warm(operator)
    async with stopped(stage, "members"):
        await operator.open("/tickets")
        await expect(operator.page.locator("#queue tbody tr").first).to_be_visible()


async def test_without_funds_a_ticket_lacks_its_money_and_nothing_else(stage: Stage, visit: Visit) -> None:
    filed = await report(await visit(), stage.reporters[8].phone, ZH)
    operator = await visit(SECRETARY)
    await operator.open(f"/tickets?number={filed.number}")
    async with stopped(stage, "funds"):
        await operator.page.get_by_role("link", name=filed.number).click()
        money = operator.page.locator("#money").get_by_text("基金服务暂时不可用")
        await expect(money).to_be_visible(timeout=PATIENCE_MS)
        await expect(operator.page.locator("#talk").get_by_text("已登记")).to_be_visible()
        await expect(operator.page.locator("#work .moves").first).to_be_visible()
    await expect(money).to_be_hidden(timeout=PATIENCE_MS)
