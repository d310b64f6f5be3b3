"""Duties in a fund: proposed by one person, confirmed by another, for a third."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from chassis.audit import record_act
from chassis.transaction import Transaction
from services.funds.domain import duty as rules
from services.funds.domain.duty import Duty, FundDuty, State
from services.funds.domain.period import day_of
from services.funds.handlers.access import acting_person, admitted_fund, refuse_stale
from services.funds.store import duties


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeDuty:
    fund_id: UUID
    person_id: UUID
    duty: Duty
    valid_from: date | None
    valid_until: date | None


async def propose_duty(command: ProposeDuty, tx: Transaction) -> FundDuty:
    fund = await admitted_fund(tx, command.fund_id, "funds.duty_propose")
    by = acting_person(tx)
    starts = command.valid_from or day_of(tx.now)
    rules.refuse_own_duty(command.person_id, by)
    rules.refuse_dates(starts, command.valid_until)
    proposed = FundDuty(
        id=tx.new_id(),
        fund_id=fund.id,
        person_id=command.person_id,
        duty=command.duty,
        valid_from=starts,
        valid_until=command.valid_until,
        state=State.PROPOSED,
        proposed_by=by,
        confirmed_by=None,
        revision=1,
    )
    await record_act(tx, action="duty_proposed", subject=proposed.person_id, fields=[command.duty])
    return await duties.add(tx, proposed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDuty:
    id: UUID
    expected: int | None


async def confirm_duty(command: ChangeDuty, tx: Transaction) -> FundDuty:
    """From now on it is a key: hence a second person."""
    duty = await duties.load(tx, command.id)
    await admitted_fund(tx, duty.fund_id, "funds.duty_confirm")
    by = acting_person(tx)
    confirmed = replace(duty, state=rules.confirm(duty, by), confirmed_by=by)
    return await _changed(command, duty, confirmed, tx)


async def end_duty(command: ChangeDuty, tx: Transaction) -> FundDuty:
    duty = await duties.load(tx, command.id)
    await admitted_fund(tx, duty.fund_id, "funds.duty_propose")
    return await _changed(command, duty, replace(duty, state=rules.end(duty)), tx)


async def _changed(command: ChangeDuty, before: FundDuty, after: FundDuty, tx: Transaction) -> FundDuty:
    refuse_stale(command.expected, before.revision)
    saved = replace(after, revision=before.revision + 1)
    await duties.save(tx, saved)
    await record_act(tx, action=f"duty_{saved.state}", subject=saved.person_id, fields=[saved.duty])
    return saved
