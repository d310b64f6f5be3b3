"""Reading tickets: lists, one, and what belongs to one; and the words beside the moves."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from chassis.audit import record_read
from chassis.edge import Body, Edge, permitted, signed_in
from chassis.refused import Refused
from services.tickets.api.answers import Moved
from services.tickets.domain.hidden import mask
from services.tickets.domain.profile import Kind, Origin
from services.tickets.domain.state import State
from services.tickets.handlers import editing
from services.tickets.handlers.labels import named
from services.tickets.store import assignments, follow_ups, watchers
from services.tickets.views import case as cases
from services.tickets.views import clock, detail, linked, lists, timeline
from services.tickets.views.rows import Listed, lines

router = APIRouter(tags=["tickets"], prefix="/v1/tickets")
Limit = Annotated[int | None, Query()]


class NoteBody(Body):
    text: Annotated[str, Field(min_length=1, max_length=4_000)]
    audience: Literal["internal", "resident"] = "internal"


class EditBody(Body):
    title: Annotated[str | None, Field(max_length=120)] = None
    tags: Annotated[list[Annotated[str, Field(max_length=40)]] | None, Field(max_length=20)] = None
    public_summary: Annotated[str | None, Field(max_length=1_000)] = None


class Items(BaseModel):
    items: list[dict[str, Any]]
    as_of: datetime


@router.get("", response_model=Listed)
async def list_tickets(
    edge: Annotated[Edge, signed_in()],
    number: str | None = None,
    state: State | None = None,
    kind: Kind | None = None,
    category: str | None = None,
    origin: Origin | None = None,
    group_id: UUID | None = None,
    building_id: UUID | None = None,
    reporter_id: Literal["me"] | UUID | None = None,
    due: Literal["overdue", "today"] | None = None,
    limit: Limit = None,
    cursor: str | None = None,
) -> dict[str, object]:
    filters = lists.Filters(
        number=number,
        state=state,
        kind=kind,
        category=category,
        origin=origin,
        group_id=group_id,
        building_id=building_id,
        reporter_id=edge.actor.person_id if reporter_id == "me" else reporter_id,
        own=reporter_id in ("me", edge.actor.person_id),
        due=due,
    )
    page = edge.page(limit, cursor, filters)
    async with edge.reading() as tx:
        rows, count = await lists.page(tx, filters, page.limit, page.after)
        items, as_of = await lines(tx, rows), tx.now
    items = await named(edge.running, items)
    return edge.listed(items, page, lambda row: [row.filed_at, row.id], count=count, as_of=as_of)


@router.get("/{ticket_id}", response_model=detail.TicketDetail)
async def one(ticket_id: UUID, edge: Annotated[Edge, signed_in()], response: Response) -> detail.TicketDetail:
    async with edge.reading() as tx:
        found = await detail.detail(tx, ticket_id)
    (found,) = await named(edge.running, [found])
    if found.hidden and found.reporter_id not in (None, edge.actor.person_id):
        await _log_read(ticket_id, edge)
    response.headers["ETag"] = f'"{found.revision}"'
    return found


@router.patch("/{ticket_id}", response_model=Moved)
async def edit(
    ticket_id: UUID, body: EditBody, edge: Annotated[Edge, permitted("tickets.edit", if_match=True)]
) -> Response:
    command = editing.EditTicket(ticket_id=ticket_id, expected=edge.expected, values=body.model_dump(exclude_none=True))
    return await edge.command(lambda tx: editing.edit_ticket(command, tx), Moved.of)


@router.get("/{ticket_id}/timeline", response_model=timeline.Timeline)
async def read_timeline(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> timeline.Timeline:
    async with edge.reading() as tx:
        return await timeline.timeline(tx, ticket_id)


@router.get("/{ticket_id}/clock", response_model=clock.ClockView)
async def read_clock(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> clock.ClockView:
    async with edge.reading() as tx:
        return await clock.clock_view(tx, ticket_id)


@router.get("/{ticket_id}/case", response_model=cases.Case)
async def read_case(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> cases.Case:
    async with edge.reading() as tx:
        return await cases.case(tx, ticket_id)


@router.get("/{ticket_id}/assignments", response_model=Items)
async def read_assignments(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> Items:
    async with edge.reading() as tx:
        await detail.read(tx, ticket_id)
        rows = await assignments.of_ticket(tx, ticket_id)
        return Items(items=[dict(row._mapping) for row in rows], as_of=tx.now)


@router.get("/{ticket_id}/follow-ups", response_model=Items)
async def read_follow_ups(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> Items:
    async with edge.reading() as tx:
        named = mask(*await detail.read(tx, ticket_id), await watchers.hidden_reporters(tx, ticket_id))
        rows = await follow_ups.of_ticket(tx, ticket_id)
        items = [{**row._mapping, "person_id": named(row.person_id)} for row in rows]
        return Items(items=items, as_of=tx.now)


@router.get("/{ticket_id}/links", response_model=Items)
async def read_links(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> Items:
    async with edge.reading() as tx:
        await detail.read(tx, ticket_id)
        return Items(items=await linked.of_ticket(tx, ticket_id), as_of=tx.now)


@router.get("/{ticket_id}/notes", response_model=timeline.Timeline)
async def read_notes(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> timeline.Timeline:
    return await _entries(ticket_id, edge, "note")


@router.get("/{ticket_id}/contacts", response_model=timeline.Timeline)
async def read_contacts(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> timeline.Timeline:
    return await _entries(ticket_id, edge, "contact")


@router.post("/{ticket_id}/notes", response_model=editing.NoteMade, status_code=201)
async def note(ticket_id: UUID, body: NoteBody, edge: Annotated[Edge, permitted("tickets.note")]) -> Response:
    command = editing.AddNote(ticket_id=ticket_id, text=body.text, audience=body.audience)
    return await edge.command(lambda tx: editing.add_note(command, tx), lambda made: made, status=201)


async def _log_read(ticket_id: UUID, edge: Edge) -> None:
    """Who a hidden reporter is, is told only once it stands in the access log that it was."""
    try:
        async with edge.running.transaction(edge.actor) as tx:
            await record_read(tx, action="hidden_reporter_read", subject=ticket_id, fields=["reporter_id"])
    except Exception as error:
        raise Refused("access_not_recorded", status=503, retry_after=1) from error


async def _entries(ticket_id: UUID, edge: Edge, type_: str) -> timeline.Timeline:
    async with edge.reading() as tx:
        ticket, found = await detail.read(tx, ticket_id)
        words = await timeline.words(tx, ticket, found)
        return timeline.Timeline(items=[entry for entry in words if entry.type == type_], as_of=tx.now)
