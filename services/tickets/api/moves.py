"""The moves of a case: one colon verb each."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from chassis.edge import Body, Edge, permitted
from services.tickets.api.answers import Moved
from services.tickets.domain.link import LinkType
from services.tickets.domain.state import Move
from services.tickets.handlers import ideas, links, task_forces, work

router = APIRouter(tags=["tickets"], prefix="/v1/tickets")
Text = Annotated[str, Field(max_length=4_000)]
Code = Annotated[str, Field(min_length=1, max_length=40)]


class Nothing(Body):
    pass


class AcceptBody(Body):
    handler_id: UUID | None = None


class ReturnBody(Body):
    reason: Code
    suggested_group_id: UUID | None = None


class ContactBody(Body):
    result: Literal["reached", "attempt"]
    at: AwareDatetime | None = None
    note: Text = ""


class ResolveBody(Body):
    result: Text
    checklist: Annotated[tuple[Annotated[str, Field(max_length=120)], ...], Field(max_length=20)] = ()


class TaskForceBody(Body):
    size: Annotated[int, Field(ge=1, le=100)]
    purpose_code: Code
    building_id: UUID | None = None


class LinkBody(Body):
    to_id: UUID
    type: LinkType


class DecisionBody(Body):
    reason: Text
    extent: Literal["fully", "partly"] = "fully"


@router.post("/{ticket_id}:accept", response_model=Moved)
async def accept(
    ticket_id: UUID, body: AcceptBody, edge: Annotated[Edge, permitted("tickets.accept", if_match=True)]
) -> Response:
    command = work.AcceptTicket(ticket_id=ticket_id, expected=edge.expected, handler_id=body.handler_id)
    return await edge.command(lambda tx: work.accept_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:return", response_model=Moved)
async def return_(
    ticket_id: UUID, body: ReturnBody, edge: Annotated[Edge, permitted("tickets.return", if_match=True)]
) -> Response:
    command = work.ReturnTicket(
        ticket_id=ticket_id, expected=edge.expected, reason=body.reason, suggested_group_id=body.suggested_group_id
    )
    return await edge.command(lambda tx: work.return_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:record-contact", response_model=Moved)
async def record_contact(
    ticket_id: UUID, body: ContactBody, edge: Annotated[Edge, permitted("tickets.record_contact", if_match=True)]
) -> Response:
    command = work.RecordContact(
        ticket_id=ticket_id, expected=edge.expected, result=body.result, at=body.at, note=body.note
    )
    return await edge.command(lambda tx: work.record_contact(command, tx), Moved.of)


@router.post("/{ticket_id}:start", response_model=Moved)
async def start(
    ticket_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("tickets.start", if_match=True)]
) -> Response:
    command = work.Command(ticket_id=ticket_id, expected=edge.expected)
    return await edge.command(lambda tx: work.start_work(command, tx), Moved.of)


@router.post("/{ticket_id}:resolve", response_model=Moved)
async def resolve(
    ticket_id: UUID, body: ResolveBody, edge: Annotated[Edge, permitted("tickets.resolve", if_match=True)]
) -> Response:
    command = work.ResolveTicket(
        ticket_id=ticket_id, expected=edge.expected, result=body.result, checklist=body.checklist
    )
    return await edge.command(lambda tx: work.resolve_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:request-task-force", response_model=Moved)
async def request_task_force(
    ticket_id: UUID,
    body: TaskForceBody,
    edge: Annotated[Edge, permitted("tickets.request_task_force", if_match=True)],
) -> Response:
    command = task_forces.RequestTaskForce(
        ticket_id=ticket_id,
        expected=edge.expected,
        size=body.size,
        purpose_code=body.purpose_code,
        building_id=body.building_id,
    )
    return await edge.command(lambda tx: task_forces.request_task_force(command, tx), Moved.of)


@router.post("/{ticket_id}:request-help", response_model=Moved)
async def request_help(
    ticket_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("tickets.request_help", if_match=True)]
) -> Response:
    command = work.Command(ticket_id=ticket_id, expected=edge.expected)
    return await edge.command(lambda tx: task_forces.request_help(command, tx), Moved.of)


@router.post("/{ticket_id}:link", response_model=Moved)
async def link(
    ticket_id: UUID, body: LinkBody, edge: Annotated[Edge, permitted("tickets.link", if_match=True)]
) -> Response:
    command = links.LinkTickets(ticket_id=ticket_id, expected=edge.expected, to_id=body.to_id, type=body.type)
    return await edge.command(lambda tx: links.link_tickets(command, tx), Moved.of)


@router.post("/{ticket_id}:unlink", response_model=Moved)
async def unlink(
    ticket_id: UUID, body: LinkBody, edge: Annotated[Edge, permitted("tickets.unlink", if_match=True)]
) -> Response:
    command = links.LinkTickets(ticket_id=ticket_id, expected=edge.expected, to_id=body.to_id, type=body.type)
    return await edge.command(lambda tx: links.unlink_tickets(command, tx), Moved.of)


@router.post("/{ticket_id}:deliberate", response_model=Moved)
async def deliberate(
    ticket_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("tickets.deliberate", if_match=True)]
) -> Response:
    command = work.Command(ticket_id=ticket_id, expected=edge.expected)
    return await edge.command(lambda tx: ideas.deliberate(command, tx), Moved.of)


@router.post("/{ticket_id}:adopt", response_model=Moved)
async def adopt(
    ticket_id: UUID, body: DecisionBody, edge: Annotated[Edge, permitted("tickets.adopt", if_match=True)]
) -> Response:
    return await _decide(Move.ADOPT, ticket_id, body, edge)


@router.post("/{ticket_id}:decline", response_model=Moved)
async def decline(
    ticket_id: UUID, body: DecisionBody, edge: Annotated[Edge, permitted("tickets.decline", if_match=True)]
) -> Response:
    return await _decide(Move.DECLINE, ticket_id, body, edge)


async def _decide(move: Move, ticket_id: UUID, body: DecisionBody, edge: Edge) -> Response:
    command = ideas.DecideIdea(
        ticket_id=ticket_id, expected=edge.expected, move=move, reason=body.reason, extent=body.extent
    )
    return await edge.command(lambda tx: ideas.decide_idea(command, tx), Moved.of)
