"""Write what providers said about submissions, only where it is still open. A late yes is adopted."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.telemetry import log
from chassis.transaction import Transaction
from services.notify.domain import outcome as outcomes
from services.notify.domain import submission as submission_rules
from services.notify.domain.decision import ALL_TOPICS
from services.notify.domain.message import Message, Move, State
from services.notify.domain.outcome import Accepted, Lost, Outcome, RefusalClass, RefusedBy
from services.notify.domain.submission import Submission
from services.notify.handlers import measuring
from services.notify.handlers.announcing import save_and_tell
from services.notify.store import catalogue, messages, opt_outs, submissions
from services.notify.store.opt_outs import OptOut

REST_SECONDS: Final = {RefusalClass.ACCOUNT: 300, RefusalClass.NOT_SENT: 2, RefusalClass.LIMIT: 0}


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider said about one submission."""

    submission_id: UUID
    message_id: UUID
    outcome: Outcome


async def record(told: Iterable[Told], tx: Transaction) -> None:
    """Write what providers said. A late yes is adopted; nothing here undoes a delivery report."""
    answers = {one.submission_id: one for one in told}
    held = await messages.lock(tx, (one.message_id for one in answers.values()))
    calls = await submissions.lock(tx, answers)
    changed: dict[UUID, Message] = {}
    moved: list[Submission] = []
    for call in calls.values():
        message, after = _recorded(held[call.message_id], call, answers[call.id].outcome, tx)
        moved.append(after)
        if message is not held[call.message_id]:
            changed[message.id] = message
    await submissions.save(tx, moved)
    await save_and_tell(tx, changed.values())
    await _remember(changed.values(), answers.values(), tx)


def _recorded(message: Message, call: Submission, outcome: Outcome, tx: Transaction) -> tuple[Message, Submission]:
    measuring.outcomes().add(1, {"provider": call.provider, "outcome": type(outcome).__name__})
    if not call.open:
        return message, _filled(call, outcome)
    match outcome:
        case Accepted(ref, billed):
            move = Move.FOUND if message.state is State.UNKNOWN else Move.ACCEPTED
            taken = call.moved(submission_rules.Move.ACCEPTED, code="OK", provider_ref=ref, billed=billed)
            return message.moved(move, submitted_at=tx.now), taken
        case RefusedBy(_, code):
            refused = call.moved(submission_rules.Move.REFUSED, code=code, closed_at=tx.now)
            if message.state is State.UNKNOWN:
                return message.moved(Move.FOUND_REFUSED, reason=code, closed_at=tx.now), refused
            return outcomes.refused(message, outcome, at=tx.now, jitter=random.uniform(-1, 1)), refused
        case Lost(why):
            if call.state is submission_rules.State.UNKNOWN:
                return message, call
            return message.moved(Move.LOST), submission_rules.lost(call, code=why, at=tx.now)


def _filled(call: Submission, outcome: Outcome) -> Submission:
    """A delivery report came before the answer: the answer fills in the rest."""
    if isinstance(outcome, Accepted) and call.provider_ref is None:
        return replace(call, provider_ref=outcome.provider_ref)
    return call


async def _remember(changed: Iterable[Message], answers: Iterable[Told], tx: Transaction) -> None:
    """A refusing provider gets a rest; a number it has on its black list gets nothing more."""
    by_id = {message.id: message for message in changed}
    for one in answers:
        if not isinstance(one.outcome, RefusedBy):
            continue
        rest = REST_SECONDS.get(one.outcome.kind)
        if rest:
            until = tx.now + timedelta(seconds=rest)
            await catalogue.leave_out(tx, "aliyun", until, one.outcome.code)
        if rest is None or rest >= REST_SECONDS[RefusalClass.ACCOUNT]:
            log.error("sms.refused", code=one.outcome.code, kind=str(one.outcome.kind))
        message = by_id.get(one.message_id)
        if one.outcome.kind is RefusalClass.OPT_OUT and message is not None and message.recipient_key:
            await _opted_out_at_provider(message, tx)


async def _opted_out_at_provider(message: Message, tx: Transaction) -> None:
    assert message.recipient_key is not None
    row = OptOut(
        id=tx.new_id(),
        recipient_key=message.recipient_key,
        person_id=message.person_id,
        topic=ALL_TOPICS,
        channel=message.channel,
        source="provider",
        evidence=message.id,
        at=tx.now,
    )
    await opt_outs.add(tx, row)
