"""Duties in a fund: proposed, confirmed by a second person, ended."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.edge import Body, Edge, permitted
from services.funds.api.answers import Answer, Listed
from services.funds.api.listing import listed
from services.funds.domain.duty import Duty, FundDuty
from services.funds.handlers.duties import ChangeDuty, ProposeDuty, confirm_duty, end_duty, propose_duty

router = APIRouter()


class DutyBody(Body):
    person_id: UUID
    duty: Duty
    valid_from: date | None = Field(default=None, alias="from")
    valid_until: date | None = Field(default=None, alias="until")


class DutyAnswer(Answer):
    id: UUID
    fund_id: UUID
    person_id: UUID
    duty: str
    state: str
    revision: int

    @classmethod
    def of(cls, duty: FundDuty) -> "DutyAnswer":
        return cls(
            id=duty.id,
            fund_id=duty.fund_id,
            person_id=duty.person_id,
            duty=duty.duty,
            state=duty.state,
            revision=duty.revision,
        )


@router.post("/v1/funds/{fund_id}/duties", response_model=DutyAnswer, status_code=201)
async def post_duty(fund_id: UUID, body: DutyBody, edge: Annotated[Edge, permitted("funds.duty_propose")]) -> Response:
    command = ProposeDuty(fund_id=fund_id, **body.model_dump())
    return await edge.command(lambda tx: propose_duty(command, tx), DutyAnswer.of, 201)


@router.post("/v1/duties/{duty_id}:confirm", response_model=DutyAnswer)
async def post_confirm(
    duty_id: UUID, edge: Annotated[Edge, permitted("funds.duty_confirm", if_match=True)]
) -> Response:
    command = ChangeDuty(id=duty_id, expected=edge.expected)
    return await edge.command(lambda tx: confirm_duty(command, tx), DutyAnswer.of)


@router.post("/v1/duties/{duty_id}:end", response_model=DutyAnswer)
async def post_end(duty_id: UUID, edge: Annotated[Edge, permitted("funds.duty_propose", if_match=True)]) -> Response:
    command = ChangeDuty(id=duty_id, expected=edge.expected)
    return await edge.command(lambda tx: end_duty(command, tx), DutyAnswer.of)


@router.get("/v1/funds/{fund_id}/duties", response_model=Listed)
async def list_duties(
    fund_id: UUID,
    edge: Annotated[Edge, permitted("funds.read")],
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    return await listed(edge, "duties", fund_id, limit, cursor)
