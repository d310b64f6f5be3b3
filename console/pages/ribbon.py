"""D3: what happens behind it? A lane per service, from the chronicle only, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask.asks import Asks
from console.ask.client import Unheard
from console.chronicle.store import Entry
from console.live import EVERYWHERE
from console.pages.topics import communities_of
from console.parts import Parts
from console.screen import OperatorScreen, Screen, Wanted

router = APIRouter()
LANES = ("members", "tickets", "funds", "notify")
ENTRIES_MAX = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """One event on the ribbon, or several of one type. A restricted one has no id, no type and no case."""

    seq: int
    service: str
    name: str
    short_id: str
    time: datetime
    case: UUID | None
    count: int = 1

    @property
    def restricted(self) -> bool:
        return self.case is None


@dataclass(frozen=True, slots=True)
class Ribbon:
    lanes: Mapping[str, tuple[Mark, ...]]
    as_of: datetime


def mark_of(entry: Entry, count: int = 1) -> Mark:
    if entry.restricted:
        return Mark(entry.seq, entry.service, "restricted", "", entry.time, None, count)
    short = str(entry.subject)[-4:]
    return Mark(entry.seq, entry.service, entry.name, short, entry.time, entry.correlation, count)


@router.get("/ribbon")
async def ribbon_page(screen: OperatorScreen) -> Response:
    wanted, topics = await ribbon_of(screen)
    return await screen.show("pages/ribbon.html", {"ribbon": wanted}, topics=topics, lanes=LANES)


async def ribbon_of(screen: Screen) -> tuple[Wanted, set[str]]:
    """The panel and its topics: her communities, the keeper all."""
    communities = await communities_of(screen.asks.within(1.0), screen.person)
    topics = {EVERYWHERE} if communities is None else {f"ribbon@{one}" for one in communities}
    return Wanted("chronicle", lambda asks: _ribbon(asks, screen.parts, communities), side=True), topics


async def _ribbon(asks: Asks, parts: Parts, communities: Sequence[UUID] | None) -> Ribbon:
    try:
        entries = await parts.chronicle.latest(communities, ENTRIES_MAX)
    except Exception as error:
        raise Unheard("chronicle", "away") from error
    lanes = {lane: tuple(mark_of(entry) for entry in entries if entry.service == lane) for lane in LANES}
    return Ribbon(lanes, datetime.now(UTC))
