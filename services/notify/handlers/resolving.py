"""Submissions whose outcome nobody knows: asked about, adopted when found, settled by their class when not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain import message as message_rules
from services.notify.domain import submission as rules
from services.notify.domain.delivery_report import DeliveryReport
from services.notify.domain.message import Message, Move, OnUnknown, State
from services.notify.domain.outcome import Finding, Found, NotFound
from services.notify.domain.submission import NO_REPORT_HOURS, Standing, Submission
from services.notify.handlers import delivery_reports
from services.notify.handlers.announcing import save_and_tell
from services.notify.store import messages, submissions

BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Answered:
    """What a provider knows about one submission."""

    submission_id: UUID
    message_id: UUID
    finding: Finding


async def give_up_leases(tx: Transaction) -> int:
    """A lease that ran out leaves an unknown outcome: whoever made the call may be dead."""
    stale = await submissions.without_answer(tx, BATCH)
    held = await messages.lock(tx, (call.message_id for call in stale))
    calls = await submissions.lock_of(tx, held)
    lost = [c for c in calls.values() if c.state is rules.State.CLAIMED and c.lease_until <= tx.now]
    await submissions.save(tx, [rules.lost(call, code="lease", at=tx.now) for call in lost])
    changed = {call.message_id: held[call.message_id] for call in lost}
    claimed = [message for message in changed.values() if message.state is State.CLAIMED]
    await save_and_tell(tx, [message.moved(Move.LOST) for message in claimed])
    return len(lost)


async def take(answers: Sequence[Answered], tx: Transaction) -> None:
    """Write what the provider's query found, only where it is still unknown."""
    locked = await messages.lock(tx, (one.message_id for one in answers))
    held = delivery_reports.Held(locked, await submissions.lock_of(tx, locked))
    before = dict(held.messages)
    for one in answers:
        call = held.submissions[one.submission_id]
        if call.state is rules.State.UNKNOWN:
            _settle(held, call, one.finding, tx)
    await submissions.save(tx, list(held.submissions.values()))
    await save_and_tell(tx, [m for m in held.messages.values() if m is not before[m.id]])


def _settle(held: delivery_reports.Held, call: Submission, finding: Finding, tx: Transaction) -> None:
    message = held.messages[call.message_id]
    if isinstance(finding, Found):
        _adopt(held, message, call, finding, tx)
    elif _is_over(message, call, finding, tx):
        held.submissions[call.id] = call.moved(rules.Move.MISSED, closed_at=tx.now)
        if message.state is State.UNKNOWN and _standing(held, call) is not Standing.UNKNOWN:
            held.messages[message.id] = message_rules.outcome_of_unknown(message, at=tx.now)
    else:
        asked = call.asked + 1
        ask_at = max(rules.next_question_at(call.claimed_at, asked), tx.now + timedelta(seconds=1))
        held.submissions[call.id] = replace(call, asked=asked, ask_at=ask_at)


def _adopt(held: delivery_reports.Held, message: Message, call: Submission, finding: Found, tx: Transaction) -> None:
    if finding.status is None:
        held.submissions[call.id] = call.moved(rules.Move.ACCEPTED, code="OK", ask_at=None)
        if message.state is State.UNKNOWN and _standing(held, call) is Standing.SUBMITTED:
            held.messages[message.id] = message.moved(Move.FOUND, submitted_at=tx.now)
        return
    report = DeliveryReport(
        client_ref=call.id,
        provider_ref=call.provider_ref or "",
        number="",
        status=finding.status,
        code=finding.code,
        at=finding.at,
        billed=None,
    )
    delivery_reports.settle(held, message, call, report, tx)


def _standing(held: delivery_reports.Held, call: Submission) -> Standing:
    """How the attempt of a submission stands, all its segments together."""
    calls = held.calls_of(held.messages[call.message_id])
    return rules.standing([one for one in calls if one.attempt == call.attempt])


def _is_over(message: Message, call: Submission, finding: Finding, tx: Transaction) -> bool:
    """Not found after 10 minutes (what is never sent twice: at the end of its validity); no word at all: an hour."""
    asked_long_enough = timedelta(seconds=rules.FIRST_QUESTIONS_SECONDS[-1])
    if message.on_unknown is OnUnknown.NEVER and tx.now >= message.valid_until:
        return True
    if not isinstance(finding, NotFound):
        asked_long_enough = timedelta(seconds=rules.CANNOT_SAY_SECONDS_MAX)
    return tx.now >= call.claimed_at + asked_long_enough


async def give_up_silent(tx: Transaction) -> int:
    """Submitted, and no delivery report for three days."""
    silent = await messages.lock_silent(tx, tx.now - timedelta(hours=NO_REPORT_HOURS), BATCH)
    await save_and_tell(tx, [m.moved(Move.NO_REPORT, reason="no_report", closed_at=tx.now) for m in silent])
    return len(silent)


async def expire_due(tx: Transaction) -> int:
    """What did not leave in time is worth nothing any more."""
    overdue = await messages.lock_overdue(tx, BATCH)
    await save_and_tell(tx, [m.moved(Move.EXPIRE, reason="expired", closed_at=tx.now) for m in overdue])
    return len(overdue)
