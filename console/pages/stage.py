"""D1: the whole system in ten seconds. Two phones of the story beside the live queue and the ribbon."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import simulator, tickets
from console.ask.asks import Asks
from console.ask.client import Unheard
from console.names import Names, names_of
from console.pages.queue import Queue
from console.pages.ribbon import LANES, ribbon_of
from console.pages.topics import topics_of_person
from console.posted import PostedForm
from console.screen import OperatorScreen, Screen, Wanted

router = APIRouter()
ROWS = 8
PHONES = ("a", "b")
LINES = ("in_service", "unallocated", "suspended")
FAULTS = ("report_late", "report_lost", "report_double", "report_before_answer", "silent", "throttle")
SUGGESTED = ("1", "2", "4")
TIMES_MAX = 3


@dataclass(frozen=True, slots=True)
class Handsets:
    """The telephones of the demo and the two that are shown."""

    known: tuple[simulator.Handset, ...]
    faults: dict[str, int]
    as_of: datetime


@router.get("/stage")
async def stage(screen: OperatorScreen, a: str = "", b: str = "") -> Response:
    numbers = await _numbers(screen, a, b)
    ribbon, topics = await ribbon_of(screen)
    wanted = {
        "phone_a": Wanted("simulator", lambda asks: _phone(screen, numbers[0]), side=True),
        "phone_b": Wanted("simulator", lambda asks: _phone(screen, numbers[1]), side=True),
        "handsets": Wanted("simulator", lambda asks: _handsets(screen), side=True),
        "queue": Wanted("tickets", lambda asks: _queue(asks, screen.names_seconds), side=True),
        "ribbon": ribbon,
    }
    return await screen.show(
        "demo/stage.html", wanted, topics=topics | topics_of_person(screen.person), numbers=numbers, lanes=LANES,
        suggested=SUGGESTED, lines=LINES, fault_names=FAULTS, names=Names({}), simulator_url=None,
    )  # fmt: skip


@router.post("/stage/texts")
async def send_text(screen: OperatorScreen, form: PostedForm) -> Response:
    """What the resident's thumb does: a free text, or a suggested answer."""
    text = form.text("text") or form.text("suggested")
    times = TIMES_MAX if form.text("times") else 1
    if text:
        await _simulator(screen).send(form.text("number"), text, to=form.text("to") or None, times=times)
    return screen.to(_back(form.text("a"), form.text("b")))


@router.post("/stage/faults")
async def set_faults(screen: OperatorScreen, form: PostedForm) -> Response:
    """Plain form controls for what real lines do."""
    number, line = form.text("number"), form.text("line")
    if number and line in LINES:
        await _simulator(screen).set_line(number, line)
    if form.text("fault") in FAULTS:
        await _simulator(screen).set_faults({form.text("fault"): int(form.text("count") or 0)})
    return screen.to(_back(form.text("a"), form.text("b")), "stage_set")


def _back(a: str, b: str) -> str:
    chosen = "&".join(f"{name}={number}" for name, number in (("a", a), ("b", b)) if number.isdigit())
    return f"/stage?{chosen}" if chosen else "/stage"


async def _numbers(screen: Screen, a: str, b: str) -> tuple[str, str]:
    """The chosen phones, else the two that moved last."""
    chosen = [number for number in (a, b) if number.isdigit()]
    if len(chosen) == 2:
        return chosen[0], chosen[1]
    try:
        recent = [one.number for one in await _simulator(screen).handsets() if one.number not in chosen]
    except Unheard:
        recent = []
    both = [*chosen, *recent, "", ""]
    return both[0], both[1]


async def _phone(screen: Screen, number: str) -> simulator.Phone | None:
    return await _simulator(screen).phone(number) if number else None


async def _handsets(screen: Screen) -> Handsets:
    known, faults = await asyncio.gather(_simulator(screen).handsets(), _simulator(screen).faults())
    return Handsets(known, {name: int(faults.get(name) or 0) for name in FAULTS}, datetime.now(UTC))


async def _queue(asks: Asks, seconds: float) -> Queue:
    rows = await tickets.found(asks, {}, limit=ROWS)
    return Queue(rows, await names_of(asks, [row.handler_id for row in rows.items], seconds=seconds), rows.as_of)


def _simulator(screen: Screen) -> simulator.Simulator:
    if screen.parts.simulator is None:
        raise Unheard(simulator.NAME, "away")
    return screen.parts.simulator
