"""One whole system with the story's neighbourhood on it, and visitors with a real browser.

Whatever a visitor does, three things must hold at the end: no request went elsewhere, no policy was violated and no
error stood in the console of her browser.
"""

import asyncio
import os
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright
from playwright.async_api import TimeoutError as PlaywrightTimeout

from cli.instance import Instance
from demo.cast import PARTS
from demo.on_instance import system_on
from demo.runner import set_the_clock
from demo.seed import seed
from demo.stage import Stage, stage_for

CHROMIUM = Path(os.environ.get("YIHU_CHROMIUM", "/usr/bin/chromium"))
CHROMIUM_IS_THERE = CHROMIUM.exists()
HOUSEHOLDS = 300
GENEROUS = {
    "YIHU_NOTIFY_CAP_NOTICE_DAY": "100000",
    "YIHU_NOTIFY_CAP_ALL_DAY": "100000",
    "YIHU_NOTIFY_SPACING_SECONDS": "0",
}
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 30_000


@dataclass
class Visitor:
    """Somebody with a browser."""

    page: Page
    url: str
    requested: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.context.on("request", lambda request: self.requested.add(urlsplit(request.url).netloc))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        expected = "status of 4" in message.text or "status of 503" in message.text
        if message.type in ("error", "warning") and not expected:
            self.complaints.append(message.text)

    async def open(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def press(self, words: str) -> None:
        await self.page.get_by_role("button", name=words, exact=True).first.click()

    def judge(self) -> None:
        assert self.requested <= {urlsplit(self.url).netloc, ""}, "a request went elsewhere"
        assert self.complaints == [], "the browser complained"


@dataclass
class Visitors:
    """Opens browsers; an account signs in once and is remembered, as a second factor is good only once."""

    browser: Browser
    url: str
    known: dict[str, list[Any]] = field(default_factory=dict)
    open_ones: list[tuple[Visitor, BrowserContext]] = field(default_factory=list)

    async def __call__(
        self, part: str = "", *, language: str = "zh-CN", width: int = 1366, height: int = 768, scripts: bool = True
    ) -> Visitor:
        context = await self.browser.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            java_script_enabled=scripts,
            reduced_motion="reduce",
            color_scheme="light",
        )
        visitor = Visitor(await context.new_page(), self.url)
        visitor.watch()
        self.open_ones.append((visitor, context))
        if part:
            await self._sign_in(part, visitor, context)
        return visitor

    async def _sign_in(self, part: str, visitor: Visitor, context: BrowserContext) -> None:
        if part in self.known:
            await context.add_cookies(self.known[part])
            return
        for last in (False, True):
            await visitor.open("/sign-in")
            await visitor.page.locator("details.cast > summary").click()
            await visitor.page.locator(f'button[name="role"][value="{button_of(part)}"]').click()
            try:
                await visitor.page.wait_for_url("**/today", timeout=10_000)
                break
            except PlaywrightTimeout:  # each code serves once: the seed may have used that of these 30 seconds
                if last:
                    raise
                await asyncio.sleep(31)
        self.known[part] = [cookie for cookie in await context.cookies() if cookie["name"] == "yihu"]

    async def leave(self) -> None:
        visitors, self.open_ones = self.open_ones, []
        for _, context in visitors:
            await context.close()
        for visitor, _ in visitors:
            visitor.judge()


def button_of(part: str) -> str:
    """The sign-in button of one of the cast: its role, and who."""
    return f"{PARTS[part].role}-{part}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    if not CHROMIUM_IS_THERE:
        warnings.warn(f"NO BROWSER TESTS: there is no Chromium at {CHROMIUM}", stacklevel=1)
        pytest.skip(f"there is no Chromium at {CHROMIUM}: set YIHU_CHROMIUM, or install Debian's")
    instance = Instance(tmp_path_factory.mktemp("system"))
    await asyncio.to_thread(instance.up, 0, {"notify": GENEROUS})
    try:
        async with stage_for(system_on(instance)) as stage:
            await set_the_clock(stage, date.today())
            await seed(stage, HOUSEHOLDS)
            await asyncio.to_thread(instance.save_accounts, buttons())
            yield stage
    finally:
        await asyncio.to_thread(instance.down)


def buttons() -> dict[str, dict[str, str]]:
    return {
        button_of(part.key): {"login": part.login, "password": part.password, "totp_secret": part.totp_secret}
        for part in PARTS.values()
    }


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def everybody(stage: Stage) -> AsyncIterator[Visitors]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield Visitors(browser, stage.system.urls["console"])
        await browser.close()


Visit = Callable[..., Awaitable[Visitor]]


@pytest_asyncio.fixture
async def visit(everybody: Visitors) -> AsyncIterator[Visit]:
    """`await visit("secretary_dongshanping")`: signed in; `await visit()`: a resident. Judged when the test ends."""
    yield everybody
    await everybody.leave()
