"""Texts that came: their words only for those who may read them, each reading on record before the words are sent."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from chassis.edge import Edge, permitted, service_only
from services.notify import views
from services.notify.api.shapes import ReceivedDetail, ReceivedShape
from services.notify.handlers import reading
from services.notify.handlers.reading import ReadText
from services.notify.store.received import Received

router = APIRouter()
Reader = Annotated[Edge, permitted("notify.received.read")]


class PromptHint(BaseModel):
    """The question in whose thread the text came."""

    about: UUID
    round: int
    purpose: str


class Words(BaseModel):
    """The words and the number of one text, for the service that drafts from them."""

    received_id: UUID
    text: str
    phone: str
    person_id: UUID | None
    received_at: datetime
    hints: list[UUID]
    confidential: bool
    prompt: PromptHint | None

    @classmethod
    def of(cls, read: ReadText) -> "Words":
        asked = read.prompt
        hint = PromptHint(about=asked.about, round=asked.round, purpose=asked.purpose) if asked else None
        return cls(
            received_id=read.row.id,
            text=read.opened.text,
            phone=read.opened.number,
            person_id=read.row.person_id,
            received_at=read.row.at,
            hints=read.row.hints,
            confidential=read.row.confidential,
            prompt=hint,
        )


class HandedOver(BaseModel):
    """A text that went on to whoever drafts from words."""

    id: UUID
    outcome: str

    @classmethod
    def of(cls, row: Received) -> "HandedOver":
        return cls(id=row.id, outcome=row.outcome)


@router.get("/v1/received")
async def list_received(
    edge: Reader, outcome: str | None = None, limit: int | None = None, cursor: str | None = None
) -> dict[str, Any]:
    """Texts that came, newest first, without their words."""
    page = edge.page(limit, cursor, outcome)
    scopes = edge.actor.scopes("notify.received.read")
    async with edge.reading() as tx:
        rows = await views.received_page(tx, scopes, outcome, page.limit, page.after)
        shown = [ReceivedShape.of(row) for row in rows]
        return edge.listed(shown, page, key=lambda r: [r.at, r.id], as_of=tx.now)


@router.get("/v1/received/{received_id}", response_model=ReceivedDetail)
async def get_received(received_id: UUID, edge: Reader) -> Response:
    """One text with its words; the reading is on record."""
    return await edge.command(lambda tx: reading.read_for_person(received_id, tx), _detail)


@router.post("/v1/received/{received_id}:hand-over", response_model=HandedOver)
async def hand_over(received_id: UUID, edge: Annotated[Edge, permitted("notify.received.hand_over")]) -> Response:
    """Let a case be drafted from a text that answered nothing."""
    return await edge.command(lambda tx: reading.hand_over(received_id, tx), HandedOver.of)


@router.get("/internal/received/{received_id}", response_model=Words)
async def hand_over_words(received_id: UUID, edge: Annotated[Edge, service_only("tickets")]) -> Response:
    """The words and the number of one text; the reading is on record."""
    return await edge.command(lambda tx: reading.read(received_id, tx), Words.of)


def _detail(read: ReadText) -> ReceivedDetail:
    row = {name: getattr(read.row, name) for name in ReceivedShape.model_fields}
    return ReceivedDetail.of(row | {"text": read.opened.text, "number": read.masked_number})
