"""Applications for help: each move of a clerk, lists, and one with what could be done with it now."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.edge import Body, Edge, permitted
from chassis.transaction import Transaction, new_id
from services.funds.api.answers import Amount, Answer, Listed, Moved
from services.funds.api.listing import detail, listed
from services.funds.domain.action import of_application
from services.funds.domain.application import Application, Category, State
from services.funds.domain.duty import Duty
from services.funds.handlers.applications import (
    PlainMove,
    ReasonedMove,
    SignForApplication,
    SubmitApplication,
    VerifyApplication,
    ask_decision,
    return_application,
    sign_for_application,
    submit_application,
    verify_application,
    withdraw_application,
)
from services.funds.handlers.drafts import OpenApplication, open_application
from services.funds.handlers.reveals import Reveal, reveal_application
from services.funds.store import applications, duties

router = APIRouter()
Words = Annotated[str, Field(min_length=1, max_length=4000)]


class OpenBody(Body):
    id: UUID | None = None
    ticket_id: UUID
    fund_id: UUID | None = None
    category: Category = Category.HARDSHIP


class SubmitBody(Body):
    fund_id: UUID | None = None
    category: Category = Category.HARDSHIP
    asked_fen: Amount
    urgent: bool = False
    beneficiary_id: UUID | None = None
    statement: Words
    consent: bool
    documents: tuple[UUID, ...] = Field(max_length=20)


class VerifyBody(Body):
    proposed_fen: Amount
    visited_on: date
    visit_note: Words


class ReasonBody(Body):
    reason: Words


class DocumentsBody(Body):
    documents: tuple[UUID, ...] = Field(max_length=20)


class MovedApplication(Moved):
    """With the approval and the commitment that it has got."""

    approval_id: UUID | None
    commitment_id: UUID | None

    @classmethod
    def of(cls, application: Application) -> "MovedApplication":
        return cls(
            id=application.id,
            state=application.state,
            revision=application.revision,
            approval_id=application.approval_id,
            commitment_id=application.commitment_id,
        )


@router.post("/v1/applications", response_model=MovedApplication, status_code=201)
async def post_application(body: OpenBody, edge: Annotated[Edge, permitted("funds.apply")]) -> Response:
    command = OpenApplication(**{**body.model_dump(), "id": body.id or new_id()})
    return await edge.command(lambda tx: open_application(command, tx), MovedApplication.of, 201)


@router.post("/v1/applications/{application_id}:submit", response_model=MovedApplication)
async def post_submit(
    application_id: UUID, body: SubmitBody, edge: Annotated[Edge, permitted("funds.apply", if_match=True)]
) -> Response:
    command = SubmitApplication(id=application_id, expected=edge.expected, **body.model_dump())
    return await edge.command(lambda tx: submit_application(command, tx), MovedApplication.of)


@router.post("/v1/applications/{application_id}:verify", response_model=MovedApplication)
async def post_verify(
    application_id: UUID, body: VerifyBody, edge: Annotated[Edge, permitted("funds.apply", if_match=True)]
) -> Response:
    command = VerifyApplication(id=application_id, expected=edge.expected, **body.model_dump())
    return await edge.command(lambda tx: verify_application(command, tx), MovedApplication.of)


@router.post("/v1/applications/{application_id}:return", response_model=MovedApplication)
async def post_return(
    application_id: UUID, body: ReasonBody, edge: Annotated[Edge, permitted("funds.return", if_match=True)]
) -> Response:
    command = ReasonedMove(id=application_id, expected=edge.expected, reason=body.reason)
    return await edge.command(lambda tx: return_application(command, tx), MovedApplication.of)


@router.post("/v1/applications/{application_id}:ask_decision", response_model=MovedApplication)
async def post_ask_decision(
    application_id: UUID, edge: Annotated[Edge, permitted("funds.apply", if_match=True)]
) -> Response:
    command = PlainMove(id=application_id, expected=edge.expected)
    return await edge.command(lambda tx: ask_decision(command, tx), MovedApplication.of)


@router.post("/v1/applications/{application_id}:withdraw", response_model=MovedApplication)
async def post_withdraw(
    application_id: UUID, body: ReasonBody, edge: Annotated[Edge, permitted("funds.apply", if_match=True)]
) -> Response:
    command = ReasonedMove(id=application_id, expected=edge.expected, reason=body.reason)
    return await edge.command(lambda tx: withdraw_application(command, tx), MovedApplication.of)


@router.post("/v1/applications/{application_id}:sign_for", response_model=MovedApplication)
async def post_sign_for(
    application_id: UUID, body: DocumentsBody, edge: Annotated[Edge, permitted("funds.apply", if_match=True)]
) -> Response:
    command = SignForApplication(id=application_id, expected=edge.expected, documents=body.documents)
    return await edge.command(lambda tx: sign_for_application(command, tx), MovedApplication.of)


class Revealed(Answer):
    statement: str | None
    visit_note: str | None
    reasons: list[str]

    @classmethod
    def of(cls, words: list[tuple[str, str]]) -> "Revealed":
        newest = dict(words)
        reasons = [text for place, text in words if place == "reason"]
        return cls(statement=newest.get("statement"), visit_note=newest.get("visit_note"), reasons=reasons)


@router.post("/v1/applications/{application_id}:reveal", response_model=Revealed)
async def post_reveal(
    application_id: UUID, body: ReasonBody, edge: Annotated[Edge, permitted("funds.read_private", key=False)]
) -> Response:
    command = Reveal(id=application_id, reason=body.reason)
    return await edge.command(lambda tx: reveal_application(command, tx), Revealed.of)


@router.get("/v1/applications", response_model=Listed)
async def list_applications(
    edge: Annotated[Edge, permitted("funds.read")],
    ticket: UUID | None = None,
    fund: UUID | None = None,
    state: State | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    return await listed(edge, "applications", fund, limit, cursor, ticket=ticket, state=state)


@router.get("/v1/applications/{application_id}")
async def get_application(
    application_id: UUID, edge: Annotated[Edge, permitted("funds.read")], response: Response
) -> dict[str, Any]:
    async with edge.reading() as tx:
        row = await detail(tx, "applications", application_id)
        actions = await _actions(tx, application_id)
    response.headers["ETag"] = f'"{row["revision"]}"'
    return row | {"actions": actions}


async def _actions(tx: Transaction, id: UUID) -> list[dict[str, Any]]:
    case = await applications.load(tx, id)
    held = await duties.working(tx, case.fund, tx.actor.person_id, Duty)
    payers = await applications.payers(tx, case.approval_id)
    found = of_application(case, by=tx.actor.person_id, duties=held, payers=payers)
    return [{"name": action.name, "allowed": action.allowed, "why_not": action.why_not} for action in found]
