"""Approvals: what is asked, who has voted, and the vote itself."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from chassis.edge import Body, Edge, permitted
from chassis.transaction import Transaction
from services.funds.api.answers import Amount, Answer, Listed
from services.funds.api.listing import detail, listed
from services.funds.domain.approval import Decision, Part
from services.funds.domain.duty import Duty
from services.funds.handlers.approvals import CastVote, Voted, cast_vote
from services.funds.store import approvals, duties

router = APIRouter()


class VoteBody(Body):
    decision: Decision
    amount_fen: Amount
    subject_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    reason: Annotated[str, Field(min_length=1, max_length=4000)] | None = None


class VoteAnswer(Answer):
    id: UUID
    state: str
    revision: int
    application_id: UUID
    application_state: str
    commitment_id: UUID | None
    waiting: str | None

    @classmethod
    def of(cls, voted: Voted) -> "VoteAnswer":
        waits = voted.approval.state == "granted" and voted.application.state == "deciding"
        return cls(
            id=voted.approval.id,
            state=voted.approval.state,
            revision=voted.approval.revision,
            application_id=voted.application.id,
            application_state=voted.application.state,
            commitment_id=voted.application.commitment_id,
            waiting="not_enough_available" if waits else None,
        )


@router.post("/v1/approvals/{approval_id}/votes", response_model=VoteAnswer)
async def post_vote(approval_id: UUID, body: VoteBody, edge: Annotated[Edge, permitted("funds.vote")]) -> Response:
    command = CastVote(
        approval_id=approval_id,
        decision=body.decision,
        amount_fen=body.amount_fen,
        subject_hash=bytes.fromhex(body.subject_hash),
        reason=body.reason,
    )
    return await edge.command(lambda tx: cast_vote(command, tx), VoteAnswer.of)


@router.get("/v1/approvals", response_model=Listed)
async def list_approvals(
    edge: Annotated[Edge, permitted("funds.read")],
    mine: bool = False,
    fund: UUID | None = None,
    state: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    """With `mine`, those that wait for her vote."""
    asked = edge.actor.person_id if mine else None
    return await listed(edge, "approvals", fund, limit, cursor, state=state, asked=asked)


@router.get("/v1/approvals/{approval_id}")
async def get_approval(
    approval_id: UUID, edge: Annotated[Edge, permitted("funds.read")], response: Response
) -> dict[str, Any]:
    async with edge.reading() as tx:
        row = await detail(tx, "approvals", approval_id)
        why_not = await _why_not(tx, row)
    response.headers["ETag"] = f'"{row["revision"]}"'
    after = row["available_fen"] - row["amount_fen"]
    vote = {"name": "vote", "allowed": why_not is None, "why_not": why_not}
    return row | {"available_before": row.pop("available_fen"), "available_after": after, "actions": [vote]}


async def _why_not(tx: Transaction, row: dict[str, Any]) -> str | None:
    """Why her vote is not wanted: the same words that would refuse it."""
    if row["state"] != "open":
        return "approval_closed"
    if not await duties.working(tx, row["fund_id"], tx.actor.person_id, (Duty.APPROVER,)):
        return "duty_missing"
    part = (await approvals.parts(tx, row["id"])).get(tx.actor.person_id) if tx.actor.person_id else None
    return None if part is None else ("already_voted" if part is Part.APPROVER else "own_request")
