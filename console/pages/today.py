"""C1: what do I do first? What is overdue, due within two hours and new; texts that failed; three rates."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import figures, notify, tickets, tray
from console.ask.asks import Asks
from console.names import NOBODY, Names, names_of
from console.pages.topics import topics_of_person
from console.screen import OperatorScreen, Wanted
from console.session import Person
from console.views import SOON

router = APIRouter()
SHOWN = 8
FIGURE_READERS = ("secretary", "operator", "leader", "member", "district", "auditor")


@dataclass(frozen=True, slots=True)
class Stack:
    """The rows to look at first."""

    overdue: tuple[tickets.Row, ...]
    soon: tuple[tickets.Row, ...]
    new: tuple[tickets.Row, ...]
    counts: dict[str, int]
    names: Names
    as_of: datetime

    @property
    def nothing(self) -> bool:
        return not (self.overdue or self.soon or self.new)


@router.get("/today")
async def today(screen: OperatorScreen) -> Response:
    person = screen.person
    zone = ZoneInfo(screen.parts.settings.zone)
    wanted = {"stack": Wanted("tickets", lambda asks: _stack(asks, person, screen.names_seconds))}
    wanted["unread"] = Wanted("notify", tray.count, side=True)
    if person.holds("secretary", "operator", "message_manager", "district", "auditor"):
        wanted["failed"] = Wanted("notify", lambda asks: notify.messages(asks, state="failed", limit=SHOWN), side=True)
    if person.holds(*FIGURE_READERS):
        wanted["rates"] = Wanted("tickets", lambda asks: _rates(asks, zone), side=True)
    return await screen.show("pages/today.html", wanted, topics=topics_of_person(person))


async def _stack(asks: Asks, person: Person, seconds: float) -> Stack:
    counts = await tickets.worklists(asks)
    overdue = await tickets.worklist(asks, "breached", limit=SHOWN)
    due = await tickets.worklist(asks, "due_today", limit=SHOWN * 3)
    new = await tickets.worklist(asks, "unassigned" if person.holds("secretary", "operator") else "mine", limit=SHOWN)
    soon = tuple(row for row in due.items if row.due_at and row.due_at - due.as_of <= SOON and row.due_at >= due.as_of)
    seen = {row.id for row in (*overdue.items, *soon)}
    fresh = tuple(row for row in new.items if row.id not in seen)
    names = await names_of(asks, [row.handler_id for row in (*overdue.items, *soon, *fresh)], seconds=seconds)
    return Stack(overdue.items, soon[:SHOWN], fresh, dict(counts.counts), names or NOBODY, counts.as_of)


async def _rates(asks: Asks, zone: ZoneInfo) -> figures.Rates:
    """This month's by the owner's clock, which may be moved."""
    now = (await tickets.found(asks, {}, limit=1)).as_of.astimezone(zone)
    return await figures.rates(asks, f"{now:%Y-%m}")
