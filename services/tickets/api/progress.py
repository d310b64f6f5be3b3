"""What moves a case on, or lets it wait: one colon verb each."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field

from chassis.edge import Body, Edge, permitted
from services.tickets.api.answers import Moved
from services.tickets.api.moves import Code, Nothing, Text
from services.tickets.domain.state import Move
from services.tickets.handlers import call_tasks, clocks, closings, cohandling, handovers, work
from services.tickets.handlers.cohandling import Helping

router = APIRouter(tags=["tickets"], prefix="/v1/tickets")


class HandOverBody(Body):
    handler_id: UUID
    note: Text


class TransferBody(Body):
    group_id: UUID
    reason: Text


class CohandlerBody(Body):
    group_id: UUID
    required: bool = False
    what: Text = ""


class WaitBody(Body):
    reason: Text
    until: AwareDatetime


class WordsBody(Body):
    words: Text = ""


class ReasonBody(Body):
    reason: Text = ""


class ExtensionBody(Body):
    """`minutes` in the unit of the case's resolve clock: a working day is 420, a calendar day 1,440."""

    minutes: Annotated[int, Field(ge=1, le=100_000)]
    reason: Text


class FindingBody(Body):
    finding: Text


class LookBackBody(Body):
    result: Code
    words: Text = ""


class Helped(Moved):
    child_id: UUID

    @classmethod
    def of_help(cls, helping: Helping) -> Self:
        return cls(**Moved.of(helping.ticket).model_dump(), child_id=helping.child_id)


@router.post("/{ticket_id}:hand-over", response_model=Moved)
async def hand_over(
    ticket_id: UUID, body: HandOverBody, edge: Annotated[Edge, permitted("tickets.hand_over", if_match=True)]
) -> Response:
    command = handovers.HandOver(
        ticket_id=ticket_id, expected=edge.expected, handler_id=body.handler_id, note=body.note
    )
    return await edge.command(lambda tx: handovers.hand_over(command, tx), Moved.of)


@router.post("/{ticket_id}:transfer", response_model=Moved)
async def transfer(
    ticket_id: UUID, body: TransferBody, edge: Annotated[Edge, permitted("tickets.transfer", if_match=True)]
) -> Response:
    command = handovers.Transfer(
        ticket_id=ticket_id, expected=edge.expected, group_id=body.group_id, reason=body.reason
    )
    return await edge.command(lambda tx: handovers.transfer(command, tx), Moved.of)


@router.post("/{ticket_id}:add-cohandler", response_model=Helped)
async def add_cohandler(
    ticket_id: UUID, body: CohandlerBody, edge: Annotated[Edge, permitted("tickets.add_cohandler", if_match=True)]
) -> Response:
    command = cohandling.AddCohandler(
        ticket_id=ticket_id,
        expected=edge.expected,
        group_id=body.group_id,
        required=body.required,
        what=body.what,
    )
    return await edge.command(lambda tx: cohandling.add_cohandler(command, tx), Helped.of_help)


@router.post("/{ticket_id}:wait-for-resident", response_model=Moved)
async def wait_for_resident(
    ticket_id: UUID, body: WaitBody, edge: Annotated[Edge, permitted("tickets.wait_for_resident", if_match=True)]
) -> Response:
    return await _wait(Move.WAIT_FOR_RESIDENT, ticket_id, body, edge)


@router.post("/{ticket_id}:wait-for-external", response_model=Moved)
async def wait_for_external(
    ticket_id: UUID, body: WaitBody, edge: Annotated[Edge, permitted("tickets.wait_for_external", if_match=True)]
) -> Response:
    return await _wait(Move.WAIT_FOR_EXTERNAL, ticket_id, body, edge)


async def _wait(move: Move, ticket_id: UUID, body: WaitBody, edge: Edge) -> Response:
    command = clocks.Wait(ticket_id=ticket_id, expected=edge.expected, move=move, reason=body.reason, until=body.until)
    return await edge.command(lambda tx: clocks.wait(command, tx), Moved.of)


@router.post("/{ticket_id}:resume", response_model=Moved)
async def resume(
    ticket_id: UUID, body: WordsBody, edge: Annotated[Edge, permitted("tickets.resume", if_match=True)]
) -> Response:
    command = clocks.Resume(ticket_id=ticket_id, expected=edge.expected, words=body.words)
    return await edge.command(lambda tx: clocks.resume_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:ask-extension", response_model=Moved)
async def ask_extension(
    ticket_id: UUID, body: ExtensionBody, edge: Annotated[Edge, permitted("tickets.ask_extension", if_match=True)]
) -> Response:
    command = clocks.AskExtension(ticket_id=ticket_id, expected=edge.expected, minutes=body.minutes, reason=body.reason)
    return await edge.command(lambda tx: clocks.ask_extension(command, tx), Moved.of)


@router.post("/{ticket_id}:extend", response_model=Moved)
async def extend(
    ticket_id: UUID, body: ReasonBody, edge: Annotated[Edge, permitted("tickets.extend", if_match=True)]
) -> Response:
    return await _decide(Move.EXTEND, ticket_id, body, edge)


@router.post("/{ticket_id}:refuse-extension", response_model=Moved)
async def refuse_extension(
    ticket_id: UUID, body: ReasonBody, edge: Annotated[Edge, permitted("tickets.refuse_extension", if_match=True)]
) -> Response:
    return await _decide(Move.REFUSE_EXTENSION, ticket_id, body, edge)


async def _decide(move: Move, ticket_id: UUID, body: ReasonBody, edge: Edge) -> Response:
    command = clocks.DecideExtension(ticket_id=ticket_id, expected=edge.expected, move=move, reason=body.reason)
    return await edge.command(lambda tx: clocks.decide_extension(command, tx), Moved.of)


@router.post("/{ticket_id}:retract", response_model=Moved)
async def retract(
    ticket_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("tickets.retract", if_match=True)]
) -> Response:
    command = work.Command(ticket_id=ticket_id, expected=edge.expected)
    return await edge.command(lambda tx: closings.retract(command, tx), Moved.of)


@router.post("/{ticket_id}:nudge", response_model=Moved)
async def nudge(
    ticket_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("tickets.nudge", if_match=True)]
) -> Response:
    command = work.Command(ticket_id=ticket_id, expected=edge.expected)
    return await edge.command(lambda tx: closings.nudge_ticket(command, tx), Moved.of)


@router.post("/{ticket_id}:conclude", response_model=Moved)
async def conclude(
    ticket_id: UUID, body: FindingBody, edge: Annotated[Edge, permitted("tickets.conclude", if_match=True)]
) -> Response:
    command = closings.Conclude(ticket_id=ticket_id, expected=edge.expected, finding=body.finding)
    return await edge.command(lambda tx: closings.conclude(command, tx), Moved.of)


@router.post("/{ticket_id}:look-back", response_model=Moved)
async def look_back(
    ticket_id: UUID, body: LookBackBody, edge: Annotated[Edge, permitted("tickets.look_back", if_match=True)]
) -> Response:
    command = call_tasks.LookBack(ticket_id=ticket_id, expected=edge.expected, result=body.result, words=body.words)
    return await edge.command(lambda tx: call_tasks.look_back(command, tx), Moved.of)


@router.post("/{ticket_id}:acknowledge", response_model=Moved)
async def acknowledge(
    ticket_id: UUID, body: WordsBody, edge: Annotated[Edge, permitted("tickets.acknowledge", if_match=True)]
) -> Response:
    command = closings.Acknowledge(ticket_id=ticket_id, expected=edge.expected, words=body.words)
    return await edge.command(lambda tx: closings.acknowledge(command, tx), Moved.of)
