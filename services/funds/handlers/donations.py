"""Money comes in: a gift (T1), or what makers brought from their sale (T8b)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.chart_2026 import CHART_2026
from services.funds.domain.donation import TEMPLATE_OF, Donation, Form, Publish, State, same_fields
from services.funds.domain.entry import Entry, Source, lines_of
from services.funds.domain.fund import Fund, refuse_date_before_opening
from services.funds.domain.money import amount
from services.funds.domain.public_text import checked_reference
from services.funds.events import DonationReceived, EntryPosted
from services.funds.handlers.access import acting_person, admitted_fund
from services.funds.handlers.commitments import reserve_waiting
from services.funds.handlers.periods import today_open
from services.funds.store import donations, ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveDonation:
    id: UUID
    fund_id: UUID
    form: Form
    amount_fen: object
    received_on: date | None
    donor_id: UUID | None
    publish: Publish
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The donation with its voucher, and the applications that its money carried."""

    donation: Donation
    voucher: str
    approved: tuple[UUID, ...]


async def receive_donation(command: ReceiveDonation, tx: Transaction) -> Received:
    """The entry is posted and available rises; what was approved and waits for money is tried again."""
    fund = await admitted_fund(tx, command.fund_id, "funds.donate")
    today = await today_open(tx)
    given = _donation(command, fund, today, entry_id=tx.new_id())
    refuse_date_before_opening(fund, given.received_on, booked_on=today, pointer="/received_on")
    await ledger.lock(tx, fund)
    if (stored := await donations.find(tx, given.id)) is not None:
        given = _same(stored, given)
    entry = _entry(given, today, tx)
    posted = await ledger.post(tx, fund, entry)
    if not posted.new:
        return Received(donation=given, voucher=posted.voucher(fund), approved=())
    saved = await donations.add(tx, given)
    tx.announce(EntryPosted.of(fund, entry, posted.seq), fund.moved(posted.revision, None))
    tx.announce(DonationReceived.of(saved), saved)
    return Received(donation=saved, voucher=posted.voucher(fund), approved=await reserve_waiting(fund, tx))


def _donation(command: ReceiveDonation, fund: Fund, today: date, *, entry_id: UUID) -> Donation:
    return Donation(
        id=command.id,
        fund_id=fund.id,
        community_id=fund.community_id,
        form=command.form,
        amount_fen=amount(command.amount_fen),
        received_on=command.received_on or today,
        donor_id=command.donor_id,
        publish=command.publish,
        reference=checked_reference(command.reference),
        entry_id=entry_id,
        state=State.RECEIVED,
        revision=1,
    )


def _same(stored: Donation, offered: Donation) -> Donation:
    """The same business key may only say the same."""
    if differing := same_fields(stored, offered):
        raise Refused("conflicting_source", fields=differing)
    return stored


def _entry(given: Donation, today: date, tx: Transaction) -> Entry:
    template = TEMPLATE_OF[given.form]
    return Entry(
        id=given.entry_id,
        fund_id=given.fund_id,
        template=template,
        amount_fen=given.amount_fen,
        booking_date=today,
        effective_date=given.received_on,
        recorded_at=tx.now,
        source=Source(kind="donation", id=given.id, step="received"),
        prepared_by=acting_person(tx),
        narration_args=(given.reference,) if given.reference else (),
        documents=(),
        authority=None,
        lines=lines_of(template, given.amount_fen, CHART_2026),
    )
