"""Orders to pay: prepared by a clerk, taken and paid at the bank by a cashier, posted in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain import payment as rules
from services.funds.domain.application import Application
from services.funds.domain.application import Move as ApplicationMove
from services.funds.domain.approval import Part, refuse_part
from services.funds.domain.book import BANK_ACCOUNT_ID
from services.funds.domain.chart_2026 import CHART_2026
from services.funds.domain.code import code_of
from services.funds.domain.commitment import Commitment
from services.funds.domain.commitment import State as CommitmentState
from services.funds.domain.entry import Authority, Entry, Source, lines_of
from services.funds.domain.fund import Fund, refuse_date_before_opening
from services.funds.domain.money import amount
from services.funds.domain.payment import Payment, State
from services.funds.domain.public_text import checked_reference
from services.funds.domain.template import TEMPLATES
from services.funds.events import CommitmentReleased, EntryPosted, PaymentSent
from services.funds.handlers.access import acting_person, admitted_fund, refuse_stale
from services.funds.handlers.commitments import reserve_waiting
from services.funds.handlers.periods import today_open
from services.funds.store import applications, approvals, commitments, ledger, payments, private
from services.funds.store.ledger import Posted


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparePayment:
    id: UUID
    commitment_id: UUID
    amount_fen: object
    final: bool
    payee: Mapping[str, str]


async def prepare_payment(command: PreparePayment, tx: Transaction) -> Payment:
    """The order carries out an approved application, so that application's approval authorises it at once."""
    commitment = await commitments.load(tx, command.commitment_id)
    fund = await admitted_fund(tx, commitment.fund_id, "funds.prepare")
    by, ordered = acting_person(tx), amount(command.amount_fen)
    await ledger.lock(tx, fund)
    if (standing := await payments.find(tx, command.id)) is not None:
        return _same(standing, command)
    commitment = await commitments.load(tx, commitment.id)
    under_way = await payments.under_way(tx, commitment.id)
    rules.refuse_above(rules.unordered(commitment.rest_fen, under_way, final=command.final), ordered)
    approval = await approvals.load(tx, commitment.approval_id, hold=True)
    refuse_part(await approvals.parts(tx, approval.id), by, Part.AUTHOR)
    await approvals.add_part(tx, approval.id, by, Part.AUTHOR)
    prepared = Payment(
        id=command.id,
        fund_id=fund.id,
        application_id=approval.subject_id,
        commitment_id=commitment.id,
        approval_id=approval.id,
        payee_id=await private.keep_payee(tx, command.payee),
        amount_fen=ordered,
        final=command.final,
        slip_code=code_of("P", command.id),
        author_id=by,
        payer_id=None,
        bank_account_id=BANK_ACCOUNT_ID,
        bank_ref=None,
        paid_on=None,
        entry_id=None,
        state=State.PREPARED,
        revision=1,
    )
    return await payments.add(tx, rules.authorise(prepared))


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePayment:
    id: UUID
    expected: int | None
    not_paid: bool = False


async def cancel_payment(command: MovePayment, tx: Transaction) -> Payment:
    payment = await payments.load(tx, command.id, hold=True)
    await admitted_fund(tx, payment.fund_id, "funds.prepare")
    cancelled = rules.cancel(payment, by=acting_person(tx))
    refuse_stale(command.expected, payment.revision)
    return await payments.save(tx, cancelled)


async def take_payment(command: MovePayment, tx: Transaction) -> Payment:
    """One cashier takes the slip; from now on she has the part of the payer in this case."""
    seen = await payments.load(tx, command.id)
    await admitted_fund(tx, seen.fund_id, "funds.pay")
    by = acting_person(tx)
    await approvals.load(tx, seen.approval_id, hold=True)
    payment = await payments.load(tx, seen.id, hold=True)
    taken = rules.take(payment, by=by)
    refuse_part(await approvals.parts(tx, payment.approval_id), by, Part.PAYER)
    refuse_stale(command.expected, payment.revision)
    await approvals.add_part(tx, payment.approval_id, by, Part.PAYER)
    return await payments.save(tx, taken)


async def put_back_payment(command: MovePayment, tx: Transaction) -> Payment:
    payment = await payments.load(tx, command.id, hold=True)
    await admitted_fund(tx, payment.fund_id, "funds.pay")
    back = rules.put_back(payment, by=acting_person(tx), not_paid=command.not_paid)
    refuse_stale(command.expected, payment.revision)
    return await payments.save(tx, back)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPayment:
    id: UUID
    expected: int | None
    amount_fen: object
    bank_ref: str
    paid_on: date | None
    documents: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The payment with its voucher, and its application after it."""

    payment: Payment
    voucher: str
    application: Application


async def send_payment(command: SendPayment, tx: Transaction) -> Sent:
    """Paid at the bank: T15 is posted, the commitment used, and the application settled with its last payment."""
    seen = await payments.load(tx, command.id)
    fund = await admitted_fund(tx, seen.fund_id, "funds.pay")
    today = await today_open(tx)
    await ledger.lock(tx, fund)
    approval = await approvals.load(tx, seen.approval_id, hold=True)
    payment = await payments.load(tx, seen.id, hold=True)
    sent = _sent(command, payment, today, tx)
    refuse_stale(command.expected, payment.revision)
    refuse_date_before_opening(fund, sent.paid_on or today, booked_on=today, pointer="/paid_on")
    slips = await private.hashes_of(tx, fund.id, command.documents)
    entry = _entry(sent, today, slips, tx)
    posted = await ledger.post(tx, fund, entry)
    saved = await payments.save(tx, sent)
    await applications.attach(tx, saved.application_id, command.documents, "bank_slip")
    await record_act(tx, action="payment_sent", subject=saved.id, fields=["amount_fen", "bank_ref"])
    tx.announce(EntryPosted.of(fund, entry, posted.seq), fund.moved(posted.revision, approval.correlation))
    return Sent(payment=saved, voucher=posted.voucher(fund), application=await _settled(fund, saved, posted, tx))


def _sent(command: SendPayment, payment: Payment, today: date, tx: Transaction) -> Payment:
    reference = checked_reference(command.bank_ref, pointer="/bank_ref", numbers=True)
    assert reference is not None
    return rules.send(
        payment,
        by=acting_person(tx),
        amount_fen=amount(command.amount_fen),
        bank_ref=reference,
        paid_on=command.paid_on or today,
        entry_id=tx.new_id(),
        documents=len(command.documents),
    )


async def _settled(fund: Fund, payment: Payment, posted: Posted, tx: Transaction) -> Application:
    """The application after a payment: paid with the last one. A rest that was given up may carry another case."""
    commitment = await commitments.load(tx, payment.commitment_id)
    application = await applications.load(tx, payment.application_id, hold=True)
    settled = commitment.state is CommitmentState.SETTLED
    saved = await applications.save(tx, application.moved(ApplicationMove.SETTLE) if settled else application)
    tx.announce(PaymentSent.of(payment, saved), saved)
    if settled:
        await tx.cancel_timer("commitment_expiry", str(commitment.id))
        await _tell_rest(fund, commitment, posted, saved, tx)
    return saved


async def _tell_rest(
    fund: Fund, commitment: Commitment, posted: Posted, application: Application, tx: Transaction
) -> None:
    if commitment.released_fen:
        moved = fund.moved(posted.revision, application.correlation)
        tx.announce(CommitmentReleased.of(fund, commitment.id), moved)
        await reserve_waiting(fund, tx)


def _entry(payment: Payment, today: date, slips: tuple[str, ...], tx: Transaction) -> Entry:
    template = TEMPLATES["T15"]
    assert payment.entry_id is not None
    assert payment.payer_id is not None
    assert payment.paid_on is not None
    return Entry(
        id=payment.entry_id,
        fund_id=payment.fund_id,
        template=template,
        amount_fen=payment.amount_fen,
        booking_date=today,
        effective_date=payment.paid_on,
        recorded_at=tx.now,
        source=Source(kind="payment", id=payment.id, step="sent"),
        prepared_by=payment.payer_id,
        narration_args=(payment.slip_code,),
        documents=slips,
        authority=Authority(
            payer_id=payment.payer_id,
            approval_id=payment.approval_id,
            commitment_id=payment.commitment_id,
            final=payment.final,
        ),
        lines=lines_of(template, payment.amount_fen, CHART_2026),
    )


def _same(standing: Payment, command: PreparePayment) -> Payment:
    offered = {"commitment_id": command.commitment_id, "amount_fen": command.amount_fen, "final": command.final}
    differing = [name for name, value in offered.items() if getattr(standing, name) != value]
    if differing:
        raise Refused("conflicting_source", fields=differing)
    return standing
