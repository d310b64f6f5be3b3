"""The phones of the demo: a client of the simulator's own JSON API. Nothing in the product knows it is not real."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from console.ask.client import Shape, Unheard

NAME = "simulator"
TEXTS_MAX = 60


class Handset(Shape):
    """A telephone in the list."""

    number: str
    label: str | None = None
    line: str = "in_service"
    messages: int = 0
    last_at: datetime | None = None
    last_text: str | None = None


class Handsets(Shape):
    items: tuple[Handset, ...]


class Text(Shape):
    """One text message as the phone shows it."""

    id: str
    thread: str
    direction: str
    text: str
    at: datetime
    state: str
    reason: str | None = None
    segments: tuple[int, ...] = ()

    @property
    def mine(self) -> bool:
        return self.direction == "from_handset"


class Thread(Shape):
    number: str
    sign_name: str | None = None
    messages: tuple[Text, ...] = ()


class Phone(Shape):
    """A telephone with its threads."""

    number: str
    label: str | None = None
    line: str = "in_service"
    threads: tuple[Thread, ...] = ()


class Simulator:
    """Asks the simulator; without it the stage is away, and only the stage."""

    def __init__(self, http: httpx.AsyncClient, *, seconds: float) -> None:
        self.http = http
        self.seconds = seconds

    async def handsets(self) -> tuple[Handset, ...]:
        return Handsets.model_validate(await self._ask("GET", "/sim/handsets")).items

    async def phone(self, number: str) -> Phone:
        return Phone.model_validate(await self._ask("GET", f"/sim/handsets/{quote(number)}?limit={TEXTS_MAX}"))

    async def send(self, number: str, text: str, *, to: str | None, times: int) -> None:
        body: dict[str, Any] = {"text": text, "times": times}
        if to:
            body["to"] = to
        await self._ask("POST", f"/sim/handsets/{quote(number)}/texts", body)

    async def set_line(self, number: str, line: str) -> None:
        await self._ask("PUT", f"/sim/handsets/{quote(number)}", {"line": line})

    async def faults(self) -> Mapping[str, Any]:
        return await self._ask("GET", "/sim/faults")

    async def set_faults(self, faults: Mapping[str, int]) -> None:
        await self._ask("PUT", "/sim/faults", dict(faults))

    async def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        try:
            response = await self.http.request(method, path, json=body, timeout=self.seconds)
            response.raise_for_status()
            answer: Mapping[str, Any] = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Unheard(NAME, "away") from error
        return answer
