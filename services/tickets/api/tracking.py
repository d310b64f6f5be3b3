"""Where does it stand? For residents with the number and code of their acknowledgement."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.edge import Body, Edge, public
from services.tickets.api.answers import Moved
from services.tickets.handlers import tracking
from services.tickets.views import tracked

router = APIRouter(tags=["tracking"], prefix="/v1/tracking")


class TrackBody(Body):
    number: Annotated[str, Field(max_length=40)]
    code: Annotated[str, Field(max_length=8)]


class WordsBody(TrackBody):
    words: Annotated[str, Field(min_length=1, max_length=4_000)]


class WithdrawBody(TrackBody):
    reason: Annotated[str, Field(max_length=1_000)] = ""


@router.post("", response_model=tracked.Tracked)
async def track(body: TrackBody, edge: Annotated[Edge, public(key=False)]) -> tracked.Tracked:
    ticket_id = await tracking.opened(edge.running, tracking.Ask(body.number, body.code))
    async with edge.reading() as tx:
        return await tracked.tracked(tx, ticket_id)


@router.post(":add-words", response_model=Moved)
async def add_words(body: WordsBody, edge: Annotated[Edge, public()]) -> Response:
    ticket_id = await tracking.opened(edge.running, tracking.Ask(body.number, body.code))
    return await edge.command(lambda tx: tracking.add_words(ticket_id, body.words, tx), Moved.of)


@router.post(":nudge", response_model=Moved)
async def nudge(body: TrackBody, edge: Annotated[Edge, public()]) -> Response:
    ticket_id = await tracking.opened(edge.running, tracking.Ask(body.number, body.code))
    return await edge.command(lambda tx: tracking.nudge(ticket_id, tx), Moved.of)


@router.post(":withdraw", response_model=Moved)
async def withdraw(body: WithdrawBody, edge: Annotated[Edge, public()]) -> Response:
    ticket_id = await tracking.opened(edge.running, tracking.Ask(body.number, body.code))
    return await edge.command(lambda tx: tracking.withdraw(ticket_id, body.reason, tx), Moved.of)
