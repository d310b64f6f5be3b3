"""Write what providers said about submissions, only where it is still open. A late yes is adopted."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.telemetry import log
from chassis.transaction import Transaction
from services.notify.domain import breaker, routing
from services.notify.domain import outcome as outcomes
from services.notify.domain import submission as submission_rules
from services.notify.domain.breaker import Health
from services.notify.domain.consent import ALL_TOPICS
from services.notify.domain.message import Message, Move, State
from services.notify.domain.outcome import Accepted, Lost, Outcome, RefusalClass, RefusedBy
from services.notify.domain.submission import LEFT_OUT_SECONDS, Standing, Submission
from services.notify.handlers import consents, filings, measuring
from services.notify.handlers.announcing import save_and_tell
from services.notify.handlers.carrying import asked_of
from services.notify.handlers.consents import Of, Refusing
from services.notify.store import health, messages, providers, submissions
from services.notify.store.providers import Carriers

REST_SECONDS: Final = {
    RefusalClass.ACCOUNT: 300,
    RefusalClass.NOT_SENT: 2,
    RefusalClass.LIMIT: 0,
    RefusalClass.HOURS: 0,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider said about each submission of one claim, by our reference."""

    message_id: UUID
    provider: str
    number: str
    outcomes: Mapping[UUID, Outcome]

    @property
    def refusal(self) -> RefusedBy | None:
        return next((one for one in self.outcomes.values() if isinstance(one, RefusedBy)), None)


async def record(told: Sequence[Told], tx: Transaction) -> None:
    """Write what providers said. A late yes is adopted; nothing here undoes a delivery report."""
    held = await messages.lock(tx, (one.message_id for one in told))
    calls = await submissions.lock_of(tx, held)
    carriers = await Carriers.of(tx)
    changed: dict[UUID, Message] = {}
    moved: list[Submission] = []
    for one in told:
        after = {ref: _told(calls[ref], outcome, tx) for ref, outcome in one.outcomes.items()}
        moved += after.values()
        calls |= after
        of_message = [call for call in calls.values() if call.message_id == one.message_id]
        message = _settled(held[one.message_id], of_message, one, carriers, tx)
        if message is not held[one.message_id]:
            changed[message.id] = held[message.id] = message
    await submissions.save(tx, moved)
    await save_and_tell(tx, changed.values())
    await _remember(changed, told, tx)
    await _listen(told, tx)


def _told(call: Submission, outcome: Outcome, tx: Transaction) -> Submission:
    """One submission after its answer."""
    measuring.outcomes().add(1, {"provider": call.provider, "outcome": type(outcome).__name__})
    if not call.open:
        return _filled(call, outcome)
    match outcome:
        case Accepted(ref, billed):
            return call.moved(submission_rules.Move.ACCEPTED, code="OK", provider_ref=ref, billed=billed)
        case RefusedBy(_, code):
            return call.moved(submission_rules.Move.REFUSED, code=code, closed_at=tx.now)
        case Lost(why):
            unknown = call.state is submission_rules.State.UNKNOWN
            return call if unknown else submission_rules.lost(call, code=why, at=tx.now)


def _filled(call: Submission, outcome: Outcome) -> Submission:
    """A delivery report came before the answer: the answer fills in the rest."""
    if isinstance(outcome, Accepted) and call.provider_ref is None:
        return replace(call, provider_ref=outcome.provider_ref)
    return call


def _settled(message: Message, calls: Sequence[Submission], told: Told, carriers: Carriers, tx: Transaction) -> Message:
    """The message after its attempt's answers, all segments together."""
    of_attempt = [call for call in calls if call.attempt == message.attempt]
    if message.state not in (State.CLAIMED, State.UNKNOWN) or not any(c.id in told.outcomes for c in of_attempt):
        return message
    unknown, refusal = message.state is State.UNKNOWN, told.refusal
    match submission_rules.standing(of_attempt):
        case Standing.SUBMITTED | Standing.DELIVERED:
            return message.moved(Move.FOUND if unknown else Move.ACCEPTED, submitted_at=tx.now)
        case Standing.UNKNOWN:
            return message if unknown else message.moved(Move.LOST)
        case Standing.REFUSED if refusal is not None and not unknown:
            another = _another(message, calls, told.number, carriers, tx)
            return outcomes.refused(message, refusal, at=tx.now, jitter=random.uniform(-1, 1), another=another)
        case Standing.REFUSED | Standing.FAILED as standing:
            reason = refusal.code if refusal and standing is Standing.REFUSED else "partly_sent"
            return message.moved(Move.FOUND_REFUSED if unknown else Move.REFUSED, reason=reason, closed_at=tx.now)
        case _:
            return message


def _another(message: Message, calls: Sequence[Submission], number: str, carriers: Carriers, tx: Transaction) -> bool:
    """Whether somebody else may carry it at once: nobody has refused it twice, and one is left who has not."""
    since = tx.now - timedelta(seconds=LEFT_OUT_SECONDS)
    refused = [c for c in calls if c.state is submission_rules.State.REFUSED and c.claimed_at >= since]
    by = {call.provider for call in refused}
    if len(by) < len({call.attempt for call in refused}):
        return False
    route = routing.route_for(carriers.routes, asked_of(message, number))
    pairs = [p for p in route.pairs if message.prompt_id is None or p.sender == calls[-1].sender] if route else []
    return any(
        pair.weight > 0 and pair.provider not in by and carriers.providers[pair.provider].usable(tx.now)
        for pair in pairs
        if pair.provider in carriers.providers
    )


async def _remember(changed: Mapping[UUID, Message], told: Iterable[Told], tx: Transaction) -> None:
    """A refusing provider gets a rest; a number it has on its black list gets nothing more."""
    for one in told:
        refusal = one.refusal
        if refusal is None:
            continue
        rest = REST_SECONDS.get(refusal.kind)
        if rest:
            await providers.leave_out(tx, one.provider, tx.now + timedelta(seconds=rest), refusal.code)
        if rest is None or rest >= REST_SECONDS[RefusalClass.ACCOUNT]:
            log.error("sms.refused", provider=one.provider, code=refusal.code, kind=str(refusal.kind))
        message = changed.get(one.message_id)
        if refusal.kind is RefusalClass.CONTENT and message is not None:
            await filings.stopped(message, one.provider, tx)
        if refusal.kind is RefusalClass.OPT_OUT and message is not None and message.recipient_key:
            await _opted_out_at_provider(message, tx)


async def _listen(told: Iterable[Told], tx: Transaction) -> None:
    """Let breakers hear of every call; rows are locked only where one of them changes."""
    calls = [(one.provider, isinstance(answer, Lost)) for one in told for answer in one.outcomes.values()]
    known = await health.of(tx, (provider for provider, _ in calls))
    if not _after(known, calls, tx):
        return
    locked = await health.of(tx, known, lock=True)
    changed = _after(locked, calls, tx)
    for one in changed:
        if one.state is not locked[one.provider].state:
            log.error("sms.breaker", provider=one.provider, state=str(one.state))
    await health.save(tx, changed)


def _after(known: Mapping[str, Health], calls: Iterable[tuple[str, bool]], tx: Transaction) -> list[Health]:
    after = dict(known)
    for provider, lost in calls:
        after[provider] = breaker.heard(after[provider], lost=lost, at=tx.now)
    return [one for name, one in after.items() if one != known[name]]


async def _opted_out_at_provider(message: Message, tx: Transaction) -> None:
    of = Of(message.recipient_key, message.person_id, message.correlation, message.community_id)
    await consents.refuse(Refusing(of, ALL_TOPICS, message.channel, source="provider", evidence=message.id), tx)
