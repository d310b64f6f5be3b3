"""How fast the ribbon moves: up to twenty marks a second, one an event; beyond that one per type with a count."""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from console.chronicle.store import Entry
from console.live import Stream, Update

MARKS_PER_SECOND_MAX = 20
SECOND = 1.0


@dataclass(slots=True)
class Pace:
    """What one tab was given in the second that runs."""

    now: Callable[[], float] = time.monotonic
    began: float = field(default=float("-inf"))
    given: int = 0

    @property
    def rest(self) -> float:
        """How long this second still lasts, when it has had all it may."""
        return max(0.0, self.began + SECOND - self.now()) if self.given >= MARKS_PER_SECOND_MAX else 0.0

    def marks(self, entries: Iterable[Entry]) -> list[tuple[Entry, int]]:
        """The marks for these entries, each with the number of events it stands for."""
        if self.now() - self.began >= SECOND:
            self.began, self.given = self.now(), 0
        told = [(entry, 1) for entry in entries]
        if self.given + len(told) > MARKS_PER_SECOND_MAX:
            told = merged([entry for entry, _ in told])
        self.given += len(told)
        return told


def merged(entries: list[Entry]) -> list[tuple[Entry, int]]:
    """One per type, the newest of it, in the order of those; what is restricted is one kind of its own."""
    newest: dict[tuple[str, str], Entry] = {}
    counts: dict[tuple[str, str], int] = {}
    for entry in entries:
        kind = (entry.service, "" if entry.restricted else entry.type)
        newest.pop(kind, None)
        newest[kind] = entry
        counts[kind] = counts.get(kind, 0) + 1
    return [(entry, counts[kind]) for kind, entry in newest.items()]


async def gathered(stream: Stream, update: Update, pace: Pace) -> Update:
    """This update, and in a crowded second all that comes until it ends."""
    if not update.entries or not (rest := pace.rest):
        return update
    await asyncio.sleep(rest)
    while not stream.queue.empty():
        update = update.joined(stream.queue.get_nowait())
    return update
