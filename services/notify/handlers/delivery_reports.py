"""What providers say later: matched by our reference, forward only; what fits nothing is kept as a stray."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from chassis.telemetry import log
from chassis.transaction import Transaction
from services.notify.domain import message as message_rules
from services.notify.domain import submission as submission_rules
from services.notify.domain.delivery_report import DeliveryReport, Match, Status, match
from services.notify.domain.message import Message, Move, State
from services.notify.domain.number import sender_of
from services.notify.domain.outcome import BadItem
from services.notify.domain.submission import Standing, Submission
from services.notify.handlers import measuring
from services.notify.handlers.announcing import DUPLICATE_CONFIRMED, save_and_tell
from services.notify.store import delivery_reports, messages, submissions
from services.notify.store.delivery_reports import Judged, Stray

STRAYS_BATCH: Final = 200
_STATUS_MOVE: Final = {
    Status.DELIVERED: submission_rules.Move.DELIVER,
    Status.UNDELIVERED: submission_rules.Move.BOUNCE,
}
_OVER: Final = frozenset({Standing.REFUSED, Standing.FAILED})


@dataclass(slots=True)
class Held:
    """The messages and submissions that a batch of reports speaks of, locked, as they change."""

    messages: dict[UUID, Message]
    submissions: dict[UUID, Submission]

    def calls_of(self, message: Message) -> list[Submission]:
        """All submissions of a message, as they stand now."""
        return [call for call in self.submissions.values() if call.message_id == message.id]

    @classmethod
    async def of(cls, tx: Transaction, client_refs: Sequence[UUID | None]) -> "Held":
        owners = await submissions.messages_of(tx, client_refs)
        held = await messages.lock(tx, owners.values())
        return cls(held, await submissions.lock_of(tx, held))


async def named(provider: str, reports: Sequence[DeliveryReport], tx: Transaction) -> list[DeliveryReport]:
    """Reports with our reference. Where a provider gives back only its own, ours is sought by it."""
    nameless = [report.provider_ref for report in reports if report.client_ref is None]
    known = await submissions.by_provider_ref(tx, provider, nameless)
    return [r if r.client_ref else replace(r, client_ref=known.get(r.provider_ref)) for r in reports]


async def take(provider: str, pushed: Sequence[DeliveryReport | BadItem], tx: Transaction) -> None:
    """Let each line of a push take effect; a bad line is a stray and harms no other."""
    bad: list[DeliveryReport | BadItem] = [line for line in pushed if isinstance(line, BadItem)]
    batch = bad + list(await named(provider, [line for line in pushed if isinstance(line, DeliveryReport)], tx))
    reports = [item for item in batch if isinstance(item, DeliveryReport)]
    held = await Held.of(tx, [report.client_ref for report in reports])
    before, judged = dict(held.messages), list[Judged]()
    for item in batch:
        if isinstance(item, BadItem):
            await delivery_reports.add_stray(tx, provider, None, verdict="unreadable", recipient_key=None)
            continue
        key = tx.service.sealing.index(sender_of(item.number))
        verdict = _judge(held, item, key, tx)
        measuring.reports().add(1, {"provider": provider, "verdict": verdict})
        if verdict in ("stray", Match.SUSPECT):
            log.error("sms.report_stray", provider=provider, verdict=verdict)
            await delivery_reports.add_stray(tx, provider, item, verdict=verdict, recipient_key=key)
        elif item.client_ref is not None:
            judged.append(Judged(item, item.client_ref, verdict))
    await delivery_reports.add(tx, provider, judged)
    await submissions.save(tx, list(held.submissions.values()))
    await save_and_tell(tx, [m for m in held.messages.values() if m is not before[m.id]])


def _judge(held: Held, report: DeliveryReport, key: bytes, tx: Transaction) -> str:
    """What a report does; the held rows are what it made of them."""
    submission = held.submissions.get(report.client_ref) if report.client_ref else None
    if submission is None:
        return "stray"
    message = held.messages[submission.message_id]
    verdict = match(report, submission, same_number=message.recipient_key == key)
    if verdict is Match.FORWARD:
        settle(held, message, submission, report, tx)
    return verdict


def settle(held: Held, message: Message, submission: Submission, report: DeliveryReport, tx: Transaction) -> None:
    """The first real final word about a submission; it may come before the provider's own answer."""
    if submission.state is not submission_rules.State.SUBMITTED:
        submission = submission.moved(submission_rules.Move.ACCEPTED, code="OK", ask_at=None)
    of_call = _STATUS_MOVE.get(report.status)
    if of_call is not None:
        submission = submission.moved(of_call, code=report.code, closed_at=tx.now)
    held.submissions[submission.id] = replace(
        submission,
        provider_ref=submission.provider_ref or report.provider_ref or None,
        billed=report.billed if report.billed is not None else submission.billed,
    )
    held.messages[message.id] = _after(message, submission_rules.standings(held.calls_of(message)), tx)


def _after(message: Message, attempts: Mapping[int, Standing], tx: Transaction) -> Message:
    """The best of a message's attempts counts: any delivery wins, a failure only when no attempt is open."""
    now = attempts.get(message.attempt)
    if message.state in (State.CLAIMED, State.UNKNOWN) and now not in (Standing.CALLING, Standing.UNKNOWN):
        taken = Move.FOUND if message.state is State.UNKNOWN else Move.ACCEPTED
        message = message.moved(taken, submitted_at=tx.now)
    delivered = sum(one is Standing.DELIVERED for one in attempts.values())
    if delivered:
        if message.may(Move.DELIVER) and message_rules.delivery_still_counts(message, tx.now):
            return message.moved(Move.DELIVER, closed_at=tx.now)
        twice = message.state is State.DELIVERED and delivered > 1
        return replace(message, reason=DUPLICATE_CONFIRMED) if twice else message
    if all(one in _OVER for one in attempts.values()) and message.may(Move.BOUNCE):
        return message.moved(Move.BOUNCE, reason="undelivered", closed_at=tx.now)
    return message


async def match_strays(tx: Transaction) -> int:
    """Match strays again, whose submission may have become known meanwhile; returns how many were looked at."""
    waiting = await delivery_reports.lock_strays(tx, STRAYS_BATCH)
    if not waiting:
        return 0
    reports = [(await named(stray.provider, [_again(stray)], tx))[0] for stray in waiting]
    held = await Held.of(tx, [report.client_ref for report in reports])
    before = dict(held.messages)
    for stray, report in zip(waiting, reports, strict=True):
        await _match_stray(held, stray, report, tx)
    await submissions.save(tx, list(held.submissions.values()))
    await save_and_tell(tx, [m for m in held.messages.values() if m is not before[m.id]])
    return len(waiting)


def _again(stray: Stray) -> DeliveryReport:
    """The report a stray was."""
    return DeliveryReport(
        client_ref=stray.client_ref,
        provider_ref=stray.provider_ref,
        number="",
        status=Status(stray.status),
        code=stray.code,
        at=stray.at,
        billed=stray.billed,
    )


async def _match_stray(held: Held, stray: Stray, report: DeliveryReport, tx: Transaction) -> None:
    verdict = _judge(held, report, stray.recipient_key, tx)
    matched = verdict not in ("stray", Match.SUSPECT)
    if matched and report.client_ref is not None:
        await delivery_reports.add(tx, stray.provider, [Judged(report, report.client_ref, verdict)])
    await delivery_reports.settle_stray(tx, stray, matched=matched)
