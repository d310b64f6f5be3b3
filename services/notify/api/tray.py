"""A person's own inbox: list, count, a live stream, and what she does with an item. Nobody else sees it."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from chassis.edge import Edge, signed_in
from chassis.refused import Refused
from chassis.service import Running
from services.notify.api.shapes import Moved
from services.notify.domain.tray import Move, State
from services.notify.handlers import tray
from services.notify.handlers.tray import MoveItem, Shown
from services.notify.settings import settings_of
from services.notify.store import tray as items
from services.notify.store.tray_watch import TrayWatch

router = APIRouter()
Self = Annotated[Edge, signed_in()]
CHANGES_AT_ONCE: Final = 100
IN_SIGHT: Final = [str(state) for state in State if state is not State.ARCHIVED]


class TrayOption(BaseModel):
    """One possible answer, in both languages."""

    code: str
    key: str
    label: dict[str, str]


class TrayQuestion(BaseModel):
    """The question an item asks; answered through the prompt."""

    id: UUID
    state: str
    purpose: str
    options: list[TrayOption]
    expires_at: datetime | None
    revision: int


class TrayItem(BaseModel):
    """One text in the tray."""

    id: UUID
    notification_id: UUID
    state: str
    words: str
    topic: str
    rule: str
    about: UUID | None
    round: int
    question: TrayQuestion | None
    created_at: datetime
    seen_at: datetime | None
    read_at: datetime | None
    archived_at: datetime | None
    revision: int

    @classmethod
    def of(cls, shown: Shown) -> "TrayItem":
        item = shown.item
        return cls.model_validate(
            {name: getattr(item, name) for name in cls.model_fields if name not in ("words", "question")}
            | {"words": shown.words, "question": _question(shown)}
        )


def _question(shown: Shown) -> TrayQuestion | None:
    prompt = shown.prompt
    if prompt is None:
        return None
    options = [
        TrayOption(code=o.code, key=o.key, label={"zh-CN": o.label, "en": o.label_en or o.label})
        for o in prompt.options
    ]
    return TrayQuestion(
        id=prompt.id,
        state=str(prompt.state),
        purpose=prompt.purpose,
        options=options,
        expires_at=prompt.expires_at,
        revision=prompt.revision,
    )


@router.get("/v1/tray")
async def list_tray(
    edge: Self,
    state: Literal["new", "seen", "read", "archived"] | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Her items, newest first; archived ones only when asked for."""
    page = edge.page(limit, cursor, state)
    async with edge.reading() as tx:
        found = await items.page(tx, _person(edge), [state] if state else IN_SIGHT, page.limit, page.after)
        shown = [TrayItem.of(one) for one in await tray.shown(found, tx)]
        return edge.listed(shown, page, key=lambda i: [i.created_at, i.id], as_of=tx.now)


@router.get("/v1/tray/count")
async def count_tray(edge: Self) -> dict[str, Any]:
    """How many items she has in each state, and how many she has not read."""
    async with edge.reading() as tx:
        counts = await items.counts(tx, _person(edge))
        return counts | {"unread": counts["new"] + counts["seen"], "as_of": tx.now}


@router.get("/v1/tray/stream")
async def stream_tray(edge: Self, last_event_id: Annotated[str | None, Header()] = None) -> StreamingResponse:
    """Her items as they come and change, as server-sent events; each `id` may be sent back as `Last-Event-ID`.

    A stream ends after some seconds like every request, and a browser's EventSource goes on where it stopped.
    """
    if last_event_id is not None and not last_event_id.isdigit():
        raise Refused("cursor_invalid", status=400)
    after = int(last_event_id) if last_event_id else None
    told = changes(edge.running, _person(edge), after)
    first = await anext(told)
    return StreamingResponse(_after(first, told), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _after(first: str, told: AsyncIterator[str]) -> AsyncIterator[str]:
    """What has been told already, then the rest: so that a refusal comes before any answer has begun."""
    yield first
    async for one in told:
        yield one


async def changes(running: Running, person_id: UUID, after: int | None) -> AsyncGenerator[str, None]:
    """The events of one stream: the changes after a change, or from now on."""
    settings = settings_of(running)
    ends_at = time.monotonic() + settings.tray_stream_seconds
    async with TrayWatch.of(running, settings.tray_streams_max).watching(person_id) as woken:
        if after is None:
            async with running.reading() as tx:
                after = await items.last_change(tx, person_id)
        yield f"retry: 1000\nid: {after}\n\n"
        while (left := ends_at - time.monotonic()) > 0:
            async with running.reading() as tx:
                found = await items.changes(tx, person_id, after, CHANGES_AT_ONCE)
                shown = await tray.shown(found, tx)
            for one in shown:
                after = one.item.change
                yield f"id: {after}\nevent: tray\ndata: {json.dumps(TrayItem.of(one).model_dump(mode='json'))}\n\n"
            if len(found) < CHANGES_AT_ONCE:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), left)
                woken.clear()


@router.post("/v1/tray/{item_id}:seen", response_model=Moved)
async def see_item(item_id: UUID, edge: Self) -> Response:
    """It has been on her screen."""
    return await edge.command(lambda tx: tray.move(MoveItem(item_id, Move.SEE), tx), Moved.of)


@router.post("/v1/tray/{item_id}:read", response_model=Moved)
async def read_item(item_id: UUID, edge: Self) -> Response:
    """She has read it: what would have told it by another channel later does not."""
    return await edge.command(lambda tx: tray.move(MoveItem(item_id, Move.READ), tx), Moved.of)


@router.post("/v1/tray/{item_id}:archive", response_model=Moved)
async def archive_item(item_id: UUID, edge: Self) -> Response:
    """It leaves her list."""
    return await edge.command(lambda tx: tray.move(MoveItem(item_id, Move.ARCHIVE), tx), Moved.of)


def _person(edge: Edge) -> UUID:
    assert edge.actor.person_id is not None
    return edge.actor.person_id
