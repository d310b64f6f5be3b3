"""The network: submissions go to handsets, handsets' texts go to the customer, and all of it stands on file."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from demo.gateway import desk, parts
from demo.gateway.carrier import Carrier
from demo.gateway.changes import Changes
from demo.gateway.faults import Faults, Line
from demo.gateway.handsets import Handsets, Row
from demo.gateway.messages import SHANGHAI, Direction, Message, State, segments
from demo.gateway.people import People
from demo.gateway.pushes import Item, Pushes
from demo.gateway.record import Record
from demo.gateway.settings import SUBMISSIONS_KEPT_MAX, URLS, Launch, Settings
from demo.gateway.submission import Submission
from demo.gateway.templates import Filing, Templates
from demo.gateway.vendors import REPORT, UPLINK, Vendor


class Network:
    def __init__(self, launch: Launch, vendors: Sequence[Vendor]) -> None:
        """The first vendor serves the texts to numbers that nobody has sent from."""
        self._folder = launch.data
        self.settings = Settings(base_number=launch.base_number)
        self.faults = Faults()
        self.templates = Templates()
        self.changes = Changes()
        self.handsets = Handsets(SUBMISSIONS_KEPT_MAX)
        self.record = Record(launch.data)
        self.vendors = {vendor.name: vendor for vendor in vendors}
        self.reports = {
            each.name: Pushes(
                REPORT, each, self.settings, at_once=each.reports_at_once, items_max=each.reports_per_push
            )
            for each in vendors
        }
        self.uplinks = {each.name: Pushes(UPLINK, each, self.settings, at_once=1, items_max=1) for each in vendors}
        self._carrier = Carrier(
            self.settings,
            lambda: self.faults,
            self.vendors,
            self.reports,
            self.now,
            changed=self._changed,
            arrived=lambda message: self.people.read(message),
        )
        self.people = People(self.text, self._carrier.later)
        self._last_id = 0
        self._restore(launch)

    def now(self) -> datetime:
        """Shifted with the demo's clock, so that handsets show the story's time."""
        return datetime.now(SHANGHAI) + timedelta(seconds=self.settings.clock_shift_seconds)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work until the block ends, then finish what must reach the disk."""
        writing = asyncio.create_task(self.record.run())
        pushing = [asyncio.create_task(pushes.run()) for pushes in self.pushes()]
        self._resume()
        try:
            yield
        finally:
            self._carrier.clear()
            for task in pushing:
                task.cancel()
            for pushes in self.pushes():
                await pushes.stop()
            self.record.stop()
            await writing

    def pushes(self) -> list[Pushes]:
        return [*self.reports.values(), *self.uplinks.values()]

    def thread(self, sign_name: str, extension: str) -> str:
        """The number a handset shows for a signature."""
        return self.templates.base_number(sign_name, self.settings.base_number) + extension

    async def submit(self, submission: Submission) -> Message:
        """On file before this returns; on the handset, if accepted, right after."""
        message = submission.message(self._new_id(), self.now().isoformat(timespec="seconds"))
        await self.record.append({"kind": "message", **message.facts()})
        self.handsets.add(message)
        if message.state is State.ACCEPTED:
            self.changes.tell("message", parts.shown(message))
        return message

    async def deliver(self, message: Message) -> None:
        """Bring an accepted text to its handset; by a fault the report comes before the answer."""
        if self.faults.take("report_before_answer"):
            await self._carrier.carry_at_once(message)
        else:
            self._carrier.carry(message)

    async def text(
        self, number: str, to: str, text: str, in_reply_to: str | None = None, *, times: int = 1, via: str | None = None
    ) -> Message:
        """A resident's text: on file, then pushed, `times` times under one sequence number.

        It goes by the vendor that sends from this number, if `via` names none.
        """
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
            provider=via or self.handsets.vendor_of(to) or next(iter(self.vendors)),
        )
        await self.record.append({"kind": "message", **message.facts()})
        self.handsets.add(message)
        self.changes.tell("message", message.facts())
        for _ in range(times + self.faults.take("uplink_double")):
            self.uplinks[message.provider].put(self._uplink(message))
        return message

    def set_line(self, number: str, line: Line) -> None:
        self.faults.set_line(number, line)
        self._carrier.release()
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
        for pushes in self.pushes():
            pushes.clear()
        self.handsets.clear()
        self.people.residents.dismiss()
        self.faults = Faults()
        if templates:
            self.templates.clear()
        await self.record.clear()
        self.keep()
        self.changes.tell("reset", {})

    def keep(self) -> None:
        """What was set at the desk outlives the process."""
        desk.keep(
            self._folder,
            {
                "settings": self.settings.model_dump(),
                "faults": self.faults.model_dump(),
                "labels": self.handsets.labels,
                "templates": [filing.model_dump() for filing in self.templates.all()],
            },
        )

    def _new_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)

    def _changed(self, message: Message) -> None:
        state = {"id": message.id, "state": message.state, "reason": message.reason, "report": message.report}
        self.record.note({"kind": "state", **state})
        self.changes.tell("message", parts.shown(message))

    def _uplink(self, message: Message) -> Item:
        def settled(taken: bool) -> None:
            message.state = State.DELIVERED if taken else State.FAILED
            self._changed(message)

        base = self.templates.base_number(message.sign_name, self.settings.base_number)
        dest = base if message.thread.startswith(base) and self.faults.take("extension_stripped") else message.thread
        extension = dest[len(base) :] if dest.startswith(base) else ""
        told = self.vendors[message.provider].uplink(replace(message, thread=dest), extension)
        return Item(told.body, told.url, settled)

    def _restore(self, launch: Launch) -> None:
        if kept := desk.kept(self._folder):
            for name, value in kept["settings"].items():
                setattr(self.settings, name, value)
            self.faults = Faults.model_validate(kept["faults"])
            self.handsets.labels.update(kept["labels"])
            self._file(kept["templates"])
        if launch.templates:
            self._file(json.loads(Path(launch.templates).read_text("utf-8")))
        if launch.residents:
            self.people.residents.hire(Path(launch.residents).read_text("utf-8"))
        for name in URLS:
            setattr(self.settings, name, getattr(launch, name) or getattr(self.settings, name))
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
                    self.uplinks[message.provider].put(self._uplink(message))
            elif message.state is State.ACCEPTED or message.report == "waiting":
                self._carrier.carry(message)
