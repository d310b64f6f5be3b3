"""C5: where did the time go? Human waits first, then every event of the case in its service's lane."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import notify, tickets
from console.ask.asks import Asks
from console.ask.client import Problem, Unheard
from console.chronicle.store import Entry
from console.chronicle.waits import Wait, waits_of
from console.names import Names, names_of
from console.parts import Parts
from console.screen import OperatorScreen, Wanted

router = APIRouter()
LANES = ("members", "tickets", "funds", "notify")
ENTRIES_MAX = 1_000
TEXTS_MAX = 100
OF_MACHINES = frozenset({"delivery"})  # nobody waits for a report


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the journey, with the time since the one before it."""

    entry: Entry
    since_last: timedelta
    along: float  # percent of the whole way

    @property
    def trace_id(self) -> str:
        return self.entry.traceparent.split("-")[1] if self.entry.traceparent.count("-") == 3 else ""


@dataclass(frozen=True, slots=True)
class Journey:
    """The events of one case and the waits between them."""

    number: str
    ticket_id: UUID
    steps: tuple[Step, ...]
    waits: tuple[Wait, ...]
    began: datetime
    ended: datetime
    as_of: datetime

    @property
    def length(self) -> timedelta:
        return self.ended - self.began

    @property
    def is_of_several(self) -> bool:
        """Whether the waits are of more than one ticket, so that each says of which."""
        return len({wait.number for wait in self.waits if wait.number}) > 1

    @property
    def waited_max(self) -> timedelta:
        return max((wait.length(self.ended) for wait in self.waits), default=timedelta())

    def lane(self, service: str) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.entry.service == service)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a case with the names of those who got them."""

    sent: notify.Messages
    names: Names
    as_of: datetime


@router.get("/journeys/{correlation}")
async def journey(screen: OperatorScreen, correlation: UUID, time: str = "human") -> Response:
    """Shown only after the owner of its root has answered this reader: who may not see the case sees no journey."""
    machine = time == "machine"
    wanted = {
        "journey": Wanted("chronicle", lambda asks: _journey(asks, screen.parts, correlation, machine)),
        "messages": Wanted("notify", lambda asks: _texts(asks, correlation, screen.names_seconds), side=True),
    }
    return await screen.show(
        "pages/journey.html", wanted, topics={f"correlation:{correlation}"}, correlation=correlation, machine=machine,
        lanes=LANES,
    )  # fmt: skip


async def _texts(asks: Asks, correlation: UUID, seconds: float) -> Texts:
    sent = await notify.messages(asks, correlation=correlation, limit=TEXTS_MAX)
    names = await names_of(asks, [one.person_id for one in sent.items], seconds=seconds)
    return Texts(sent, names, sent.as_of)


async def _journey(asks: Asks, parts: Parts, correlation: UUID, machine: bool) -> Journey:
    ticket, _ = await tickets.ticket(asks, correlation)
    try:
        entries = await parts.chronicle.journey(correlation, ENTRIES_MAX)
    except Exception as error:
        raise Unheard("chronicle", "away") from error
    if not entries:
        raise Problem("chronicle", 404, "not_found")
    began, ended = entries[0].time, entries[-1].time
    return Journey(ticket.number, ticket.id, _steps(entries, machine), _waits(entries), began, ended, ended)


def _waits(entries: list[Entry]) -> tuple[Wait, ...]:
    return tuple(wait for wait in waits_of(entries) if wait.key not in OF_MACHINES)


def _steps(entries: list[Entry], machine: bool) -> tuple[Step, ...]:
    """By human time the way is as long as it took; by machine time every event is one step."""
    whole = (entries[-1].time - entries[0].time).total_seconds() or 1.0
    steps, before = [], entries[0].time
    for number, entry in enumerate(entries):
        part = number / max(len(entries) - 1, 1) if machine else (entry.time - entries[0].time).total_seconds() / whole
        steps.append(Step(entry, entry.time - before, round(100 * part, 2)))
        before = entry.time
    return tuple(steps)
