"""Reading what is under seal: with a reason, and on record before the words are sent."""

from dataclasses import dataclass
from uuid import UUID

from chassis.audit import record_read
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.document import Document
from services.funds.domain.duty import Duty
from services.funds.domain.payment import State
from services.funds.handlers.access import acting_person, admitted_fund
from services.funds.store import applications, duties, payments, private


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    id: UUID
    reason: str


async def reveal_application(command: Reveal, tx: Transaction) -> list[tuple[str, str]]:
    """Clerks read their own cases, approvers what they decide, the auditor all."""
    application = await applications.load(tx, command.id)
    fund = await admitted_fund(tx, application.fund_id, "funds.read_private")
    by = acting_person(tx)
    held = await duties.working(tx, fund.id, by, (Duty.CLERK, Duty.APPROVER))
    own = Duty.CLERK in held and by in (application.author_id, application.verifier_id)
    unowned = Duty.CLERK in held and application.verifier_id is None
    decides = Duty.APPROVER in held and application.approval_id is not None
    if not (own or unowned or decides or "auditor" in {grant.role for grant in tx.actor.grants}):
        raise Refused("not_yours", status=403)
    await record_read(
        tx, action="application_revealed", subject=application.id, reason=command.reason, fields=["words"]
    )
    return await private.words_of(tx, application.id)


async def reveal_payee(command: Reveal, tx: Transaction) -> dict[str, str]:
    """The cashier who has the slip in hand needs to know whom to pay; nobody else does, but the auditor."""
    payment = await payments.load(tx, command.id)
    await admitted_fund(tx, payment.fund_id, "funds.read_private")
    in_hand = payment.state is State.IN_HAND and payment.payer_id == acting_person(tx)
    if not (in_hand or "auditor" in {grant.role for grant in tx.actor.grants}):
        raise Refused("not_yours", status=403)
    await record_read(tx, action="payee_revealed", subject=payment.id, reason=command.reason, fields=["payee"])
    return await private.payee_of(tx, payment.payee_id)


async def reveal_document(command: Reveal, tx: Transaction) -> Document:
    fund_id, document = await private.document_of(tx, command.id)
    await admitted_fund(tx, fund_id, "funds.read_private")
    await record_read(tx, action="document_revealed", subject=command.id, reason=command.reason, fields=["content"])
    return document
