"""Votes, and what becomes of an approval when they are there or never come."""

from dataclasses import dataclass, replace
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.funds.domain import approval as rules
from services.funds.domain.application import Application
from services.funds.domain.application import Move as ApplicationMove
from services.funds.domain.approval import Approval, Decision, Move, Part, State, Vote
from services.funds.domain.duty import Duty
from services.funds.domain.fund import Fund
from services.funds.domain.money import amount
from services.funds.events import (
    ApplicationRejected,
    ApplicationReturned,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalRefused,
    ApprovalRequested,
)
from services.funds.handlers.access import acting_person, admitted_fund
from services.funds.handlers.commitments import reserve
from services.funds.store import applications, approvals, duties, funds, ledger, private


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote:
    approval_id: UUID
    decision: Decision
    amount_fen: object
    subject_hash: bytes
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """The approval and its application after the vote."""

    approval: Approval
    application: Application


async def cast_vote(command: CastVote, tx: Transaction) -> Voted:
    """A vote that may grant locks the fund first: the money is set aside in the same transaction."""
    seen = await approvals.load(tx, command.approval_id)
    fund = await admitted_fund(tx, seen.fund_id, "funds.vote")
    by = acting_person(tx)
    await ledger.lock(tx, fund)
    approval = await approvals.load(tx, seen.id, hold=True)
    if rules.standing_vote(await approvals.votes(tx, approval.id), by, command.decision):
        return Voted(approval=approval, application=await applications.load(tx, approval.subject_id))
    vote = await _checked(command, approval, by, tx)
    await approvals.add_vote(tx, approval.id, vote)
    if command.decision is Decision.NO:
        await _keep_reason(command, approval, tx)
    valid = await approvals.valid_yes(tx, approval.id)
    decided = rules.decided(approval, decision=vote.decision, valid_yes=valid, at=tx.now)
    saved = await approvals.save(tx, decided)
    await record_act(tx, action="vote_cast", subject=approval.id, fields=["decision"])
    return Voted(approval=saved, application=await _carried_out(fund, saved, tx))


async def _checked(command: CastVote, approval: Approval, by: UUID, tx: Transaction) -> Vote:
    """Her vote, if she may cast it and has read what stands there now."""
    rules.refuse_part(await approvals.parts(tx, approval.id), by, Part.APPROVER)
    rules.refuse_decided(approval)
    typed = amount(command.amount_fen)
    rules.refuse_other_subject(approval, subject_hash=command.subject_hash, amount_fen=typed)
    return Vote(person_id=by, decision=command.decision, subject_hash=command.subject_hash, at=tx.now)


async def _keep_reason(command: CastVote, approval: Approval, tx: Transaction) -> None:
    if not command.reason:
        errors = [{"pointer": "/reason", "code": "missing", "detail": "a no needs its reason"}]
        raise Refused("reason_missing", status=422, errors=errors)
    await private.keep_words(tx, approval.subject_id, "reason", command.reason)


async def _carried_out(fund: Fund, approval: Approval, tx: Transaction) -> Application:
    """What the decision means for the application."""
    application = await applications.load(tx, approval.subject_id, hold=True)
    if approval.state is State.GRANTED:
        await _forget_timers(approval, tx)
        tx.announce(ApprovalGranted.of(approval), approval)
        return await reserve(fund, application, tx)
    if approval.state is State.REFUSED:
        await _forget_timers(approval, tx)
        rejected = await applications.save(tx, application.moved(ApplicationMove.REJECT))
        tx.announce(ApprovalRefused.of(approval), approval)
        tx.announce(ApplicationRejected.of(rejected), rejected)
        return rejected
    return application


async def _forget_timers(approval: Approval, tx: Transaction) -> None:
    for kind in ("approval_reminder", "approval_expiry"):
        await tx.cancel_timer(kind, str(approval.id))


async def remind_approvers(timer: DueTimer, tx: Transaction) -> None:
    """Two days and no decision: whoever has not voted is asked once more."""
    approval = await approvals.load(tx, UUID(timer.key))
    if approval.state is not State.OPEN:
        return
    parts = await approvals.parts(tx, approval.id)
    people = [person for person in await duties.holders(tx, approval.fund_id, Duty.APPROVER) if person not in parts]
    tx.announce(ApprovalRequested.of(approval, people), approval)


async def expire_approval(timer: DueTimer, tx: Transaction) -> None:
    """Fourteen days and no decision: the application goes back to its author."""
    seen = await approvals.load(tx, UUID(timer.key))
    await ledger.lock(tx, await funds.load(tx, seen.fund_id))
    approval = await approvals.load(tx, seen.id, hold=True)
    if approval.state is not State.OPEN:
        return
    expired = await approvals.save(tx, replace(approval.moved(Move.EXPIRE), decided_at=tx.now))
    application = await applications.load(tx, approval.subject_id, hold=True)
    returned = await applications.save(tx, application.moved(ApplicationMove.SEND_BACK))
    tx.announce(ApprovalExpired.of(expired), expired)
    tx.announce(ApplicationReturned.of(returned), returned)
