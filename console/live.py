"""One live update: from a committed entry of the chronicle to the tabs that show what it is about."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chassis.telemetry import log
from console.chronicle.store import Chronicle, Entry, Head

BATCH = 500
LOOK_SECONDS = 0.1
LOOK_UNWATCHED_SECONDS = 1.0
EVERYWHERE = "ribbon@*"


@dataclass(frozen=True, slots=True)
class Update:
    """What one stream is given: entries of its topics, the health strip anew, or the word to reload."""

    entries: tuple[Entry, ...] = ()
    health: bool = False
    reload: bool = False
    ended: bool = False
    closing: bool = False

    def joined(self, later: "Update") -> "Update":
        """Both at once."""
        return Update(
            self.entries + later.entries, self.health or later.health, self.reload or later.reload,
            self.ended or later.ended, self.closing or later.closing,
        )  # fmt: skip


@dataclass(slots=True, eq=False)
class Stream:
    """One tab: its signed topics and a bounded queue."""

    topics: frozenset[str]
    person_id: UUID
    queue: asyncio.Queue[Update]

    def offer(self, update: Update) -> None:
        """On overflow the queue is dropped and one reload sent: the tab asks anew and has missed nothing."""
        try:
            self.queue.put_nowait(update)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(Update(reload=True))


@dataclass(slots=True)
class Hub:
    """Reads new entries once per process and offers them to its streams."""

    chronicle: Chronicle
    queue_size: int
    streams_max: int
    backlog: int
    on_session_ended: Callable[[UUID], None]
    head: Head | None = None
    streams: set[Stream] = field(default_factory=set)

    async def run(self) -> None:
        """Look ten times a second while anybody watches: one cheap question, however many events come."""
        while True:
            try:
                await self.look()
            except (TimeoutError, OSError) as error:
                log.error("console.chronicle_away", reason=type(error).__name__)
            except Exception as error:  # the stream of updates must outlive any single failure
                log.error("console.live_failed", reason=type(error).__name__)
            await asyncio.sleep(LOOK_SECONDS if self.streams else LOOK_UNWATCHED_SECONDS)

    async def look(self) -> None:
        """Read what is new and hand it out."""
        head = await self.chronicle.head()
        if self.head is None or self.head.epoch != head.epoch or head.seq < self.head.seq:
            await self._begin(head)
            return
        while self.head.seq < head.seq:
            entries = await self.chronicle.after(self.head.seq, BATCH)
            if not entries:
                return
            self._hand_out(entries)
            self.head = Head(head.epoch, entries[-1].seq)

    async def _begin(self, head: Head) -> None:
        """At start, and after a restore: whoever watches asks anew."""
        first, self.head = self.head is None, head
        if not first:
            self.tell(Update(reload=True))

    def _hand_out(self, entries: Iterable[Entry]) -> None:
        entries = tuple(entries)
        for entry in entries:
            if entry.type == "members.session_ended.v1":
                self._end_session(entry)
        for stream in tuple(self.streams):
            if mine := tuple(entry for entry in entries if topics_of(entry) & stream.topics):
                stream.offer(Update(entries=mine))

    def _end_session(self, entry: Entry) -> None:
        self.on_session_ended(entry.subject)
        for stream in tuple(self.streams):
            if stream.person_id == entry.subject:
                stream.offer(Update(ended=True))

    def tell(self, update: Update) -> None:
        for stream in tuple(self.streams):
            stream.offer(update)

    @contextlib.asynccontextmanager
    async def stream(self, topics: frozenset[str], person_id: UUID) -> AsyncIterator[Stream]:
        """A place among the streams of this process, for as long as the tab is there."""
        stream = Stream(topics, person_id, asyncio.Queue(self.queue_size))
        self.streams.add(stream)
        try:
            yield stream
        finally:
            self.streams.discard(stream)

    def place(self) -> str:
        """Where the chronicle stands for a page rendered now: its stream goes on from there, without a gap."""
        return f"{self.head.epoch}-{self.head.seq}" if self.head else ""

    async def missed(self, last_id: str, topics: frozenset[str]) -> Update:
        """What a tab has not seen since this id; unknown, old or of another epoch: reload."""
        epoch, _, seq = last_id.partition("-")
        if self.head is None or epoch != self.head.epoch or not seq.isdigit():
            return Update(reload=True)
        if self.head.seq - int(seq) > self.backlog:
            return Update(reload=True)
        entries = await self.chronicle.after(int(seq), self.backlog)
        return Update(entries=tuple(entry for entry in entries if topics_of(entry) & topics))


def topics_of(entry: Entry) -> frozenset[str]:
    """The topics an entry belongs to. A restricted one stirs nothing but a nameless mark on the ribbon."""
    ribbon = {EVERYWHERE, f"ribbon@{entry.community}"}
    if entry.restricted:
        return frozenset(ribbon)
    topics = {f"subject:{entry.subject}", f"correlation:{entry.correlation}", f"{entry.service}@{entry.community}"}
    data: Any = entry.body.get("data")
    if isinstance(data, dict) and data.get("group_id"):
        topics.add(f"group:{data['group_id']}")
    return frozenset(topics | (set() if entry.restated else ribbon))
