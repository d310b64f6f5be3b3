"""R9: letters, contrast, language; by cookie, without a script, on every resident page."""

import re

import pytest

from tests.console.conftest import Console

PAGES = ["/", "/report/danger", "/report/what", "/report/where", "/report/phone", "/track", "/reading"]


@pytest.mark.parametrize("path", PAGES)
async def test_no_resident_page_has_a_script_or_an_inline_style(console: Console, path: str) -> None:
    page = await (await console()).browser().open(path)
    assert "<script" not in page.text
    assert "hx-" not in page.text
    assert not re.search(r"\sstyle=|\son[a-z]+=", page.text)


@pytest.mark.parametrize("path", PAGES)
async def test_the_switch_of_sizes_and_the_telephone_stand_on_every_page(console: Console, path: str) -> None:
    page = await (await console(telephone="023-1234 5678")).browser().open(path)
    assert 'action="/reading"' in page.text
    assert 'href="tel:023-12345678"' in page.text
    assert 'href="/reading"' in page.text


async def test_a_chosen_size_stays(console: Console) -> None:
    browser = (await console()).browser()
    assert 'data-size="standard"' in (await browser.open("/")).text
    await browser.send("/reading", {"size": "largest", "contrast": "high", "back": "/track"})
    page = await browser.open("/track")
    assert 'data-size="largest"' in page.text
    assert 'data-contrast="high"' in page.text


async def test_a_size_nobody_offers_is_the_standard_one(console: Console) -> None:
    browser = (await console()).browser(yihu_size="enormous")
    assert 'data-size="standard"' in (await browser.open("/")).text


async def test_a_link_of_a_text_message_can_carry_the_size(console: Console) -> None:
    browser = (await console()).browser()
    assert 'data-size="large"' in (await browser.open("/track?size=large")).text
    assert 'data-size="large"' in (await browser.open("/")).text


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        ("en", "zh-CN", "en"),
        ("", "en-GB,en;q=0.8", "en"),
        ("", "zh-TW", "zh-CN"),
        ("", "fr", "zh-CN"),
        ("xx", "", "zh-CN"),
    ],
)
async def test_the_language_is_the_cookies_then_the_browsers_then_chinese(
    console: Console, cookie: str, accepted: str, language: str
) -> None:
    browser = (await console()).browser(language=cookie)
    page = await browser.open("/", **{"accept-language": accepted})
    assert f'<html lang="{language}"' in page.text
