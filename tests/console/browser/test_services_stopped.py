"""Each service stopped in turn: every screen answers, the right panel says so, and all catches up without a reload."""

import asyncio
import re

import pytest

from demo.stage import Stage
from tests.console.browser.conftest import Visit

pytestmark = pytest.mark.slow
SCREENS = ("/today", "/tickets", "/intake", "/ribbon", "/stage", "/report/where", "/track", "/")
WORDS = {"tickets": "工单", "funds": "基金", "notify": "短信"}


@pytest.mark.parametrize("service", sorted(WORDS))
async def test_a_stopped_service_costs_its_panels_and_comes_back(stage: Stage, visit: Visit, service: str) -> None:
    operator = await visit("secretary_dongshanping")
    await operator.open("/tickets")
    strip = operator.page.locator("#health li", has_text=WORDS[service])
    control = stage.system.control
    await asyncio.to_thread(control.stop, service)
    try:
        await strip.get_by_text(re.compile("^停")).wait_for()
        for path in SCREENS:
            answer = await operator.page.goto(operator.url + path)
            assert answer is not None
            assert answer.status in (200, 503), path
            assert await operator.page.locator("h1").count() == 1, path
        await operator.open("/tickets")
    finally:
        await asyncio.to_thread(control.start, service)
    await strip.get_by_text(re.compile("正常|缓慢|追赶中")).wait_for()
