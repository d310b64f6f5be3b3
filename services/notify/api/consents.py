"""The ledger of consent: given, withdrawn, and shown to whom it is about."""

from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.asking import Unanswered
from chassis.edge import Body, Edge, permitted, signed_in
from chassis.refused import Refused
from services.notify.api.shapes import Shape
from services.notify.domain.consent import ALL_CHANNELS, ALL_TOPICS
from services.notify.domain.number import e164
from services.notify.handlers import ledgers
from services.notify.handlers.ledgers import Given, Withdrawn
from services.notify.store import consents as rows

router = APIRouter()
READ = "notify.consents.read"
Word = Annotated[str, Field(min_length=1, max_length=64)]


class ConsentBody(Body):
    """A yes to a topic, with the wording that was agreed to."""

    person_id: UUID
    topic: Word
    channel: Word = ALL_CHANNELS
    wording_version: Word
    source: Literal["page", "paper", "import"]
    evidence: str = Field(default="", max_length=500)
    community_id: UUID | None = None
    group_id: UUID | None = None


class WithdrawBody(Body):
    """A no; without a topic, to all of them."""

    person_id: UUID
    topic: Word = ALL_TOPICS
    channel: Word = ALL_CHANNELS
    community_id: UUID | None = None
    group_id: UUID | None = None


class Written(BaseModel):
    """A row of the ledger, as it was added."""

    id: UUID
    topic: str
    channel: str
    at: datetime

    @classmethod
    def of(cls, row: Any) -> "Written":
        return cls(id=row.id, topic=row.topic, channel=row.channel, at=row.at)


class Entry(Shape):
    """One statement: a yes or a no, and how it came to us."""

    id: UUID
    given: bool
    topic: str
    channel: str
    source: str
    wording_version: str | None
    evidence: str | None
    by: str
    at: datetime


@router.post("/v1/consents", response_model=Written, status_code=201)
async def give_consent(body: ConsentBody, edge: Annotated[Edge, signed_in()]) -> Response:
    """Write down a yes: one's own, or somebody's whose paper or list is at hand."""
    command = Given(**body.model_dump())
    return await edge.command(lambda tx: ledgers.give(command, tx), Written.of, 201)


@router.post("/v1/consents:withdraw", response_model=Written, status_code=201)
async def withdraw_consent(body: WithdrawBody, edge: Annotated[Edge, signed_in()]) -> Response:
    """Write down a no: effective at once, for what already waits too."""
    command = Withdrawn(**body.model_dump(), recipient_key=await _key_of(edge, body.person_id))
    return await edge.command(lambda tx: ledgers.withdraw(command, tx), Written.of, 201)


@router.get("/v1/opt-outs")
async def list_opt_outs(
    edge: Annotated[Edge, permitted(READ)],
    topic: str | None = None,
    source: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Who wants to hear no more, newest first; of people who were written to from the reader's areas."""
    filters = {"topic": topic, "source": source}
    page = edge.page(limit, cursor, filters)
    async with edge.reading() as tx:
        found = await rows.opt_outs_page(tx, edge.actor.scopes(READ), filters, page.limit, page.after)
        return edge.listed(found, page, key=lambda r: [r["at"], r["id"]], as_of=tx.now)


@router.get("/v1/people/{person_id}/ledger")
async def get_ledger(person_id: UUID, edge: Annotated[Edge, signed_in()]) -> dict[str, Any]:
    """Everything a person said about being told of things: for herself, and for staff who write to her."""
    own = edge.actor.person_id == person_id
    async with edge.reading() as tx:
        if not own and not await rows.written_to(tx, edge.actor.scopes(READ), person_id):
            raise Refused("person_unknown", status=404)
        found = await rows.of_person(tx, person_id)
        return {"person_id": person_id, "items": [Entry.of(row) for row in found], "as_of": tx.now}


async def _key_of(edge: Edge, person_id: UUID) -> bytes | None:
    """The form of her number in which a no outlives her account; without it the no still holds for the person."""
    body = {"purpose": "notify", "about": None, "items": [{"person_id": str(person_id)}], "labels": []}
    with suppress(Unanswered, Refused, KeyError, IndexError):
        answer = await edge.running.asking.post("members", "/internal/contacts:resolve", json=body, timeout=2)
        return edge.running.sealing.index(e164(str(answer["items"][0].get("address") or "")))
    return None
