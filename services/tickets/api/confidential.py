"""Confidential cases: an own router over own tables."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from chassis.refused import Refused
from services.tickets.domain.confidential import Case
from services.tickets.handlers import confidential as handlers
from services.tickets.handlers.confidential import CaseCommand, FileCase
from services.tickets.views import confidential as views

router = APIRouter(tags=["confidential cases"], prefix="/v1/confidential-cases")
Words = Annotated[str, Field(min_length=1, max_length=4_000)]
Moving = Annotated[Edge, permitted("confidential.move", if_match=True)]


class CaseBody(Body):
    category: Literal["counselling", "rights"] = "counselling"
    text: Words
    building_id: UUID | None = None
    community_id: UUID | None = None


class ContactBody(Body):
    result: Literal["reached", "attempt"]


class ResultBody(Body):
    result: Words


class AnswerBody(Body):
    answer: Annotated[str, Field(max_length=40)]


class ReasonBody(Body):
    reason: Annotated[str, Field(max_length=4_000)] = ""


class TextBody(Body):
    text: Words


class Nothing(Body):
    pass


class CaseMoved(BaseModel):
    id: UUID
    state: str
    state_type: str
    round: int
    revision: int

    @classmethod
    def of(cls, case: Case) -> Self:
        return cls(id=case.id, state=case.state, state_type=case.state_type, round=case.round, revision=case.revision)


class Cases(BaseModel):
    items: list[views.CaseRow]
    next: None = None
    as_of: datetime


class CaseCount(BaseModel):
    count: int | None
    as_of: datetime


@router.post("", response_model=CaseMoved, status_code=201)
async def file(body: CaseBody, edge: Annotated[Edge, permitted("confidential.file")]) -> Response:
    command = FileCase(
        category=body.category, text=body.text, building_id=body.building_id, community_id=body.community_id
    )
    return await edge.command(lambda tx: handlers.file_case(command, tx), CaseMoved.of, status=201)


@router.get("", response_model=Cases)
async def list_cases(edge: Annotated[Edge, permitted("confidential.read")]) -> Cases:
    async with edge.reading() as tx:
        return Cases(items=await views.own_cases(tx), as_of=tx.now)


@router.get(":counts", response_model=CaseCount)
async def count(edge: Annotated[Edge, permitted("confidential.count")]) -> CaseCount:
    async with edge.reading() as tx:
        return CaseCount(count=await views.count(tx), as_of=tx.now)


@router.get("/{case_id}", response_model=views.CaseModel)
async def one(
    case_id: UUID, edge: Annotated[Edge, permitted("confidential.read")], response: Response
) -> views.CaseModel:
    try:
        async with edge.running.transaction(edge.actor) as tx:
            await handlers.log_read(case_id, tx)
    except Refused:
        raise
    except Exception as error:
        raise Refused("access_not_recorded", status=503, retry_after=1) from error
    async with edge.reading() as tx:
        found = await views.one_case(tx, case_id)
    response.headers["ETag"] = f'"{found.revision}"'
    return found


@router.post("/{case_id}:accept", response_model=CaseMoved)
async def accept(case_id: UUID, body: Nothing, edge: Moving) -> Response:
    command = CaseCommand(case_id=case_id, expected=edge.expected)
    return await edge.command(lambda tx: handlers.accept_case(command, tx), CaseMoved.of)


@router.post("/{case_id}:record-contact", response_model=CaseMoved)
async def record_contact(case_id: UUID, body: ContactBody, edge: Moving) -> Response:
    command = CaseCommand(case_id=case_id, expected=edge.expected)
    reached = body.result == "reached"
    return await edge.command(lambda tx: handlers.contact_case(command, reached, tx), CaseMoved.of)


@router.post("/{case_id}:start", response_model=CaseMoved)
async def start(case_id: UUID, body: Nothing, edge: Moving) -> Response:
    command = CaseCommand(case_id=case_id, expected=edge.expected)
    return await edge.command(lambda tx: handlers.start_case(command, tx), CaseMoved.of)


@router.post("/{case_id}:resolve", response_model=CaseMoved)
async def resolve(case_id: UUID, body: ResultBody, edge: Moving) -> Response:
    command = CaseCommand(case_id=case_id, expected=edge.expected, words=body.result)
    return await edge.command(lambda tx: handlers.resolve_case(command, tx), CaseMoved.of)


@router.post("/{case_id}:answer", response_model=CaseMoved)
async def answer(case_id: UUID, body: AnswerBody, edge: Moving) -> Response:
    command = CaseCommand(case_id=case_id, expected=edge.expected)
    return await edge.command(lambda tx: handlers.answer_case(command, body.answer, tx), CaseMoved.of)


@router.post("/{case_id}:reopen", response_model=CaseMoved)
async def reopen(case_id: UUID, body: ReasonBody, edge: Moving) -> Response:
    command = CaseCommand(case_id=case_id, expected=edge.expected, words=body.reason)
    return await edge.command(lambda tx: handlers.reopen_case(command, tx), CaseMoved.of)


@router.post("/{case_id}/notes", response_model=CaseMoved, status_code=201)
async def note(case_id: UUID, body: TextBody, edge: Annotated[Edge, permitted("confidential.move")]) -> Response:
    command = CaseCommand(case_id=case_id, words=body.text)
    return await edge.command(lambda tx: handlers.add_note(command, tx), CaseMoved.of, status=201)
