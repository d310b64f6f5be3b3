"""The carrier: it brings a text to its handset, and the delivery report back, as well or as badly as the faults say."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from demo.gateway.faults import REASONS, Faults, Line
from demo.gateway.messages import Message, State
from demo.gateway.pushes import Item, Pushes
from demo.gateway.settings import Settings
from demo.gateway.vendors import Report, Stage, Vendor

HELD_WITHOUT_COUNT = 2
"""With reordering on for all, reports change places in pairs."""

Heard = Callable[[Message], None]


class Carrier:
    """`changed` hears of every state a message reaches, `arrived` of every text a handset shows."""

    def __init__(
        self,
        settings: Settings,
        faults: Callable[[], Faults],
        vendors: Mapping[str, Vendor],
        reports: Mapping[str, Pushes],
        now: Callable[[], datetime],
        *,
        changed: Heard,
        arrived: Heard,
    ) -> None:
        self._settings = settings
        self._faults = faults
        self._vendors = vendors
        self._reports = reports
        self._now = now
        self._changed = changed
        self._arrived = arrived
        self._timers: set[asyncio.TimerHandle] = set()
        self._reordered: list[Message] = []
        self._waiting: dict[str, list[Message]] = {}

    def carry(self, message: Message) -> None:
        """The text arrives after the usual delay, at a phone that is off when it is on again."""
        self._stage(message, Stage.SENT)
        self._later(self._settings.report_delay_ms / 1000, lambda: self._bring(message))

    async def carry_at_once(self, message: Message) -> None:
        """The report overtakes the answer of the submission."""
        self._arrive(message)
        if item := self._item(message, self._what(message)):
            await self._reports[message.provider].now(item)

    def clear(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        self._reordered.clear()
        self._waiting.clear()

    def release(self) -> None:
        """Push what reordering holds back, newest first, and bring what waited for phones that are on now."""
        reordered, self._reordered = self._reordered, []
        for message in reversed(reordered):
            self._put(message, self._what(message))
        for number in [number for number in self._waiting if self._faults().line(number) is not Line.POWERED_OFF]:
            for message in self._waiting.pop(number):
                self._report(self._arrive(message))

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """In the simulated time of the rhythm."""
        self._later(seconds * self._settings.time_scale, act)

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        def fire() -> None:
            self._timers.discard(timer)
            act()

        timer = asyncio.get_running_loop().call_later(seconds, fire)
        self._timers.add(timer)

    def _bring(self, message: Message) -> None:
        if self._faults().line(message.number) is not Line.POWERED_OFF:
            self._report(self._arrive(message))
            return
        self._waiting.setdefault(message.number, []).append(message)
        self._stage(message, Stage.HELD)
        self.later(self._faults().powered_off_seconds, lambda: self._give_up(message))

    def _give_up(self, message: Message) -> None:
        waiting = self._waiting.get(message.number, [])
        if any(one is message for one in waiting):
            self._waiting[message.number] = [one for one in waiting if one is not message]
            self._report(self._arrive(message))

    def _arrive(self, message: Message) -> Message:
        reason = REASONS.get(self._faults().line(message.number))
        message.state = State.FAILED if reason else State.DELIVERED
        message.reason = reason
        message.report = "waiting"
        self._changed(message)
        if message.state is State.DELIVERED:
            self._arrived(message)
        return message

    def _report(self, message: Message) -> None:
        faults = self._faults()
        if faults.take("report_lost"):
            message.report = "lost"
            self._changed(message)
        elif faults.take("report_late"):
            self.later(faults.report_late_seconds, lambda: self._push(message))
        elif faults.take("report_reordered"):
            self._reordered.append(message)
            pair = faults.report_reordered < 0 and len(self._reordered) >= HELD_WITHOUT_COUNT
            if faults.report_reordered == 0 or pair:
                self.release()
        else:
            self._push(message)

    def _push(self, message: Message) -> None:
        faults, truth = self._faults(), self._what(message)
        if faults.take("report_forged") and (forged := self._item(message, truth.denied(), told=False)):
            self._reports[message.provider].forge(forged)
        if faults.take("report_mismatch"):
            self._put(message, replace(truth.denied(), number=_another(message.number)), told=False)
        if faults.take("report_unknown"):
            self._put(message, truth.of_nobody(), told=False)
        if faults.take("report_bad_item"):
            self._put(message, replace(truth, garbled=True), truth)
        else:
            self._put(message, truth)
        if faults.take("report_double"):
            self._put(message, truth)
        if faults.take("report_contradictory"):
            self._put(message, truth.denied(), told=False)

    def _stage(self, message: Message, stage: Stage) -> None:
        self._put(message, replace(self._what(message), stage=stage), told=False)

    def _put(self, message: Message, *reports: Report, told: bool = True) -> None:
        """Reports given together travel in one push, if the vendor has room. `told`: this settles the message."""
        items = [self._item(message, report, told=told and report is reports[-1]) for report in reports]
        self._reports[message.provider].put(*(item for item in items if item))

    def _item(self, message: Message, report: Report, *, told: bool = True) -> Item | None:
        """None when this vendor tells nothing of it."""
        what = self._vendors[message.provider].report(report)
        if what is None:
            return None

        def settled(taken: bool) -> None:
            message.report = "pushed" if taken else "given_up"
            self._changed(message)

        return Item(what.body, what.url, settled) if told else Item(what.body, what.url)

    def _what(self, message: Message) -> Report:
        return Report(
            message=message,
            number=message.number,
            biz_id=message.biz_id or "",
            client_ref=message.client_ref or "",
            delivered=message.state is State.DELIVERED,
            reason=message.reason,
            at=self._now(),
        )


def _another(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)
