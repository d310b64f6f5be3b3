"""The desk's moves, and the verdicts of residents and verifiers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.edge import Body, Edge, permitted
from services.tickets.api.answers import AnswerTaken, Moved
from services.tickets.api.moves import Code, Text
from services.tickets.domain.follow_up import NOT_STATED
from services.tickets.domain.profile import Kind
from services.tickets.handlers import reopening, routing, triage, verdicts

router = APIRouter(tags=["tickets"], prefix="/v1/tickets")


class ConfirmBody(Body):
    kind: Kind | None = None
    category: Code | None = None
    building_id: UUID | None = None


class TriageBody(Body):
    kind: Kind | None = None
    category: Code | None = None
    class_code: Annotated[Code | None, Field(alias="class")] = None
    building_id: UUID | None = None
    reason: Text = ""


class AssignBody(Body):
    group_id: UUID
    handler_id: UUID | None = None
    reason: Text = ""


class RejectBody(Body):
    reason: Code
    sentence: Annotated[str, Field(min_length=1, max_length=1_000)]


class WithdrawBody(Body):
    reason: Text = ""


class AnswerBody(Body):
    round: Annotated[int, Field(ge=1)]
    answer: Code
    reason: Code = NOT_STATED
    words: Text = ""


class ReopenBody(Body):
    reason: Text
    handler_id: UUID | None = None
    another_handler: bool = False


@router.post("/{ticket_id}:confirm", response_model=Moved)
async def confirm(
    ticket_id: UUID, body: ConfirmBody, edge: Annotated[Edge, permitted("tickets.confirm", if_match=True)]
) -> Response:
    command = triage.TriageTicket(
        ticket_id=ticket_id,
        expected=edge.expected,
        kind=body.kind,
        category=body.category,
        building_id=body.building_id,
    )
    return await edge.command(lambda tx: triage.confirm_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:triage", response_model=Moved)
async def triage_(
    ticket_id: UUID, body: TriageBody, edge: Annotated[Edge, permitted("tickets.triage", if_match=True)]
) -> Response:
    command = triage.TriageTicket(
        ticket_id=ticket_id,
        expected=edge.expected,
        kind=body.kind,
        category=body.category,
        class_code=body.class_code,
        building_id=body.building_id,
        reason=body.reason,
    )
    return await edge.command(lambda tx: triage.triage_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:assign", response_model=Moved)
async def assign(
    ticket_id: UUID, body: AssignBody, edge: Annotated[Edge, permitted("tickets.assign", if_match=True)]
) -> Response:
    command = routing.AssignTicket(
        ticket_id=ticket_id,
        expected=edge.expected,
        group_id=body.group_id,
        handler_id=body.handler_id,
        reason=body.reason,
    )
    return await edge.command(lambda tx: routing.assign_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:reject", response_model=Moved)
async def reject(
    ticket_id: UUID, body: RejectBody, edge: Annotated[Edge, permitted("tickets.reject", if_match=True)]
) -> Response:
    command = triage.RejectTicket(
        ticket_id=ticket_id, expected=edge.expected, reason=body.reason, sentence=body.sentence
    )
    return await edge.command(lambda tx: triage.reject_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:withdraw", response_model=Moved)
async def withdraw(
    ticket_id: UUID, body: WithdrawBody, edge: Annotated[Edge, permitted("tickets.withdraw", if_match=True)]
) -> Response:
    command = triage.WithdrawTicket(ticket_id=ticket_id, expected=edge.expected, reason=body.reason)
    return await edge.command(lambda tx: triage.withdraw_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:answer", response_model=AnswerTaken)
async def answer(
    ticket_id: UUID, body: AnswerBody, edge: Annotated[Edge, permitted("tickets.answer", if_match=True)]
) -> Response:
    command = verdicts.AnswerTicket(
        ticket_id=ticket_id,
        expected=edge.expected,
        round=body.round,
        answer=body.answer,
        reason=body.reason,
        words=body.words,
    )
    return await edge.command(lambda tx: verdicts.answer_ticket(command, tx), AnswerTaken.of_answer)


@router.post("/{ticket_id}:reopen", response_model=Moved)
async def reopen(
    ticket_id: UUID, body: ReopenBody, edge: Annotated[Edge, permitted("tickets.reopen", if_match=True)]
) -> Response:
    command = reopening.ReopenTicket(
        ticket_id=ticket_id,
        expected=edge.expected,
        reason=body.reason,
        handler_id=body.handler_id,
        another_handler=body.another_handler,
    )
    return await edge.command(lambda tx: reopening.reopen_ticket(command, tx), Moved.of)
