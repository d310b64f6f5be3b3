"""Claim what may go out now: committed before the first byte of any call. `recording` writes what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from chassis.telemetry import log
from chassis.transaction import Transaction
from services.notify.domain import message as message_rules
from services.notify.domain import routing, segments, template
from services.notify.domain import submission as submission_rules
from services.notify.domain.decision import Contact, Decision, Verdict
from services.notify.domain.filing import FILED_KINDS
from services.notify.domain.message import EMAIL, SMS, Message, Move, State
from services.notify.domain.outcome import Outgoing
from services.notify.domain.prompt import CLOSED, Prompt
from services.notify.domain.provider import DIVIDED_KINDS, Provider
from services.notify.domain.rule import choices
from services.notify.domain.segments import Measured, Segment
from services.notify.domain.submission import LEASE_SECONDS, LEFT_OUT_SECONDS, Submission
from services.notify.domain.template import Rendered
from services.notify.handlers import budgeting, links, unsubscribing
from services.notify.handlers.announcing import save_and_tell
from services.notify.handlers.around import Around
from services.notify.handlers.carrying import Carrier, Carrying, NobodyNow, NoRoom, Room
from services.notify.store import caps, health, messages, prompts, submissions
from services.notify.store.providers import Carriers
from services.notify.store.values import UNSUBSCRIBE

NOBODY_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Ready:
    """What was found out about a message before it is claimed: the address, and the words of its text."""

    message_id: UUID
    contact: Contact
    number: str
    words: Mapping[str, object]
    language: str = template.CHINESE


@dataclass(frozen=True, slots=True)
class Claimed:
    """One text to hand over now: a call, or a call for each of its segments."""

    provider: Provider
    parts: Sequence[Outgoing]
    message_id: UUID
    template: str
    traceparent: str


async def claim(ready: Sequence[Ready], room: dict[str, Room], tx: Transaction) -> list[Claimed]:
    """Decide again, render, and take hold of what may go out now; the rest is deferred, suppressed or parked.

    A message whose provider has no room now is left as it is.
    """
    by_id = {one.message_id: one for one in ready}
    queued = await messages.lock_queued(tx, list(by_id))
    around = await Around.of(tx, [(m, by_id[m.id].number) for m in queued])
    batch = _Batch(around, await carrying_of(queued, room, tx), tx)
    for message in queued:
        await batch.take(message, by_id[message.id])
    await submissions.add(tx, batch.submissions)
    await save_and_tell(tx, batch.messages)
    await prompts.save(tx, batch.prompts)
    await caps.count(tx, around.sent)
    await budgeting.spend(around.spent.values(), tx)
    await health.save(tx, batch.carrying.probes.values())
    return batch.claimed


async def carrying_of(queued: Sequence[Message], room: dict[str, Room], tx: Transaction) -> Carrying:
    """What the draws look at. Breakers that are not closed are locked: one probe at a time over all processes."""
    tried = [m.id for m in queued if m.attempt]
    return Carrying(
        at=tx.now,
        carriers=await Carriers.of(tx),
        health=await health.ailing(tx),
        refused=await submissions.refused_since(tx, tried, tx.now - timedelta(seconds=LEFT_OUT_SECONDS)),
        room=room,
        probes={},
    )


class _Batch:
    """What one claim changes, gathered so that each table is written once."""

    def __init__(self, around: Around, carrying: Carrying, tx: Transaction) -> None:
        self.around, self.carrying, self.tx = around, carrying, tx
        self.messages: list[Message] = []
        self.prompts: list[Prompt] = []
        self.submissions: list[Submission] = []
        self.claimed: list[Claimed] = []

    async def take(self, message: Message, ready: Ready) -> None:
        """Settle one message: claimed with its submissions, or why not."""
        prompt = self.around.prompts.get(message.prompt_id) if message.prompt_id else None
        if prompt is not None and prompt.state in CLOSED:
            self.messages.append(message.moved(Move.CANCEL, reason=str(prompt.state), closed_at=self.tx.now))
            return
        decided = self.around.decide(message, ready.contact, ready.number, self.tx.now)
        message = replace(message, trace=list(decided.trace))
        if decided.verdict is not Verdict.SEND:
            self.messages.append(_not_now(message, decided, self.tx))
            return
        try:
            await self._claim(message, ready, prompt)
        except NoRoom:
            return
        except NobodyNow:
            later = self.tx.now + timedelta(seconds=NOBODY_SECONDS)
            self.messages.append(_not_now(message, Decision(Verdict.LATER, "provider", later), self.tx))
        except Refused as refusal:
            self.messages.append(message.moved(Move.HOLD, reason=refusal.code))
            log.error("sms.parked", reason=refusal.code, template=message.template)

    async def _claim(self, message: Message, ready: Ready, prompt: Prompt | None) -> None:
        key, client_ref = self.around.key(ready.number), self.tx.new_id()
        if prompt is not None:
            prompt = self.around.ask(prompt, key, self.tx.now)
        unsigned = self._render(message, ready, prompt)
        approved_at = template.providers_of(self.around.template(message), unsigned)
        carrier = self.carrying.draw(message, ready.number, prompt, approved_at, client_ref)
        rendered = replace(unsigned, signature=carrier.sender.signature)
        size = self._size(message, rendered.text, ready.number)
        parts = await self._parts(rendered.text, carrier, key)
        calls = [self._submission(message, carrier, part, client_ref) for part in parts]
        claimed = message.moved(
            Move.CLAIM,
            trace=[*message.trace, carrier.told(client_ref)],
            recipient_key=key,
            attempt=message.attempt + 1,
            waiting_for="",
            language=rendered.language,
            segments=size.segments,
            billable=size.billable,
            body_enc=self.around.sealed(message, key, rendered.text),
        )
        outgoing = self._outgoing(claimed, ready, rendered, carrier, prompt)
        self.messages.append(claimed)
        if prompt is not None:
            self.prompts.append(prompt)
        self.submissions += calls
        self.around.count(message, ready.number, size.billable, self.tx.now)
        self.carrying.take(carrier, len(parts))
        texts = [replace(outgoing, client_ref=call.id, part=part) for call, part in zip(calls, parts, strict=True)]
        self.claimed.append(Claimed(carrier.provider, texts, message.id, message.template, message.traceparent))

    def _size(self, message: Message, text: str, number: str) -> Measured:
        if message.channel != SMS:
            return segments.WEIGHTLESS
        return segments.measured(text, mainland=routing.market_of(number) != "other")

    def _render(self, message: Message, ready: Ready, prompt: Prompt | None) -> Rendered:
        values, words = dict(ready.words), self.around.template(message)
        if prompt is not None:
            values["token"] = links.token(self.tx.service.sealing, prompt.id)
            values["choices"] = choices(prompt.options, words.language_for(ready.language))
        return template.render(words, "", values, ready.language)

    async def _parts(self, text: str, carrier: Carrier, key: bytes) -> Sequence[Segment | None]:
        """The segments where we divide, each with the number that tells two long texts to one handset apart."""
        if carrier.provider.kind not in DIVIDED_KINDS:
            return [None]
        ucs2_only = bool(carrier.provider.options.get("ucs2_only"))
        parts = segments.divided(text, ucs2_only=ucs2_only)
        if len(parts) == 1:
            return parts
        ref = await submissions.next_ref(self.tx, carrier.sender.base_number, key)
        return segments.divided(text, ref=ref, ucs2_only=ucs2_only)

    def _outgoing(
        self, message: Message, ready: Ready, rendered: Rendered, carrier: Carrier, prompt: Prompt | None
    ) -> Outgoing:
        code, parameters = "", dict[str, str]()
        if carrier.provider.kind in FILED_KINDS:
            filed = template.at_provider(self.around.template(message), carrier.provider.id, rendered)
            code, parameters = filed.code, dict(filed.parameters)
        return Outgoing(
            client_ref=message.id,
            number=ready.number,
            signature=carrier.sender.signature,
            template_code=code,
            parameters=parameters,
            ext=prompt.ext if prompt is not None else None,
            sender=carrier.sender.base_number,
            text=rendered.text,
            subject=self._subject(message, ready),
            unsubscribe_url=str(ready.words.get(UNSUBSCRIBE, "")) or unsubscribing.link(message, self.tx),
            valid_minutes=max(1, int((message.valid_until - self.tx.now).total_seconds() // 60)),
        )

    def _subject(self, message: Message, ready: Ready) -> str:
        """Of a mail its subject; a text has none."""
        if message.channel != EMAIL:
            return ""
        return template.render(self.around.template(message), "", ready.words, ready.language, subject=True).body

    def _submission(self, message: Message, carrier: Carrier, part: Segment | None, client_ref: UUID) -> Submission:
        first = part is None or part.n == 1
        return Submission(
            id=client_ref if first else self.tx.new_id(),
            message_id=message.id,
            attempt=message.attempt + 1,
            segment=1 if part is None else part.n,
            provider=carrier.provider.id,
            state=submission_rules.State.CLAIMED,
            code="",
            provider_ref=None,
            billed=None,
            claimed_at=self.tx.now,
            lease_until=self.tx.now + timedelta(seconds=LEASE_SECONDS),
            asked=0,
            ask_at=None,
            closed_at=None,
            sender=carrier.sender.base_number,
        )


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
