"""A client of the GOV.UK-compatible API: one key, one template, a fresh number for each text."""

import asyncio
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp
import jwt

from benchmarks.tickets.load import Call, Json, NotDone

TOKEN_SECONDS = 15
"""A token is believed for thirty seconds."""
UUID_LENGTH = 36
TRIES_MAX = 200
TRY_AGAIN_SECONDS = 0.25
VALUES = {"category": "环境卫生", "number": "2609-0427", "group": "中一路社区妇女小组", "due": "9月30日18时"}


@dataclass
class Client:
    """`shown` is what each number must read, as the API answered it."""

    http: aiohttp.ClientSession
    url: str
    key: str
    template: Json
    calls: list[Call] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))
    _token: tuple[float, str] = (0.0, "")

    async def send(self, reference: str) -> str:
        """A text to a number of its own, which is the answer. Told to come again it does; the wait counts."""
        number = f"139{next(self._numbers):08d}"
        values = {name: VALUES.get(name, number[-4:]) for name in self.template["personalisation"]}
        body = {"phone_number": number, "template_id": self.template["id"], "personalisation": values}
        began, refused = time.monotonic(), 0
        while True:
            status, answer = await self._post(body | {"reference": reference})
            if status not in (429, 503) or refused == TRIES_MAX:
                break
            refused += 1
            await asyncio.sleep(TRY_AGAIN_SECONDS)
        self.calls.append(Call("send", began, time.monotonic() - began, status, refused))
        if status != 201:
            raise NotDone(f"{status} {answer}")
        self.shown[number] = answer["content"]["body"]
        return number

    async def _post(self, body: Json) -> tuple[int, Json]:
        path = f"{self.url}/v2/notifications/sms"
        async with self.http.post(path, json=body, headers=self.bearer()) as answer:
            return answer.status, await answer.json(content_type=None)

    def bearer(self) -> dict[str, str]:
        made, token = self._token
        if time.time() - made > TOKEN_SECONDS:
            made = time.time()
            service, secret = self.key[-2 * UUID_LENGTH - 1 : -UUID_LENGTH - 1], self.key[-UUID_LENGTH:]
            token = jwt.encode({"iss": service, "iat": int(made)}, secret, algorithm="HS256")
            self._token = (made, token)
        return {"authorization": f"Bearer {token}"}
