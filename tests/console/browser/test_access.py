"""Axe, letters, targets, narrow screens: on every screen of the complaint flow, in both languages."""

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.console.browser.conftest import Visit

pytestmark = pytest.mark.slow
SECRETARY = "secretary_dongshanping"
FIGURES = ("/figures", "/figures/trend", "/figures/reports", "/figures/indicators")
DAILY = ("/search", "/call-tasks", "/tray", "/messages", "/patrols", "/hot-spots", "/imports", "/exports", "/templates")
OPERATORS = ("/today", "/tickets", "/intake", "/ribbon", "/stage", *DAILY, *FIGURES)
RESIDENTS = ("/", "/report/danger", "/report/what", "/report/where", "/report/phone", "/track", "/reading")
EVERYBODY = ("/sign-in", "/problems/stale", "/dev/gallery", "/nowhere")
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
SIZES = {"standard": (18, 16, 44), "large": (22, 18, 60), "largest": (30, 22, 60)}
SMALL = """minimum => [...document.querySelectorAll('main a, main button, main .choice, main summary, .r-top button')]
  .filter(one => one.checkVisibility())
  .filter(one => { const box = one.getBoundingClientRect(); return box.height < minimum || box.width < minimum; })
  .map(one => one.outerHTML.slice(0, 80))"""
TINY = """minimum => [...document.querySelectorAll('body *')].filter(one => one.checkVisibility() &&
  [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) &&
  parseFloat(getComputedStyle(one).fontSize) < minimum &&
  !one.closest('.visually-hidden, .skip, option, select, [aria-hidden]'))
  .map(one => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_axe_finds_nothing(visit: Visit, language: str, width: int) -> None:
    operator = await visit(SECRETARY, language=language, width=width)
    anybody = await visit(language=language, width=width)
    found = []
    for visitor, paths in ((operator, OPERATORS), (anybody, (*RESIDENTS, *EVERYBODY))):
        for path in paths:
            await visitor.open(path)
            results = await Axe().run(visitor.page, options=RULES)
            found += [(path, one["id"], one["nodes"][0]["html"][:160]) for one in results.response["violations"]]
    assert found == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_nothing_is_cut_on_a_screen_of_320_pixels(visit: Visit, language: str) -> None:
    operator, anybody = await visit(SECRETARY, language=language, width=320), await visit(language=language, width=320)
    wide = []
    for visitor, paths in ((operator, OPERATORS), (anybody, (*RESIDENTS, *EVERYBODY))):
        for path in paths:
            await visitor.open(path)
            width = await visitor.page.evaluate("document.documentElement.scrollWidth")
            wide += [(path, width)] if width > 320 else []
    assert wide == []


@pytest.mark.parametrize("size", sorted(SIZES))
async def test_letters_and_targets_are_as_large_as_promised(visit: Visit, size: str) -> None:
    letters, smallest, target = SIZES[size]
    resident = await visit(width=375)
    for path in RESIDENTS:
        await resident.open(f"{path}?size={size}")
        shown = await resident.page.evaluate("parseFloat(getComputedStyle(document.querySelector('main')).fontSize)")
        assert shown == letters
        assert await resident.page.evaluate(TINY, smallest) == [], path
        assert await resident.page.evaluate(SMALL, target) == [], path
