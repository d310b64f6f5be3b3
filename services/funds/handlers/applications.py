"""An application for help, from a clerk's side: submitted, verified, returned, brought to a decision, ended."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain import application as rules
from services.funds.domain import approval as approval_rules
from services.funds.domain.application import Application, Category, Move, Request
from services.funds.domain.approval import EXPIRE_AFTER, REMIND_AFTER
from services.funds.domain.commitment import State as CommitmentState
from services.funds.domain.duty import Duty
from services.funds.domain.fund import refuse_date_before_opening
from services.funds.domain.money import amount
from services.funds.domain.period import day_of
from services.funds.events import (
    ApplicationClosed,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ApprovalRequested,
)
from services.funds.handlers.access import acting_person, admitted_fund, refuse_stale
from services.funds.handlers.commitments import release, reserve_waiting
from services.funds.handlers.drafts import open_ticket
from services.funds.store import applications, approvals, duties, ledger, private


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitApplication:
    id: UUID
    expected: int | None
    fund_id: UUID | None
    category: Category
    asked_fen: object
    urgent: bool
    beneficiary_id: UUID | None
    statement: str
    consent: bool
    documents: tuple[UUID, ...]


async def submit_application(command: SubmitApplication, tx: Transaction) -> Application:
    application = await applications.load(tx, command.id, hold=True)
    fund = await admitted_fund(tx, command.fund_id or application.fund_id, "funds.apply")
    if fund.community_id != application.community_id:
        raise Refused("not_found", status=404)
    beneficiary = command.beneficiary_id or application.beneficiary_id or application.applicant_id
    if beneficiary is None:
        raise Refused("beneficiary_missing", status=422)
    request = Request(
        fund_id=fund.id,
        category=command.category,
        asked_fen=amount(command.asked_fen, "/asked_fen"),
        urgent=command.urgent,
        beneficiary_id=beneficiary,
    )
    by, attached = acting_person(tx), len(command.documents)
    submitted = rules.submit(application, request, by=by, consent=command.consent, documents=attached)
    refuse_stale(command.expected, application.revision)
    await open_ticket(tx, application.ticket_id)
    await private.hashes_of(tx, fund.id, command.documents)
    await _attach(tx, application, command.documents, "evidence")
    await private.keep_words(tx, application.id, "statement", command.statement)
    saved = await applications.save(tx, submitted)
    tx.announce(ApplicationSubmitted.of(saved), saved)
    return saved


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyApplication:
    id: UUID
    expected: int | None
    proposed_fen: object
    visited_on: date
    visit_note: str


async def verify_application(command: VerifyApplication, tx: Transaction) -> Application:
    """Another clerk went there and says what is needed."""
    application = await applications.load(tx, command.id, hold=True)
    fund = await admitted_fund(tx, application.fund_id, "funds.apply")
    proposed = amount(command.proposed_fen, "/proposed_fen")
    verified = rules.verify(application, by=acting_person(tx), proposed_fen=proposed)
    refuse_stale(command.expected, application.revision)
    refuse_date_before_opening(fund, command.visited_on, booked_on=day_of(tx.now), pointer="/visited_on")
    note = f"{command.visited_on.isoformat()} {command.visit_note}"
    await private.keep_words(tx, application.id, "visit_note", note)
    return await applications.save(tx, verified)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonedMove:
    id: UUID
    expected: int | None
    reason: str


async def return_application(command: ReasonedMove, tx: Transaction) -> Application:
    application = await applications.load(tx, command.id, hold=True)
    await admitted_fund(tx, application.fund_id, "funds.return")
    returned = rules.send_for_rework(application, by=acting_person(tx))
    refuse_stale(command.expected, application.revision)
    await private.keep_words(tx, application.id, "reason", command.reason)
    saved = await applications.save(tx, returned)
    tx.announce(ApplicationReturned.of(saved), saved)
    return saved


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainMove:
    id: UUID
    expected: int | None


async def ask_decision(command: PlainMove, tx: Transaction) -> Application:
    """The approval is opened on the case as it stands; every approver of the fund is asked."""
    application = await applications.load(tx, command.id, hold=True)
    await admitted_fund(tx, application.fund_id, "funds.apply")
    asked = rules.ask_decision(application, approval_id=tx.new_id())
    refuse_stale(command.expected, application.revision)
    saved = await applications.save(tx, asked)
    assert saved.approval_id is not None
    approval = await approvals.open_for(tx, saved.approval_id, saved, tx.now + EXPIRE_AFTER)
    await tx.set_timer("approval_reminder", str(approval.id), tx.now + REMIND_AFTER)
    await tx.set_timer("approval_expiry", str(approval.id), approval.expires_at)
    people = await duties.holders(tx, approval.fund_id, Duty.APPROVER)
    asked_people = [person for person in people if person != saved.author_id]
    tx.announce(ApprovalRequested.of(approval, asked_people), approval)
    return saved


async def withdraw_application(command: ReasonedMove, tx: Transaction) -> Application:
    """Taken back before it was paid: what was set aside is available again, an open approval is void."""
    seen = await applications.load(tx, command.id)
    fund = await admitted_fund(tx, seen.fund_id, "funds.apply")
    await ledger.lock(tx, fund)
    await void_approval(tx, seen)
    application = await applications.load(tx, command.id, hold=True)
    withdrawn = application.moved(Move.WITHDRAW)
    refuse_stale(command.expected, application.revision)
    if application.commitment_id is not None and await release(fund, application, CommitmentState.RELEASED, tx):
        raise Refused("payment_sent")
    await private.keep_words(tx, application.id, "reason", command.reason)
    saved = await applications.save(tx, withdrawn)
    tx.announce(ApplicationWithdrawn.of(saved), saved)
    await reserve_waiting(fund, tx)
    return saved


@dataclass(frozen=True, slots=True, kw_only=True)
class SignForApplication:
    id: UUID
    expected: int | None
    documents: tuple[UUID, ...]


async def sign_for_application(command: SignForApplication, tx: Transaction) -> Application:
    """The household's signed slip has come back."""
    application = await applications.load(tx, command.id, hold=True)
    fund = await admitted_fund(tx, application.fund_id, "funds.apply")
    payers = await applications.payers(tx, application.approval_id)
    attached = len(command.documents)
    closed = rules.sign_for(application, by=acting_person(tx), payers=payers, documents=attached)
    refuse_stale(command.expected, application.revision)
    await private.hashes_of(tx, fund.id, command.documents)
    await _attach(tx, application, command.documents, "signed_slip")
    saved = await applications.save(tx, closed)
    tx.announce(ApplicationClosed.of(saved), saved)
    return saved


async def void_approval(tx: Transaction, application: Application) -> None:
    """An undecided approval ends with its case. Held before the application's row, as everywhere."""
    if application.approval_id is None:
        return
    approval = await approvals.load(tx, application.approval_id, hold=True)
    if approval.state is approval_rules.State.OPEN:
        await approvals.save(tx, replace(approval.moved(approval_rules.Move.VOID), decided_at=tx.now))


async def _attach(tx: Transaction, application: Application, documents: tuple[UUID, ...], place: str) -> None:
    await applications.attach(tx, application.id, documents, place)
