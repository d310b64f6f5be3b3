"""The carrier: it brings a text to its handset, and the delivery report back, as well or as badly as the faults say."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from demo.gateway.faults import REASONS, Faults
from demo.gateway.messages import Message, State, vendor_time
from demo.gateway.pushes import Item, Pushes
from demo.gateway.settings import Settings

NOT_ON_SERVICE = "MOBILE_NOT_ON_SERVICE"
HELD_WITHOUT_COUNT = 2
"""With reordering on for all, reports change places in pairs."""


class Carrier:
    """`changed` hears of every state a message reaches."""

    def __init__(
        self,
        settings: Settings,
        faults: Callable[[], Faults],
        reports: Pushes,
        now: Callable[[], datetime],
        changed: Callable[[Message], None],
    ) -> None:
        self._settings = settings
        self._faults = faults
        self._reports = reports
        self._now = now
        self._changed = changed
        self._timers: set[asyncio.TimerHandle] = set()
        self._held: list[Message] = []

    def carry(self, message: Message) -> None:
        """The text arrives after the usual delay."""
        self._later(self._settings.report_delay_ms / 1000, lambda: self._report(self._arrive(message)))

    async def carry_at_once(self, message: Message) -> None:
        """The report overtakes the answer of the submission."""
        await self._reports.now(self._item(self._arrive(message)))

    def clear(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self._held.clear()

    def release(self) -> None:
        """Push what reordering holds back, newest first."""
        held, self._held = self._held, []
        for message in reversed(held):
            self._reports.put(self._item(message))

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        def fire() -> None:
            self._timers.discard(timer)
            act()

        timer = asyncio.get_running_loop().call_later(seconds, fire)
        self._timers.add(timer)

    def _arrive(self, message: Message) -> Message:
        reason = REASONS.get(self._faults().line(message.number))
        message.state = State.FAILED if reason else State.DELIVERED
        message.reason = reason
        message.report = "waiting"
        self._changed(message)
        return message

    def _report(self, message: Message) -> None:
        faults = self._faults()
        if faults.take("report_lost"):
            message.report = "lost"
            self._changed(message)
        elif faults.take("report_late"):
            self._later(faults.report_late_seconds * self._settings.time_scale, lambda: self._push(message))
        elif faults.take("report_reordered"):
            self._held.append(message)
            if faults.report_reordered == 0 or (faults.report_reordered < 0 and len(self._held) >= HELD_WITHOUT_COUNT):
                self.release()
        else:
            self._push(message)

    def _push(self, message: Message) -> None:
        faults = self._faults()
        item = self._item(message)
        lies = {"success": not item.body["success"], "err_code": "UNDELIV", "err_msg": "发送失败"}
        if faults.take("report_forged"):
            self._reports.forge(Item(item.body | lies))
        if faults.take("report_mismatch"):
            self._reports.put(Item(item.body | lies | {"phone_number": _another(message.number)}))
        if faults.take("report_unknown"):
            self._reports.put(Item(item.body | {"biz_id": secrets.token_hex(8), "out_id": secrets.token_hex(16)}))
        if faults.take("report_bad_item"):
            self._reports.put(Item({"phone_number": message.number, "success": "maybe"}), item)
        else:
            self._reports.put(item)
        if faults.take("report_double"):
            self._reports.put(self._item(message))

    def _item(self, message: Message) -> Item:
        def settled(taken: bool) -> None:
            message.report = "pushed" if taken else "given_up"
            self._changed(message)

        return Item(self._body(message), settled)

    def _body(self, message: Message) -> dict[str, Any]:
        delivered = message.state is State.DELIVERED
        return {
            "phone_number": message.number,
            "send_time": vendor_time(message.moment()),
            "report_time": vendor_time(self._now()),
            "success": delivered,
            "err_code": "DELIVERED" if delivered else NOT_ON_SERVICE,
            "err_msg": "用户接收成功" if delivered else message.reason,
            "sms_size": str(len(message.segments)),
            "biz_id": message.biz_id,
            "out_id": message.client_ref or "",
        }


def _another(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)
