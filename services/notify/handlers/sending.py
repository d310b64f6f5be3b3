"""Claim what may go out now: committed before the first byte of any call. `recording` writes what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from chassis.refused import Refused
from chassis.telemetry import log
from chassis.transaction import Transaction
from services.notify.domain import message as message_rules
from services.notify.domain import segments, template
from services.notify.domain import submission as submission_rules
from services.notify.domain.decision import Contact, Decision, Verdict
from services.notify.domain.message import Message, Move, State
from services.notify.domain.outcome import Outgoing
from services.notify.domain.prompt import CLOSED, Prompt, asked
from services.notify.domain.submission import LEASE_SECONDS, Submission
from services.notify.domain.template import Rendered
from services.notify.handlers import links
from services.notify.handlers.announcing import save_and_tell
from services.notify.handlers.around import Around
from services.notify.store import caps, messages, prompts, submissions


@dataclass(frozen=True, slots=True)
class Ready:
    """What was found out about a message before it is claimed: the address, and the words of its text."""

    message_id: UUID
    contact: Contact
    number: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Claimed:
    """One call to make now."""

    outgoing: Outgoing
    message_id: UUID
    traceparent: str


async def claim(ready: Sequence[Ready], provider: str, tx: Transaction) -> list[Claimed]:
    """Decide again, render, and take hold of what may go out now; the rest is deferred, suppressed or parked."""
    by_id = {one.message_id: one for one in ready}
    queued = await messages.lock_queued(tx, list(by_id))
    around = await Around.of(tx, [(m, by_id[m.id].number) for m in queued])
    batch = _Batch(provider, around, tx)
    for message in queued:
        batch.take(message, by_id[message.id])
    await submissions.add(tx, batch.submissions)
    await save_and_tell(tx, batch.messages)
    await prompts.save(tx, batch.prompts)
    await caps.count(tx, batch.sent)
    return batch.claimed


class _Batch:
    """What one claim changes, gathered so that each table is written once."""

    def __init__(self, provider: str, around: Around, tx: Transaction) -> None:
        self.provider, self.around, self.tx = provider, around, tx
        self.messages: list[Message] = []
        self.prompts: list[Prompt] = []
        self.submissions: list[Submission] = []
        self.sent: list[tuple[bytes, str]] = []
        self.claimed: list[Claimed] = []

    def take(self, message: Message, ready: Ready) -> None:
        """Settle one message: claimed with its submission, or why not."""
        prompt = self.around.prompts.get(message.prompt_id) if message.prompt_id else None
        if prompt is not None and prompt.state in CLOSED:
            self.messages.append(message.moved(Move.CANCEL, reason=str(prompt.state), closed_at=self.tx.now))
            return
        decided = self.around.decide(message, ready.contact, ready.number, self.tx.now)
        if decided.verdict is not Verdict.SEND:
            self.messages.append(_not_now(message, decided, self.tx))
            return
        try:
            self._claim(message, ready, prompt)
        except Refused as refusal:
            self.messages.append(message.moved(Move.HOLD, reason=refusal.code))
            log.error("sms.parked", reason=refusal.code, template=message.template)

    def _claim(self, message: Message, ready: Ready, prompt: Prompt | None) -> None:
        key = self.around.key(ready.number)
        if prompt is not None:
            prompt = self._ask(prompt, key)
        rendered = self._render(message, ready, prompt)
        size = segments.measured(rendered.text)
        submission = _submission(message, self.provider, self.tx)
        self.messages.append(
            message.moved(
                Move.CLAIM,
                recipient_key=key,
                attempt=submission.attempt,
                waiting_for="",
                segments=size.billable,
                billable=size.billable,
                body_enc=self.around.sealed(message, key, rendered.text),
            )
        )
        if prompt is not None:
            self.prompts.append(prompt)
        self.submissions.append(submission)
        self.around.count(key, message.message_class, self.tx.now)
        self.sent.append((key, message.message_class))
        self.claimed.append(self._call(message, ready, rendered, submission, prompt))

    def _ask(self, prompt: Prompt, key: bytes) -> Prompt:
        ext = prompt.ext or self.around.free_extension(key)
        if ext is None:
            raise Refused("no_extension")
        return asked(prompt, recipient_key=key, ext=ext, at=self.tx.now)

    def _render(self, message: Message, ready: Ready, prompt: Prompt | None) -> Rendered:
        values = dict(ready.words)
        if prompt is not None:
            values["token"] = links.token(self.tx.service.sealing, prompt.id)
        return template.render(self.around.template(message), self.around.signature, values)

    def _call(
        self, message: Message, ready: Ready, rendered: Rendered, submission: Submission, prompt: Prompt | None
    ) -> Claimed:
        outgoing = Outgoing(
            client_ref=submission.id,
            number=ready.number,
            signature=self.around.signature,
            template_code=self.around.template(message).provider_code,
            parameters=rendered.parameters,
            ext=prompt.ext if prompt is not None else None,
        )
        return Claimed(outgoing, message.id, message.traceparent)


def _not_now(message: Message, decided: Decision, tx: Transaction) -> Message:
    match decided.verdict:
        case Verdict.LATER:
            assert decided.until is not None
            later = message_rules.deferred(message, until=decided.until, why=decided.reason)
            return later if later.state is State.QUEUED else replace(later, closed_at=tx.now)
        case Verdict.PARK:
            return message.moved(Move.HOLD, reason=decided.reason)
        case _:
            return message.moved(Move.SUPPRESS, reason=decided.reason, closed_at=tx.now)


def _submission(message: Message, provider: str, tx: Transaction) -> Submission:
    return Submission(
        id=tx.new_id(),
        message_id=message.id,
        attempt=message.attempt + 1,
        segment=1,
        provider=provider,
        state=submission_rules.State.CLAIMED,
        code="",
        provider_ref=None,
        billed=None,
        claimed_at=tx.now,
        lease_until=tx.now + timedelta(seconds=LEASE_SECONDS),
        asked=0,
        ask_at=None,
        closed_at=None,
    )
