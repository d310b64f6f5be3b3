"""A gateway served over real HTTP on a port of the system's choice, and somebody who takes its pushes."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.gateway.app import build
from demo.gateway.settings import Launch
from tests.unit.gateway.signing import signed

T = TypeVar("T")

DEADLINE_SECONDS = 5.0
SECRET_PATH = "/providers/one/0123456789abcdef0123456789abcdef"
YES = {"code": 0, "msg": "接收成功", "result": 0, "errmsg": "OK"}
QUICK = {"report_delay_ms": 1, "time_scale": 0.0001, "clock_shift_seconds": 0}
FILINGS = [
    {"code": "SMS_1", "sign_name": "中一路社区", "text": "您反映的问题已受理,编号${number}。"},
    {"code": "1001", "sign_name": "中一路社区", "text": "您反映的问题已受理,编号{1},{2}内答复。"},
    {"code": "SMS_2", "sign_name": "东山坪社区", "text": "请回复。", "base_number": "106911110000"},
]


@contextlib.asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sets NODELAY on these
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="critical", timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await until(lambda: _so(server.started), bool)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


async def until(what: Callable[[], Awaitable[T]], holds: Callable[[T], bool]) -> T:
    """Wait for a condition, with a deadline."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while True:
            seen = await what()
            if holds(seen):
                return seen
            await asyncio.sleep(0.01)


async def _so(value: bool) -> bool:
    return value


@dataclass
class Customer:
    """Takes pushes; `answers` are given in turn, then always yes."""

    answers: list[Response] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    requests: list[tuple[Request, bytes]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.paths.append(request.url.path)
        if not request.url.path.startswith(SECRET_PATH):
            return Response(status_code=401)
        body = await request.body()
        self.requests.append((request, body))
        if request.headers.get("content-type", "").startswith("application/json"):
            self.bodies.append(json.loads(body))
        return self.answers.pop(0) if self.answers else JSONResponse(YES)

    def forget(self) -> None:
        for kept in (self.answers, self.bodies, self.paths, self.requests):
            kept.clear()

    def items(self) -> list[Any]:
        return [item for body in self.bodies for item in body]

    async def pushed(self, count: int) -> list[Any]:
        """The bodies of so many pushes."""

        async def look() -> list[Any]:
            return self.bodies

        return await until(look, lambda bodies: len(bodies) >= count)

    async def called(self, count: int) -> list[tuple[Request, bytes]]:
        """So many calls with the right secret."""

        async def look() -> list[tuple[Request, bytes]]:
            return self.requests

        return await until(look, lambda calls: len(calls) >= count)

    async def received(self, count: int) -> list[Any]:
        async def look() -> list[Any]:
            return self.items()

        return await until(look, lambda items: len(items) >= count)


class Gateway:
    """What a test does with a running gateway, and the address where its customer hears."""

    def __init__(self, url: str, http: httpx.AsyncClient, customer_url: str) -> None:
        self.url = url
        self.http = http
        self.reports_to = f"{customer_url}{SECRET_PATH}/reports"

    async def call(self, action: str, **parameters: str) -> httpx.Response:
        return await self.http.send(signed(self.url, action, parameters))

    async def send(self, number: str = "13800000001", **changed: str) -> httpx.Response:
        parameters = {
            "PhoneNumbers": number,
            "SignName": "中一路社区",
            "TemplateCode": "SMS_1",
            "TemplateParam": '{"number":"0427"}',
            "OutId": "ref-1",
        }
        return await self.call("SendSms", **(parameters | changed))

    async def faults(self, **changed: Any) -> None:
        (await self.http.put("/sim/faults", json=changed)).raise_for_status()

    async def submissions(self, client_ref: str) -> list[dict[str, Any]]:
        answer = await self.http.get("/sim/submissions", params={"client_ref": client_ref})
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def messages(self, number: str = "13800000001") -> list[dict[str, Any]]:
        handset = await self.http.get(f"/sim/handsets/{number}")
        return [m for thread in handset.json().get("threads", []) for m in thread["messages"]]

    async def settled(self, number: str = "13800000001") -> dict[str, Any]:
        """The one text of this handset, once it is no longer on its way."""
        texts = await until(
            lambda: self.messages(number), lambda found: bool(found) and found[-1]["state"] != "accepted"
        )
        return texts[-1]

    async def types(self, text: str, number: str = "13800000001", **more: Any) -> dict[str, Any]:
        answer = await self.http.post(f"/sim/handsets/{number}/texts", json={"text": text, **more})
        answer.raise_for_status()
        message: dict[str, Any] = answer.json()
        return message


@contextlib.asynccontextmanager
async def a_gateway(folder: Path, customer_url: str) -> AsyncIterator[Gateway]:
    launch = Launch(
        data=folder,
        access_key_id="key",
        access_key_secret="secret",
        report_url=f"{customer_url}{SECRET_PATH}/reports",
        uplink_url=f"{customer_url}{SECRET_PATH}/uplinks",
        tencent_report_url=f"{customer_url}{SECRET_PATH}/reports",
        tencent_uplink_url=f"{customer_url}{SECRET_PATH}/uplinks",
        twilio_uplink_url=f"{customer_url}{SECRET_PATH}/uplinks",
        kannel_uplink_url=f"{customer_url}{SECRET_PATH}/uplinks",
    )
    async with served(build(launch)) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        yield Gateway(url, http, customer_url)
