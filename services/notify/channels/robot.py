"""A robot in a group's chat: one POST of one text, and an `errcode`. It reports nothing and cannot be asked."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import httpx

from chassis.refused import Refused
from services.notify.channels.contract import Answer, Push
from services.notify.channels.guard import Outside
from services.notify.domain.delivery_report import DeliveryReport
from services.notify.domain.guard import Guard
from services.notify.domain.outcome import (
    Accepted,
    BadItem,
    CannotSay,
    Finding,
    Lost,
    Outcome,
    Outgoing,
    RefusalClass,
    RefusedBy,
    Uplink,
)
from services.notify.domain.robot import TEXT_BYTES_MAX

_NEVER_CONNECTED: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Robot:
    """One robot; `url` gives the address of a call, `refusal` what an errcode other than 0 means."""

    def __init__(
        self,
        provider: str,
        guard: Guard,
        url: Callable[[], str],
        refusal: Callable[[int, str], RefusalClass],
    ) -> None:
        self.provider = provider
        self._outside, self._url, self._refusal = Outside(guard), url, refusal

    async def submit(self, outgoing: Outgoing) -> Outcome:
        """Say one text. Surely not said: too long, no connection, an address the guard forbids, or an errcode."""
        if len(outgoing.text.encode()) > TEXT_BYTES_MAX:
            return RefusedBy(RefusalClass.CONTENT, "too_long")
        body = json.dumps({"msgtype": "text", "text": {"content": outgoing.text}}, ensure_ascii=False).encode()
        try:
            answer = await self._outside.post(self._url(), body, {"content-type": "application/json"})
        except Refused as refusal:
            return RefusedBy(RefusalClass.ACCOUNT, refusal.code)
        except _NEVER_CONNECTED:
            return RefusedBy(RefusalClass.NOT_SENT, "no_connection")
        except (TimeoutError, httpx.TimeoutException):
            return Lost("time_out")
        except (httpx.HTTPError, OSError):
            return Lost("connection_lost")
        return self._said(answer.status, _object(answer.body), outgoing.client_ref)

    def _said(self, status: int, answer: Mapping[str, Any], client_ref: UUID) -> Outcome:
        code = answer.get("errcode")
        if status != 200 or not isinstance(code, int):
            return Lost(f"unreadable_{status}")
        if code == 0:
            return Accepted(str(client_ref))
        kind = self._refusal(code, str(answer.get("errmsg", "")))
        return RefusedBy(kind, str(code), "minute" if kind is RefusalClass.LIMIT else "")

    async def find(self, client_ref: UUID, number: str, claimed_at: datetime) -> Finding:
        return CannotSay()

    def prove(self, push: Push) -> bool:
        """It pushes nothing: whoever does is somebody else."""
        return False

    def read_reports(self, push: Push) -> Sequence[DeliveryReport | BadItem]:
        return ()

    def read_uplinks(self, push: Push) -> Sequence[Uplink | BadItem]:
        return ()

    def yes(self, what: str) -> Answer:
        return Answer()

    async def close(self) -> None:
        await self._outside.close()


def _object(body: bytes | None) -> Mapping[str, Any]:
    try:
        answer = json.loads(body or b"")
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
