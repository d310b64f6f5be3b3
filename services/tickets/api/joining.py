"""Cases that belong together: merge, take apart, split; and neighbours with the same matter."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, signed_in
from services.tickets.api.answers import Moved
from services.tickets.api.moves import Code, Nothing
from services.tickets.domain.permission import STAFF
from services.tickets.handlers import merging, watching
from services.tickets.handlers.watching import Joined
from services.tickets.handlers.work import Command
from services.tickets.store import watchers
from services.tickets.views import detail
from services.tickets.views.rights import check

router = APIRouter(tags=["tickets"], prefix="/v1/tickets")


class MergeBody(Body):
    into_id: UUID


class SplitBody(Body):
    description: Annotated[str, Field(min_length=1, max_length=4_000)]
    title: Annotated[str, Field(max_length=120)] = ""
    category: Code | None = None
    building_id: UUID | None = None
    attachments: Annotated[tuple[UUID, ...], Field(max_length=40)] = ()


class JoinedModel(BaseModel):
    """A case like hers: no word of it and nobody's name."""

    id: UUID
    category: str
    building_id: UUID | None
    state: str
    state_type: str
    me_too: int

    @classmethod
    def of(cls, joined: Joined) -> Self:
        ticket = joined.ticket
        return cls(
            id=ticket.id,
            category=ticket.category,
            building_id=ticket.building_id,
            state=ticket.state,
            state_type=ticket.state_type,
            me_too=joined.me_too,
        )


class WatcherModel(BaseModel):
    person_id: UUID
    why: str


class Watchers(BaseModel):
    items: list[WatcherModel]
    as_of: datetime


@router.post("/{ticket_id}:merge", response_model=Moved)
async def merge(
    ticket_id: UUID, body: MergeBody, edge: Annotated[Edge, permitted("tickets.merge", if_match=True)]
) -> Response:
    command = merging.MergeTicket(ticket_id=ticket_id, expected=edge.expected, into_id=body.into_id)
    return await edge.command(lambda tx: merging.merge_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:unmerge", response_model=Moved)
async def unmerge(
    ticket_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("tickets.unmerge", if_match=True)]
) -> Response:
    command = Command(ticket_id=ticket_id, expected=edge.expected)
    return await edge.command(lambda tx: merging.unmerge_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:split", response_model=Moved)
async def split(
    ticket_id: UUID, body: SplitBody, edge: Annotated[Edge, permitted("tickets.split", if_match=True)]
) -> Response:
    command = merging.SplitTicket(
        ticket_id=ticket_id,
        expected=edge.expected,
        description=body.description,
        title=body.title,
        category=body.category,
        building_id=body.building_id,
        attachments=body.attachments,
    )
    return await edge.command(lambda tx: merging.split_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:me-too", response_model=JoinedModel)
async def me_too(ticket_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("tickets.me_too")]) -> Response:
    return await edge.command(lambda tx: watching.me_too(ticket_id, tx), JoinedModel.of)


@router.post("/{ticket_id}:watch", response_model=Moved)
async def watch(ticket_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("tickets.watch")]) -> Response:
    return await edge.command(lambda tx: watching.watch(ticket_id, tx), Moved.of)


@router.post("/{ticket_id}:unwatch", response_model=Moved)
async def unwatch(ticket_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("tickets.watch")]) -> Response:
    return await edge.command(lambda tx: watching.unwatch(ticket_id, tx), Moved.of)


@router.get("/{ticket_id}/watchers", response_model=Watchers)
async def read_watchers(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> Watchers:
    async with edge.reading() as tx:
        ticket, found = await detail.read(tx, ticket_id)
        await check(tx, ticket, found & STAFF)
        hidden = await watchers.hidden_reporters(tx, ticket_id)
        rows = [row for row in await watchers.of_ticket(tx, ticket_id) if row.person_id not in hidden]
        return Watchers(items=[WatcherModel(person_id=row.person_id, why=row.why) for row in rows], as_of=tx.now)
