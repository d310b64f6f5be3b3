"""The network: submissions go to handsets, handsets' texts go to the customer, and all of it stands on file."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from demo.gateway.carrier import Carrier
from demo.gateway.changes import Changes
from demo.gateway.faults import Faults, Line
from demo.gateway.handsets import Handsets, Row
from demo.gateway.messages import SHANGHAI, Direction, Message, State, segments, vendor_time
from demo.gateway.pushes import Item, Pushes
from demo.gateway.record import Record
from demo.gateway.settings import SUBMISSIONS_KEPT_MAX, Launch, Settings
from demo.gateway.templates import Filing, Templates

REPORTS_AT_ONCE = 4
REPORTS_PER_PUSH = 100


@dataclass(frozen=True, slots=True)
class Submission:
    """One text to one number, as a provider's API has read and judged it."""

    number: str
    sign_name: str
    template_code: str
    text: str
    extension: str
    client_ref: str | None
    biz_id: str | None
    code: str
    reason: str | None
    call: dict[str, Any]


class Network:
    def __init__(self, launch: Launch) -> None:
        self._folder = launch.data
        self.settings = Settings(base_number=launch.base_number)
        self.faults = Faults()
        self.templates = Templates()
        self.changes = Changes()
        self.handsets = Handsets(SUBMISSIONS_KEPT_MAX)
        self.record = Record(launch.data)
        self.reports = Pushes("report", self.settings, at_once=REPORTS_AT_ONCE, items_max=REPORTS_PER_PUSH)
        self.uplinks = Pushes("uplink", self.settings, at_once=1, items_max=1)
        self._carrier = Carrier(self.settings, lambda: self.faults, self.reports, self.now, self._changed)
        self._last_id = 0
        self._restore(launch)

    def now(self) -> datetime:
        """Shifted with the demo's clock, so that handsets show the story's time."""
        return datetime.now(SHANGHAI) + timedelta(seconds=self.settings.clock_shift_seconds)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work until the block ends, then finish what must reach the disk."""
        writing = asyncio.create_task(self.record.run())
        pushing = [asyncio.create_task(pushes.run()) for pushes in (self.reports, self.uplinks)]
        self._resume()
        try:
            yield
        finally:
            self._carrier.clear()
            for task in pushing:
                task.cancel()
            await self.reports.stop()
            await self.uplinks.stop()
            self.record.stop()
            await writing

    async def submit(self, submission: Submission) -> Message:
        """On file before this returns; on the handset, if accepted, right after."""
        base = self.templates.base_number(submission.sign_name, self.settings.base_number)
        message = Message(
            id=self._new_id(),
            number=submission.number,
            thread=base + submission.extension,
            direction=Direction.TO_HANDSET,
            text=submission.text,
            at=self.now().isoformat(timespec="seconds"),
            state=State.ACCEPTED if submission.code == "OK" else State.REFUSED,
            reason=submission.reason,
            segments=segments(submission.text),
            sign_name=submission.sign_name,
            code=submission.code,
            client_ref=submission.client_ref,
            biz_id=submission.biz_id,
            template_code=submission.template_code,
            call=submission.call,
        )
        await self.record.append({"kind": "message", **message.facts()})
        self.handsets.add(message)
        if message.state is State.ACCEPTED:
            self.changes.tell("message", message.facts())
        return message

    async def deliver(self, message: Message) -> None:
        """Bring an accepted text to its handset; by a fault the report comes before the answer."""
        if self.faults.take("report_before_answer"):
            await self._carrier.carry_at_once(message)
        else:
            self._carrier.carry(message)

    async def text(self, number: str, to: str, text: str, in_reply_to: str | None, times: int) -> Message:
        """A resident's text: on file, then pushed, `times` times under one sequence number."""
        message = Message(
            id=self._new_id(),
            number=number,
            thread=to,
            direction=Direction.FROM_HANDSET,
            text=text,
            at=self.now().isoformat(timespec="seconds"),
            segments=segments(text),
            sign_name=self.templates.sign_name(to, self.settings.base_number),
            sequence_id=int(self.now().timestamp() * 1000) * 1000 + self._last_id % 1000,
            in_reply_to=in_reply_to,
        )
        await self.record.append({"kind": "message", **message.facts()})
        self.handsets.add(message)
        self.changes.tell("message", message.facts())
        for _ in range(times + self.faults.take("uplink_double")):
            self.uplinks.put(self._uplink(message))
        return message

    def set_line(self, number: str, line: Line) -> None:
        self.faults.set_line(number, line)
        self.changes.tell("faults", self.faults.model_dump())

    def set_faults(self, changed: dict[str, Any]) -> Faults:
        self.faults = Faults.model_validate(self.faults.model_dump() | changed)
        self._carrier.release()
        self.keep()
        self.changes.tell("faults", self.faults.model_dump())
        return self.faults

    def set_settings(self, changed: dict[str, Any]) -> Settings:
        accepted = Settings.model_validate(self.settings.model_dump() | changed)
        for name in Settings.model_fields:
            setattr(self.settings, name, getattr(accepted, name))
        self.keep()
        self.changes.tell("settings", self.settings.model_dump())
        return self.settings

    def row(self, number: str) -> Row:
        return self.handsets.row(number, self.faults)

    async def reset(self, *, templates: bool) -> None:
        """As new, but for the addresses and, unless asked, the filed templates."""
        self._carrier.clear()
        self.reports.clear()
        self.uplinks.clear()
        self.handsets.clear()
        self.faults = Faults()
        if templates:
            self.templates.clear()
        await self.record.clear()
        self.keep()
        self.changes.tell("reset", {})

    def keep(self) -> None:
        """What was set at the desk outlives the process."""
        desk = {
            "settings": self.settings.model_dump(),
            "faults": self.faults.model_dump(),
            "labels": self.handsets.labels,
            "templates": [filing.model_dump() for filing in self.templates.all()],
        }
        fresh = self._folder / "desk.json.new"
        fresh.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(desk, ensure_ascii=False, indent=1), "utf-8")
        os.replace(fresh, self._folder / "desk.json")

    def _new_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)

    def _changed(self, message: Message) -> None:
        state = {"id": message.id, "state": message.state, "reason": message.reason, "report": message.report}
        self.record.note({"kind": "state", **state})
        self.changes.tell("message", message.facts())

    def _uplink(self, message: Message) -> Item:
        def settled(taken: bool) -> None:
            message.state = State.DELIVERED if taken else State.FAILED
            self._changed(message)

        body = {
            "phone_number": message.number,
            "send_time": vendor_time(message.moment()),
            "content": message.text,
            "sign_name": message.sign_name,
            "dest_code": message.thread,
            "sequence_id": message.sequence_id,
        }
        return Item(body, settled)

    def _restore(self, launch: Launch) -> None:
        desk = self._folder / "desk.json"
        if desk.exists():
            kept = json.loads(desk.read_text("utf-8"))
            for name, value in kept["settings"].items():
                setattr(self.settings, name, value)
            self.faults = Faults.model_validate(kept["faults"])
            self.handsets.labels.update(kept["labels"])
            self._file(kept["templates"])
        if launch.templates:
            self._file(json.loads(Path(launch.templates).read_text("utf-8")))
        self.settings.report_url = launch.report_url or self.settings.report_url
        self.settings.uplink_url = launch.uplink_url or self.settings.uplink_url
        for entry in self.record.entries():
            self._replay(entry)

    def _file(self, filings: list[dict[str, Any]]) -> None:
        for filing in filings:
            self.templates.file(Filing.model_validate(filing))

    def _replay(self, entry: dict[str, Any]) -> None:
        if entry.pop("kind") == "message":
            message = Message.of(entry)
            self.handsets.add(message)
            self._last_id = max(self._last_id, int(message.id))
        elif known := self.handsets.message(entry["id"]):
            known.state, known.reason, known.report = State(entry["state"]), entry["reason"], entry["report"]

    def _resume(self) -> None:
        """Carry on with what a stop interrupted."""
        for message in self.handsets.messages():
            if message.direction is Direction.FROM_HANDSET:
                if message.state is State.ACCEPTED:
                    self.uplinks.put(self._uplink(message))
            elif message.state is State.ACCEPTED or message.report == "waiting":
                self._carrier.carry(message)
