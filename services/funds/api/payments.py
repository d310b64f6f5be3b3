"""Commitments and payments: money set aside, and the orders that carry it to the bank."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.edge import Body, Edge, permitted
from chassis.transaction import new_id
from services.funds.api.answers import Amount, Answer, Listed, Moved
from services.funds.api.applications import ReasonBody
from services.funds.api.listing import detail, listed
from services.funds.domain.action import of_payment
from services.funds.domain.duty import Duty
from services.funds.domain.payment import Payment, State
from services.funds.handlers.payments import (
    MovePayment,
    PreparePayment,
    SendPayment,
    Sent,
    cancel_payment,
    prepare_payment,
    put_back_payment,
    send_payment,
    take_payment,
)
from services.funds.handlers.reveals import Reveal, reveal_payee
from services.funds.store import duties, payments

router = APIRouter()


class PayeeBody(Body):
    name: Annotated[str, Field(min_length=1, max_length=80)]
    bank: Annotated[str, Field(min_length=1, max_length=80)]
    account: Annotated[str, Field(min_length=1, max_length=40)]


class PrepareBody(Body):
    id: UUID | None = None
    commitment_id: UUID
    amount_fen: Amount
    final: bool = False
    payee: PayeeBody


class PutBackBody(Body):
    not_paid: bool


class SendBody(Body):
    amount_fen: Amount
    bank_ref: str
    paid_on: date | None = None
    documents: tuple[UUID, ...] = Field(max_length=20)


class MovedPayment(Moved):
    application_id: UUID
    slip_code: str

    @classmethod
    def of(cls, payment: Payment) -> "MovedPayment":
        return cls(
            id=payment.id,
            state=payment.state,
            revision=payment.revision,
            application_id=payment.application_id,
            slip_code=payment.slip_code,
        )


class SentPayment(MovedPayment):
    entry_id: UUID | None
    voucher: str
    application_state: str

    @classmethod
    def of_sent(cls, sent: Sent) -> "SentPayment":
        moved = MovedPayment.of(sent.payment).model_dump()
        return cls(
            **moved,
            entry_id=sent.payment.entry_id,
            voucher=sent.voucher,
            application_state=sent.application.state,
        )


@router.post("/v1/payments", response_model=MovedPayment, status_code=201)
async def post_payment(body: PrepareBody, edge: Annotated[Edge, permitted("funds.prepare")]) -> Response:
    command = PreparePayment(**{**body.model_dump(), "id": body.id or new_id()})
    return await edge.command(lambda tx: prepare_payment(command, tx), MovedPayment.of, 201)


@router.post("/v1/payments/{payment_id}:cancel", response_model=MovedPayment)
async def post_cancel(payment_id: UUID, edge: Annotated[Edge, permitted("funds.prepare", if_match=True)]) -> Response:
    command = MovePayment(id=payment_id, expected=edge.expected)
    return await edge.command(lambda tx: cancel_payment(command, tx), MovedPayment.of)


@router.post("/v1/payments/{payment_id}:take", response_model=MovedPayment)
async def post_take(payment_id: UUID, edge: Annotated[Edge, permitted("funds.pay", if_match=True)]) -> Response:
    command = MovePayment(id=payment_id, expected=edge.expected)
    return await edge.command(lambda tx: take_payment(command, tx), MovedPayment.of)


@router.post("/v1/payments/{payment_id}:put_back", response_model=MovedPayment)
async def post_put_back(
    payment_id: UUID, body: PutBackBody, edge: Annotated[Edge, permitted("funds.pay", if_match=True)]
) -> Response:
    command = MovePayment(id=payment_id, expected=edge.expected, not_paid=body.not_paid)
    return await edge.command(lambda tx: put_back_payment(command, tx), MovedPayment.of)


@router.post("/v1/payments/{payment_id}:send", response_model=SentPayment)
async def post_send(
    payment_id: UUID, body: SendBody, edge: Annotated[Edge, permitted("funds.pay", if_match=True)]
) -> Response:
    command = SendPayment(id=payment_id, expected=edge.expected, **body.model_dump())
    return await edge.command(lambda tx: send_payment(command, tx), SentPayment.of_sent)


class PayeeAnswer(Answer):
    payee: dict[str, str]


@router.post("/v1/payments/{payment_id}:reveal", response_model=PayeeAnswer)
async def post_reveal_payee(
    payment_id: UUID, body: ReasonBody, edge: Annotated[Edge, permitted("funds.read_private", key=False)]
) -> Response:
    command = Reveal(id=payment_id, reason=body.reason)
    return await edge.command(lambda tx: reveal_payee(command, tx), lambda payee: PayeeAnswer(payee=payee))


@router.get("/v1/payments", response_model=Listed)
async def list_payments(
    edge: Annotated[Edge, permitted("funds.read")],
    fund: UUID | None = None,
    state: State | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    return await listed(edge, "payments", fund, limit, cursor, state=state)


@router.get("/v1/payments/{payment_id}")
async def get_payment(
    payment_id: UUID, edge: Annotated[Edge, permitted("funds.read")], response: Response
) -> dict[str, Any]:
    async with edge.reading() as tx:
        row = await detail(tx, "payments", payment_id)
        held = await duties.working(tx, row["fund_id"], tx.actor.person_id, Duty)
        case = await payments.load(tx, payment_id)
        found = of_payment(case, by=tx.actor.person_id, duties=held)
    response.headers["ETag"] = f'"{row["revision"]}"'
    actions = [{"name": action.name, "allowed": action.allowed, "why_not": action.why_not} for action in found]
    return row | {"actions": actions}


@router.get("/v1/commitments", response_model=Listed)
async def list_commitments(
    edge: Annotated[Edge, permitted("funds.read")],
    ticket: UUID | None = None,
    fund: UUID | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    return await listed(edge, "commitments", fund, limit, cursor, ticket=ticket)
