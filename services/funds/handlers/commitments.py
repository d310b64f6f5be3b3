"""Money set aside: made when an application is approved, tried again when money comes, given up after 60 days."""

from uuid import UUID

from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.funds.domain import application as applications_rules
from services.funds.domain import payment as payment_rules
from services.funds.domain.application import Application, Move
from services.funds.domain.commitment import EXPIRE_AFTER, State
from services.funds.domain.fund import Fund
from services.funds.events import (
    ApplicationApproved,
    ApplicationLapsed,
    CommitmentMade,
    CommitmentReleased,
)
from services.funds.store import applications, approvals, commitments, funds, ledger, payments


async def reserve(fund: Fund, application: Application, tx: Transaction) -> Application:
    """Approve it with the money set aside in the same transaction; else it stays and waits for money."""
    assert application.approval_id is not None
    reserved = await ledger.reserve(tx, application.approval_id, tx.new_id())
    if reserved.commitment_id is None:
        return application
    approved = applications_rules.approve(application, commitment_id=reserved.commitment_id)
    saved = await applications.save(tx, approved)
    await tx.set_timer("commitment_expiry", str(reserved.commitment_id), tx.now + EXPIRE_AFTER)
    moved = fund.moved(reserved.revision, saved.correlation)
    tx.announce(CommitmentMade.of(fund, reserved.commitment_id), moved)
    tx.announce(ApplicationApproved.of(saved), saved)
    return saved


async def reserve_waiting(fund: Fund, tx: Transaction) -> tuple[UUID, ...]:
    """Money has come: the approved applications that wait for it are tried again, oldest first."""
    approved = []
    for id in await applications.waiting(tx, fund.id):
        application = await applications.load(tx, id, hold=True)
        if (await reserve(fund, application, tx)).commitment_id is not None:
            approved.append(id)
    return tuple(approved)


async def release(fund: Fund, application: Application, state: State, tx: Transaction) -> int:
    """Give up the rest of its commitment and cancel the orders nobody has in hand; what was paid of it, in fen."""
    commitment_id = application.commitment_id
    assert commitment_id is not None
    released = await ledger.release(tx, commitment_id, state, tx.now)
    for order in await payments.under_way(tx, commitment_id):
        await payments.save(tx, order.moved(payment_rules.Move.CANCEL))
    await tx.cancel_timer("commitment_expiry", str(commitment_id))
    moved = fund.moved(released.revision, application.correlation)
    tx.announce(CommitmentReleased.of(fund, commitment_id), moved)
    return released.paid_fen


async def expire_commitment(timer: DueTimer, tx: Transaction) -> None:
    """Nobody paid in 60 days. A slip that somebody has in hand is waited for; what was partly paid counts as paid."""
    commitment = await commitments.load(tx, UUID(timer.key))
    fund = await funds.load(tx, commitment.fund_id)
    await ledger.lock(tx, fund)
    commitment = await commitments.load(tx, commitment.id)
    if commitment.state not in (State.OPEN, State.PART_PAID):
        return
    approval = await approvals.load(tx, commitment.approval_id, hold=True)
    if any(p.state is payment_rules.State.IN_HAND for p in await payments.under_way(tx, commitment.id)):
        await tx.set_timer("commitment_expiry", timer.key, tx.now + EXPIRE_AFTER)
        return
    application = await applications.load(tx, approval.subject_id, hold=True)
    paid_fen = await release(fund, application, State.EXPIRED, tx)
    saved = await applications.save(tx, application.moved(Move.SETTLE if paid_fen else Move.LAPSE))
    if saved.state is applications_rules.State.LAPSED:
        tx.announce(ApplicationLapsed.of(saved), saved)
    await reserve_waiting(fund, tx)
