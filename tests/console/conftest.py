"""The console in this process on a real database, with the services as far as a test says what they answer."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from console.chronicle.store import Chronicle
from console.parts import Parts
from tests.conftest import Fresh
from tests.console import answers
from tests.running import Served, Stub

ORIGIN = "http://test"
SECRET = "a-session-secret"


@dataclass
class Browser:
    """A client that keeps cookies and fills in forms as a browser without scripts does."""

    http: httpx.AsyncClient
    page: httpx.Response | None = None
    visited: list[str] = field(default_factory=list)

    async def open(self, path: str, **headers: str) -> httpx.Response:
        self.page = await self.http.get(path, headers=headers)
        self.visited.append(path)
        return self.page

    async def send(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        """Post a form of the page in hand, hidden fields and all."""
        sent = {"sec-fetch-site": "same-origin"} | headers
        hidden = self.hidden(path) if self.page is not None else {}
        self.page = await self.http.post(path, data=hidden | fields, headers=sent)
        return self.page

    def hidden(self, path: str) -> dict[str, str]:
        assert self.page is not None
        form = re.search(rf'<form[^>]*action="{re.escape(path)}".*?</form>', self.page.text, re.S)
        html = form.group(0) if form else self.page.text
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
        return {name: unescape(value) for name, value in found}


@dataclass
class Told:
    """The console under test."""

    served: Served
    stubs: dict[str, Stub]

    @property
    def parts(self) -> Parts:
        parts: Parts = self.served.app.app.app.state.parts
        return parts

    @property
    def chronicle(self) -> Chronicle:
        return self.parts.chronicle

    def browser(self, *, secret: str | None = None, language: str = "zh-CN", **cookies: str) -> Browser:
        kept = {"yihu_language": language} | cookies | ({"yihu": secret} if secret else {})
        transport = httpx.ASGITransport(self.served.app, raise_app_exceptions=False)
        http = httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=kept)
        self.served.clients.append(http)
        return Browser(http)

    def operator(self, *grants: tuple[str, str, UUID], language: str = "zh-CN", **cookies: str) -> Browser:
        """Somebody signed in, with these grants (a secretary unless told otherwise)."""
        held = grants or (("secretary", "area", answers.COMMUNITY),)
        token = {"token": "t", "expires_at": answers.NOW, "person_id": str(answers.PERSON), "level": "aal2"}
        self.stubs["members"].says("/v1/sessions/current:token", token)
        self.stubs["members"].says("/v1/me", answers.me(*held), "GET")
        self.stubs["members"].says("/v1/names", {"names": {}})
        return self.browser(secret=SECRET, language=language, **cookies)


Console = Callable[..., Awaitable[Told]]


@pytest_asyncio.fixture
async def console(fresh: Fresh) -> AsyncIterator[Console]:
    async def make(**settings: Any) -> Told:
        served = await fresh("console", **settings)
        told = Told(served, {})
        for name, service in told.parts.services.items():
            told.stubs[name] = Stub()
            service.http = httpx.AsyncClient(
                transport=httpx.MockTransport(told.stubs[name]), base_url=f"http://{name}.test"
            )
        return told

    yield make


def a_queue(told: Told, *rows: dict[str, Any], **more: Any) -> None:
    """All that the queue asks."""
    told.stubs["tickets"].says("/v1/tickets", answers.listed(*rows, **more), "GET")
    counts = {"counts": {"unassigned": 2, "mine": 0, "breached": 1}, "as_of": answers.NOW}
    told.stubs["tickets"].says("/v1/worklists", counts, "GET")
    for name in ("unassigned", "mine", "due_today", "breached", "waiting", "to_call_back", "following_up"):
        told.stubs["tickets"].says(f"/v1/worklists/{name}", answers.listed(*rows), "GET")
    told.stubs["tickets"].says("/v1/categories", {"items": [{"code": "sanitation", "label": "卫生"}]}, "GET")
    groups = {"items": [{"id": str(answers.GROUP), "name": "物业管理", "state": "active"}]}
    told.stubs["members"].says("/v1/organizations", groups, "GET")
    members = {"items": [{"person_id": str(answers.PERSON), "name": "李**", "tier": "leader", "state": "active"}]}
    told.stubs["members"].says(f"/v1/organizations/{answers.GROUP}/memberships", members, "GET")


def a_case(told: Told, ticket: dict[str, Any], *messages: dict[str, Any]) -> str:
    """All that the ticket's page asks; its address."""
    a_queue(told, ticket)
    at, stub = f"/v1/tickets/{ticket['id']}", told.stubs["tickets"]
    etag = {"etag": f'"{ticket["revision"]}"'}
    stub.says(at, lambda _: httpx.Response(200, json=ticket, headers=etag), "GET")
    stub.says(f"{at}/timeline", answers.timeline(), "GET")
    stub.says(f"{at}/clock", answers.clocks(), "GET")
    why = {"items": [{"round": 1, "group_name": "物业管理", "explanation": "这栋楼没有物业,按规则派给物业管理小组"}]}
    stub.says(f"{at}/assignments", why, "GET")
    for name in ("links", "attachments", "visits"):
        stub.says(f"{at}/{name}", {"items": [], "as_of": answers.NOW}, "GET")
    told.stubs["notify"].says("/v1/messages", answers.listed(*messages), "GET")
    return f"/tickets/{ticket['id']}"
