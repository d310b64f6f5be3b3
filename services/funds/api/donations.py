"""Donations: gifts of money, and the proceeds of what makers sold."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.edge import Body, Edge, permitted
from chassis.transaction import new_id
from services.funds.api.answers import Amount, Answer, Listed
from services.funds.api.listing import detail, listed
from services.funds.domain.donation import Form, Publish
from services.funds.handlers.donations import Received, ReceiveDonation, receive_donation

router = APIRouter()


class DonationBody(Body):
    id: UUID | None = None
    fund_id: UUID
    form: Form
    amount_fen: Amount
    received_on: date | None = None
    donor_id: UUID | None = None
    publish: Publish = Publish.ANONYMOUS
    reference: str | None = None


class DonationAnswer(Answer):
    id: UUID
    fund_id: UUID
    state: str
    revision: int
    entry_id: UUID
    voucher: str
    approved_applications: list[UUID]

    @classmethod
    def of(cls, received: Received) -> "DonationAnswer":
        donation = received.donation
        return cls(
            id=donation.id,
            fund_id=donation.fund_id,
            state=donation.state,
            revision=donation.revision,
            entry_id=donation.entry_id,
            voucher=received.voucher,
            approved_applications=list(received.approved),
        )


@router.post("/v1/donations", response_model=DonationAnswer, status_code=201)
async def post_donation(body: DonationBody, edge: Annotated[Edge, permitted("funds.donate")]) -> Response:
    command = ReceiveDonation(**{**body.model_dump(), "id": body.id or new_id()})
    return await edge.command(lambda tx: receive_donation(command, tx), DonationAnswer.of, 201)


@router.get("/v1/donations", response_model=Listed)
async def list_donations(
    edge: Annotated[Edge, permitted("funds.read")],
    fund: UUID | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    return await listed(edge, "donations", fund, limit, cursor)


@router.get("/v1/donations/{donation_id}")
async def get_donation(
    donation_id: UUID, edge: Annotated[Edge, permitted("funds.read")], response: Response
) -> dict[str, Any]:
    async with edge.reading() as tx:
        row = await detail(tx, "donations", donation_id)
    response.headers["ETag"] = f'"{row["revision"]}"'
    return row
