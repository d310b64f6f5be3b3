"""The pictures of the README, made on the story's own data when asked (`YIHU_SCREENSHOTS=1`)."""

import os
from pathlib import Path

import pytest

from demo.stage import Stage
from demo.story import CHAPTERS
from tests.console.browser.conftest import Visit

PICTURES = Path(__file__).parents[3] / "docs" / "screenshots"
PLAYED = range(1, 6)
SECRETARY = "secretary_dongshanping"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("YIHU_SCREENSHOTS"), reason="only when asked: YIHU_SCREENSHOTS=1"),
]


async def test_the_pictures_of_the_readme(stage: Stage, visit: Visit) -> None:
    for chapter in CHAPTERS:
        if chapter.number in PLAYED:
            await chapter.play(stage)
    reopened = max(stage.seven, key=lambda case: len(case.number))
    for language, short in (("zh-CN", "zh"), ("en", "en")):
        operator = await visit(SECRETARY, language=language)
        resident = await visit(language=language, width=390, height=844)
        screens = {
            "stage": "/stage",
            "queue": "/tickets",
            "today": "/today",
            "ticket": f"/tickets/{reopened.id}",
            "journey": f"/journeys/{reopened.id}",
            "trend": "/figures/trend",
            "texts": "/messages",
        }
        for name, path in screens.items():
            await operator.open(path)
            await operator.page.wait_for_timeout(1_500)
            await operator.page.screenshot(path=PICTURES / f"{name}-{short}.png")
        await resident.open("/report/danger")
        await resident.page.screenshot(path=PICTURES / f"report-{short}.png")
