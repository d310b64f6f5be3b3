"""Everything reads and every form works without scripts."""

import pytest

from demo.stage import Stage
from tests.console.browser.complaint import ZH, play
from tests.console.browser.conftest import Visit

pytestmark = pytest.mark.slow


async def test_the_complaint_flow_without_scripts(stage: Stage, visit: Visit) -> None:
    await play(stage, visit, stage.reporters[5].phone, ZH, scripts=False)


async def test_every_screen_reads_without_scripts(visit: Visit) -> None:
    operator = await visit("secretary_dongshanping", scripts=False)
    for path in ("/today", "/tickets", "/intake", "/ribbon", "/stage"):
        await operator.open(path)
        assert await operator.page.locator("h1").count() == 1
        assert await operator.page.locator("main").inner_text()
