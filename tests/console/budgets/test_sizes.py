"""What a page weighs, packed as it is sent."""

import gzip

from console.assets import Assets
from tests.console import answers
from tests.console.conftest import Console, a_queue

KILOBYTE = 1024


def packed(content: bytes) -> float:
    return len(gzip.compress(content, 6)) / KILOBYTE


def test_the_scripts_of_a_console_page() -> None:
    assets = Assets()
    names = ("vendor/htmx.min.js", "vendor/hx-sse.min.js", "elements.js")
    found = [assets.find(assets.path(name).rpartition("/")[2]) for name in names]
    assert sum(len(one.packed) for one in found if one) / KILOBYTE <= 25


def test_the_styles() -> None:
    assets = Assets()
    found = assets.find(assets.path("console.css").rpartition("/")[2])
    assert found
    assert len(found.packed) / KILOBYTE <= 12


def test_our_own_scripts_are_short() -> None:
    assets = Assets()
    found = assets.find(assets.path("elements.js").rpartition("/")[2])
    assert found
    assert found.content.count(b"\n") < 700


async def test_a_queue_of_fifty_rows(console: Console) -> None:
    told = await console()
    a_queue(told, *(answers.a_row() for _ in range(50)))
    page = await told.operator().open("/tickets")
    assert page.text.count('<tr id="row-') == 50
    assert packed(page.content) <= 30


async def test_a_whole_resident_page_with_styles_and_icons(console: Console) -> None:
    told = await console()
    assets = told.parts.rendering.assets
    files = [assets.find(assets.path(name).rpartition("/")[2]) for name in ("console.css", "icons.svg")]
    page = await told.browser().open("/report/what")
    assert packed(page.content) + sum(len(one.packed) for one in files if one) / KILOBYTE <= 40
