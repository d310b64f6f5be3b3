"""`GET /live?t=…`: one stream per tab. `t` is the page's topic list, signed for this session when it was rendered."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException

from console.ask.client import Problem, Unheard
from console.chronicle.store import Entry
from console.live import EVERYWHERE, Stream, Update, topics_of
from console.pace import Pace, gathered
from console.pages.ribbon import mark_of
from console.screen import OperatorScreen, Screen
from console.session import SignedOut

router = APIRouter()
TOPICS_MAX_AGE = 43_200


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream that may begin."""

    screen: Screen
    topics: frozenset[str]
    last_id: str


async def opened(request: Request, screen: OperatorScreen, t: str = "") -> Opened:
    """A forged list, or another session's, is no stream; beyond the limit it is 503."""
    told = screen.parts.seals.open("topics", t, max_age=TOPICS_MAX_AGE)
    if not isinstance(told, dict) or told.get("of") != screen.holder:
        raise HTTPException(403)
    hub = screen.parts.hub
    if len(hub.streams) >= hub.streams_max:
        raise HTTPException(503, headers={"retry-after": "15"})
    return Opened(screen, frozenset(told["topics"]), request.headers.get("last-event-id") or told["since"])


@router.get("/live", response_class=EventSourceResponse)
async def live(stream: Annotated[Opened, Depends(opened)]) -> AsyncIterator[ServerSentEvent]:
    screen, hub = stream.screen, stream.screen.parts.hub
    pace = Pace()
    async with hub.stream(stream.topics, screen.person.person_id) as mine:
        yield _where(screen)
        if stream.last_id:
            for message in messages(screen, stream.topics, await hub.missed(stream.last_id, stream.topics), pace):
                yield message
        async for first in _updates(screen, mine):
            update = await gathered(mine, first, pace)
            for message in messages(screen, stream.topics, update, pace):
                yield message
            if update.ended or update.closing:
                return


async def _updates(screen: Screen, mine: Stream) -> AsyncIterator[Update]:
    """What the hub offers; every five minutes the session must still be good."""
    while True:
        try:
            async with asyncio.timeout(screen.parts.settings.live_renew_seconds):
                yield await mine.queue.get()
        except TimeoutError:
            if not await _still_signed_in(screen):
                yield Update(ended=True)


async def _still_signed_in(screen: Screen) -> bool:
    try:
        await screen.parts.sessions.token(screen.secret or "", "members")
    except SignedOut:
        return False
    except (Problem, Unheard):
        return True
    return True


def messages(screen: Screen, topics: frozenset[str], update: Update, pace: Pace) -> list[ServerSentEvent]:
    """What a tab is sent: pieces for what comes from the chronicle and the health poll alone, words for all else."""
    if update.closing:
        return []
    if update.ended:
        return [ServerSentEvent(event="ended", raw_data="{}")]
    if update.reload:
        return [ServerSentEvent(event="reload", raw_data="{}", id=screen.parts.hub.place())]
    told = [ServerSentEvent(raw_data=_health(screen))] if update.health else []
    shown = [entry for entry in update.entries if _on_ribbon(entry, topics)]
    marks = {entry.seq: _mark(screen, entry, count) for entry, count in pace.marks(shown)}
    for entry in update.entries:
        told += _entry(screen, topics, entry, marks.get(entry.seq))
    return told


def _on_ribbon(entry: Entry, topics: frozenset[str]) -> bool:
    return bool(topics & {EVERYWHERE, f"ribbon@{entry.community}"}) and not entry.restated


def _entry(screen: Screen, topics: frozenset[str], entry: Entry, mark: str | None) -> list[ServerSentEvent]:
    stamp = f"{screen.parts.hub.head.epoch if screen.parts.hub.head else ''}-{entry.seq}"
    told = [ServerSentEvent(raw_data=mark, id=stamp)] if mark else []
    for topic in sorted(topic for topic in topics_of(entry) & topics if not topic.startswith("ribbon@")):
        words = json.dumps({"topic": topic, "subject": str(entry.subject), "type": entry.type})
        told.append(ServerSentEvent(event="changed", raw_data=words, id=stamp))
    return told


def _mark(screen: Screen, entry: Entry, count: int) -> str:
    values = {"mark": mark_of(entry, count), "fresh": True}
    html = screen.parts.rendering.page("ui/mark.html", screen.language, values)
    return f'<hx-partial hx-target="#lane-{entry.service}" hx-swap="afterbegin">{_one_line(html)}</hx-partial>'


def _health(screen: Screen) -> str:
    values = {"health": screen.parts.health.all()}
    html = screen.parts.rendering.page("ui/health.html", screen.language, values)
    return f'<hx-partial hx-target="#health" hx-swap="outerMorph">{_one_line(html)}</hx-partial>'


def _one_line(html: str) -> str:
    return " ".join(html.split())


def _where(screen: Screen) -> ServerSentEvent:
    """Where the stream begins, so that a reconnect misses nothing."""
    return ServerSentEvent(comment="here", id=screen.parts.hub.place())
