"""One page view: the session, the asks (all at once, each within its budget), one template, calm failures."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.ask.asks import Asks, nobody
from console.language import Language, chosen
from console.panels import Panel, panel
from console.parts import Parts
from console.security import FLASH_COOKIE, FLASH_SECONDS, FORM_COOKIE, form_holder
from console.session import Person, SignedOut
from console.views import Furniture

LANGUAGE_COOKIE, SIZE_COOKIE, CONTRAST_COOKIE = "yihu_language", "yihu_size", "yihu_contrast"
SIZES = ("standard", "large", "largest")
RETRY_SECONDS = "5"
Ask = Callable[[Asks], Awaitable[Any]]


class NeedsSignIn(Exception):
    """The page is an operator's, and nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A panel of a page: whom it asks, and whether it is the screen's question or stands beside it."""

    source: str
    ask: Ask
    side: bool = False


@dataclass(slots=True)
class Screen:
    """What a page function needs of its request."""

    request: Request
    parts: Parts
    language: Language
    who: Person | None
    secret: str | None
    holder: str
    new_holder: str | None
    size: str

    @property
    def asks(self) -> Asks:
        settings = self.parts.settings
        return Asks(
            services=self.parts.services,
            token=self._token,
            language=self.language.code,
            seconds=settings.panel_main_ms / 1000,
            command_seconds=settings.command_ms / 1000,
        )

    @property
    def person(self) -> Person:
        if self.who is None:
            raise NeedsSignIn
        return self.who

    @property
    def names_seconds(self) -> float:
        return self.parts.settings.names_ms / 1000

    async def _token(self, audience: str) -> str | None:
        if self.secret is None:
            return await nobody(audience)
        return await self.parts.sessions.token(self.secret, audience)

    async def show(
        self,
        template: str,
        wanted: Mapping[str, Wanted] | None = None,
        *,
        topics: Iterable[str] = (),
        status: int = 200,
        **values: Any,
    ) -> Response:
        """The whole page, or, for a fragment request, the one block it asks for and no other ask."""
        only = self._fragment(template)
        panels = await self._panels({only: wanted[only]} if only and wanted and only in wanted else wanted or {}, only)
        values |= {"page": self._furniture(topics), "panels": panels}
        if only:
            return self._finished(self.parts.rendering.block(template, only, self.language, values), status)
        main_down = any(not panels[name].fresh for name, one in (wanted or {}).items() if not one.side)
        html = self.parts.rendering.page(template, self.language, values)
        return self._finished(html, 503 if main_down and not _forbidden(panels, wanted or {}) else status)

    def _fragment(self, template: str) -> str | None:
        """Headers choose the shape of an answer; they never grant anything."""
        headers = self.request.headers
        if headers.get("hx-request-type") != "partial":
            return None
        name = headers.get("hx-target", "").rpartition("#")[2].replace("-", "_")
        return name if name and self.parts.rendering.has_block(template, name) else None

    async def _panels(self, wanted: Mapping[str, Wanted], only: str | None) -> dict[str, Panel[Any]]:
        """All at once; what no panel can show (not there, signed out) is the page's to say."""
        try:
            async with asyncio.TaskGroup() as group:
                asked = {name: group.create_task(self._panel(one, only)) for name, one in wanted.items()}
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed
        return {name: task.result() for name, task in asked.items()}

    async def _panel(self, one: Wanted, only: str | None) -> Panel[Any]:
        settings = self.parts.settings
        milliseconds = settings.panel_side_ms if one.side and not only else settings.panel_main_ms
        asks = self.asks.within(milliseconds / 1000)
        return await panel(one.source, lambda: one.ask(asks), retry=self._here(), side=one.side)

    def _here(self) -> str:
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    def _furniture(self, topics: Iterable[str]) -> Furniture:
        parts = self.parts
        listens = {"of": self.holder, "topics": sorted({*topics, "health"}), "since": parts.hub.place()}
        signed = parts.seals.sign("topics", listens)
        return Furniture(
            path=self.request.url.path,
            here=self._here(),
            language=self.language,
            who=self.who,
            csrf=parts.seals.csrf(self.holder),
            flash=self._flash(),
            size=self.size,
            contrast="high" if self.request.cookies.get(CONTRAST_COOKIE) == "high" else "usual",
            telephone=parts.settings.telephone,
            health=parts.health.all() if self.who else (),
            topics=signed if self.who else None,
            stage=parts.simulator is not None,
            now=datetime.now(UTC),
        )

    def _flash(self) -> str | None:
        told = self.parts.seals.open("flash", self.request.cookies.get(FLASH_COOKIE, ""), max_age=FLASH_SECONDS)
        return told if isinstance(told, str) else None

    def _finished(self, html: str, status: int) -> Response:
        response = HTMLResponse(html, status)
        etag = f'"{hashlib.sha256(html.encode()).hexdigest()[:24]}"'
        if status == 200 and self.request.headers.get("hx-request-type") == "partial":
            response.headers["etag"] = etag
            if self.request.headers.get("if-none-match") == etag:
                return Response(status_code=304, headers={"etag": etag})
        if status == 503:
            response.headers["retry-after"] = RETRY_SECONDS
        self._keep_holder(response)
        if self.request.query_params.get("size") in SIZES:
            response.set_cookie(SIZE_COOKIE, self.size, httponly=True, samesite="lax",
                                secure=self.parts.cookie.secure, path="/")  # fmt: skip
        if FLASH_COOKIE in self.request.cookies:
            response.delete_cookie(FLASH_COOKIE, path="/")
        return response

    def to(self, path: str, said: str | None = None) -> Response:
        """See other: back to a page, with a word of what was done."""
        response = RedirectResponse(path, 303)
        if said:
            signed = self.parts.seals.sign("flash", said)
            response.set_cookie(FLASH_COOKIE, signed, max_age=FLASH_SECONDS, httponly=True, samesite="lax",
                                secure=self.parts.cookie.secure, path="/")  # fmt: skip
        self._keep_holder(response)
        return response

    def _keep_holder(self, response: Response) -> None:
        if self.new_holder:
            response.set_cookie(FORM_COOKIE, self.new_holder, httponly=True, samesite="lax",
                                secure=self.parts.cookie.secure, path="/")  # fmt: skip


def _forbidden(panels: Mapping[str, Panel[Any]], wanted: Mapping[str, Wanted]) -> bool:
    main = [panels[name] for name, one in wanted.items() if not one.side and not panels[name].fresh]
    return all(one.state == "forbidden" for one in main)


def parts_of(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


async def any_screen(request: Request) -> Screen:
    """Nobody needs to sign in; whoever is signed in is known all the same."""
    parts = parts_of(request)
    secret = parts.cookie.secret(request)
    holder, new = form_holder(request, secret)
    size = request.query_params.get("size") or request.cookies.get(SIZE_COOKIE, "")
    told = chosen(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"))
    return Screen(request, parts, told, None, secret, holder, new, size if size in SIZES else SIZES[0])


async def operator_screen(screen: Annotated[Screen, Depends(any_screen)]) -> Screen:
    """An operator's page: without a session it leads to the sign-in."""
    if screen.secret is None:
        raise NeedsSignIn
    try:
        screen.who = await screen.parts.sessions.person(screen.secret)
    except SignedOut as ended:
        raise NeedsSignIn from ended
    return screen


AnyScreen = Annotated[Screen, Depends(any_screen)]
OperatorScreen = Annotated[Screen, Depends(operator_screen)]


def sign_in_path(here: str) -> str:
    return f"/sign-in?next={quote(here)}" if here not in ("/", "") else "/sign-in"
