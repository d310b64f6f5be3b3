"""The sender: find out, claim, call, record. Calls are made outside every transaction, a bounded number at once.

Nothing waits between claim and call: a claim takes no more messages than there are free places. Four places are kept
for codes. On SIGTERM it stops claiming, and finishes and records the calls in flight.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import Any, Final, Protocol
from uuid import UUID

from opentelemetry.trace import SpanKind

from chassis.asking import Unanswered
from chassis.service import Running
from chassis.telemetry import log, span
from chassis.testing import crashpoint
from services.notify.channels.contract import Channel
from services.notify.domain.message import Message
from services.notify.domain.outcome import Lost, Outcome, Outgoing, RefusalClass, RefusedBy
from services.notify.domain.provider import Provider
from services.notify.domain.submission import CALL_WITHIN_SECONDS
from services.notify.handlers import recording, sending
from services.notify.handlers.announcing import SENDER_WOKEN
from services.notify.handlers.carrying import Room
from services.notify.handlers.recording import Told
from services.notify.handlers.sending import Claimed, Ready
from services.notify.loops.addresses import Addresses
from services.notify.loops.places import Places
from services.notify.settings import settings_of
from services.notify.store import queue, rates
from services.notify.store.providers import Carriers

CODE_PRIORITY: Final = 0
NO_ROOM_SECONDS: Final = 0.05
LOOK_UP_SECONDS: Final = 0.2
FINISH_SECONDS: Final = 7
ASK_AGAIN_SECONDS: Final = 1.0
GATHER_SECONDS: Final = 0.1
RECORD_GATHER_SECONDS: Final = 0.01
RECORD_AGAIN_SECONDS: Final = 0.2
WAKE_TRIES: Final = 10
WAKE_TRY_SECONDS: Final = 0.02


class Opened(Protocol):
    """Where the channel to a provider is had."""

    def of(self, provider: Provider) -> Channel: ...


class Sender:
    """One process's share of the sending."""

    def __init__(self, running: Running, channels: Opened) -> None:
        self.running, self.channels = running, channels
        self.settings = settings_of(running)
        self.addresses = Addresses(running)
        self.woken: asyncio.Event = running.state.setdefault(SENDER_WOKEN, asyncio.Event())
        self.places = Places()
        self.told_something = asyncio.Event()
        self.writing = asyncio.Lock()
        self.waiting: dict[UUID, float] = {}
        self.told: list[Told] = []
        self.overdrawn: dict[str, int] = {}
        self.calls: set[asyncio.Task[Any]] = set()

    async def run(self) -> None:
        """Send what is due, for as long as the worker lives."""
        recording = asyncio.create_task(self._recording())
        try:
            while True:
                if not await self.send_due():
                    await self._rest()
        finally:
            await self.finish()
            recording.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await recording

    async def send_due(self) -> int:
        """Fetch what is due and claim it as places become free; returns how many were claimed."""
        async with self.running.reading() as tx:
            self.places.providers = (await Carriers.of(tx)).providers
            if not any(provider.usable(tx.now) for provider in self.places.providers.values()):
                return 0
            due = await queue.due(tx, limit=self.settings.prefetch, apart=self._waiting())
        if not due:
            return 0
        ready = await self._ready(due)
        codes = {m.id for m in due if m.priority == CODE_PRIORITY}
        claimed, looked_at = 0, time.monotonic()
        while ready:
            kept = 0 if ready[0].message_id in codes else self.settings.in_flight_for_codes
            batch = await self._places(ready, codes, kept)
            ready = ready[len(batch) :]
            taken = await self._claim_and_call(batch, kept) if batch else 0
            claimed += taken
            if batch and not taken:
                await asyncio.sleep(NO_ROOM_SECONDS)
            if time.monotonic() - looked_at > LOOK_UP_SECONDS:
                looked_at = time.monotonic()
                if await self._urgent():
                    break
        return claimed

    async def _urgent(self) -> bool:
        """Whether a code has become due while what was fetched before it is being worked off."""
        async with self.running.reading() as tx:
            return await queue.urgent_due(tx, self._waiting())

    def _waiting(self) -> list[UUID]:
        """Messages whose words or addresses nobody could tell just now: they must not hold up the others."""
        now = time.monotonic()
        self.waiting = {one: until for one, until in self.waiting.items() if until > now}
        return list(self.waiting)

    async def _ready(self, due: Sequence[Message]) -> list[Ready]:
        ready: list[Ready] = []
        try:
            ready = await self.addresses.ready(due)
        except Unanswered as error:
            log.error("sms.addresses_unanswered", code=error.code)
        known, until = {one.message_id for one in ready}, time.monotonic() + ASK_AGAIN_SECONDS
        self.waiting |= {m.id: until for m in due if m.id not in known}
        return ready

    async def _places(self, ready: Sequence[Ready], codes: set[UUID], kept: int) -> Sequence[Ready]:
        """As many of what is ready as there are free places for it; when much is ready, half of the places at least."""
        alike = sum((one.message_id in codes) == (kept == 0) for one in ready)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.places.until(min(alike, self.places.total(kept) // 2), kept), GATHER_SECONDS)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.places.until(1, kept), LOOK_UP_SECONDS)
        return ready[: min(self.places.free(kept), alike)]

    async def _claim_and_call(self, batch: Sequence[Ready], kept: int) -> int:
        """Not to be torn apart by a cancel: what is claimed is called."""
        claiming = asyncio.create_task(self._claim(batch, kept))
        self.calls.add(claiming)
        claiming.add_done_callback(self.calls.discard)
        return await asyncio.shield(claiming)

    async def _claim(self, batch: Sequence[Ready], kept: int) -> int:
        room = await self._leased(self.places.room(kept), len(batch))
        async with self.running.transaction() as tx:
            claimed = await sending.claim(batch, room, tx)
        self.overdrawn = {name: one.tokens for name, one in room.items() if one.tokens is not None and one.tokens < 0}
        crashpoint("sms.after_claim")
        committed_at = time.monotonic()
        for one in claimed:
            self.places.busy[one.provider.id] += 1
            task = asyncio.create_task(self._call(one, committed_at))
            self.calls.add(task)
            task.add_done_callback(self.calls.discard)
        return len(claimed)

    async def _leased(self, room: dict[str, Room], wanted: int) -> dict[str, Room]:
        """What the rates of providers allow just now; segments that overdrew the last slice are paid first."""
        for name, one in room.items():
            rate = self.places.providers[name].rate
            if rate and one.places:
                owed = self.overdrawn.get(name, 0)
                async with self.running.transaction() as tx:
                    one.tokens = owed + await rates.lease(tx, name, rate, min(wanted, one.places) - owed)
        return room

    async def _call(self, claimed: Claimed, committed_at: float) -> None:
        attributes = {"provider": claimed.provider.id, "template": claimed.template}
        with span("notify.submit", parent=claimed.traceparent, kind=SpanKind.CLIENT, **attributes):
            outcomes = await self._outcomes(claimed, committed_at)
        crashpoint("sms.after_call")
        self.told.append(Told(claimed.message_id, claimed.provider.id, claimed.parts[0].number, outcomes))
        self.told_something.set()

    async def _outcomes(self, claimed: Claimed, committed_at: float) -> dict[UUID, Outcome]:
        """Segment by segment; after one that was refused the rest is not sent either."""
        channel = self.channels.of(claimed.provider)
        outcomes: dict[UUID, Outcome] = {}
        for part in claimed.parts:
            outcome = await self._outcome(channel, part, committed_at)
            outcomes[part.client_ref] = outcome
            if isinstance(outcome, RefusedBy):
                return {one.client_ref: outcomes.get(one.client_ref, outcome) for one in claimed.parts}
        return outcomes

    async def _outcome(self, channel: Channel, part: Outgoing, committed_at: float) -> Outcome:
        """The call begins within 20 s of its claim by the monotonic clock, or not at all."""
        if time.monotonic() - committed_at > CALL_WITHIN_SECONDS:
            return RefusedBy(RefusalClass.NOT_SENT, "too_late_to_call")
        try:
            return await channel.submit(part)
        except Exception as error:
            log.error("sms.call_failed", error=error, provider=channel.provider)
            return Lost("failed_here")

    async def _recording(self) -> None:
        """Write answers as they come, those that came together in one transaction."""
        while True:
            await self.told_something.wait()
            self.told_something.clear()
            if len(self.told) < self.places.busy.total():
                await asyncio.sleep(RECORD_GATHER_SECONDS)
            await self.record()

    async def record(self) -> None:
        """One at a time, so that whoever ends the sender waits for what is being written."""
        async with self.writing:
            told, self.told = self.told, []
            if told:
                await self._record(told)

    async def _record(self, told: Sequence[Told]) -> None:
        try:
            await self._write(told)
        except Exception as error:
            log.error("sms.record_failed", error=error, many=len(told))
            await asyncio.sleep(RECORD_AGAIN_SECONDS)
            for one in told:
                await self._write_alone(one)
        self.places.give_back(one.provider for one in told)

    async def _write(self, told: Sequence[Told]) -> None:
        async with self.running.transaction() as tx:
            await recording.record(told, tx)

    async def _write_alone(self, one: Told) -> None:
        """An answer that cannot be written is asked for again by the resolver, when its lease is over."""
        try:
            await self._write([one])
        except Exception as error:
            log.error("sms.answer_left", error=error, message=str(one.message_id))

    async def _rest(self) -> None:
        """Until woken, or until the next look. What woke us may not have committed yet: look a few times."""
        if self.woken.is_set():
            self.woken.clear()
            for _ in range(WAKE_TRIES):
                await asyncio.sleep(WAKE_TRY_SECONDS)
                if self.woken.is_set() or await self.send_due():
                    return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.woken.wait(), self.settings.sender_poll_seconds)

    async def finish(self) -> None:
        """Let calls in flight end, and write what they brought."""
        ends_at = time.monotonic() + FINISH_SECONDS
        while self.calls and time.monotonic() < ends_at:
            await asyncio.wait(set(self.calls), timeout=ends_at - time.monotonic())
        await self.record()
