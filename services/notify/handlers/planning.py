"""Events in: which rules apply, whom they tell, and what is planned. It calls nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import Any, Final
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain import decision, message
from services.notify.domain.decision import Verdict
from services.notify.domain.message import TRAY, Message, Move, OnUnknown, State
from services.notify.domain.rule import Audience, Rule, Step
from services.notify.domain.template import CLASSES, Template
from services.notify.events import MessageSuppressed
from services.notify.handlers import deciding, prompts
from services.notify.handlers.announcing import wake_sender
from services.notify.store import copies, messages, tray_messages
from services.notify.store.catalogue import Catalogue
from services.notify.store.messages import Notification

FOR_EVERY_CHANNEL: Final = frozenset({"no_recipient", "already_told"})
ROLES_THAT_ARE_ONE_PERSON: Final = {"handler": "handler_id", "reporter": "reporter_id"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person to tell, or the challenge whose person members knows; neither, where nobody could be found."""

    person_id: UUID | None = None
    challenge_id: UUID | None = None


async def plan(facts: Mapping[str, Any], tx: Transaction) -> None:
    """Apply every rule of the event at hand: a notification per person, each with its message."""
    assert tx.cause is not None
    catalogue = await Catalogue.of(tx)
    for rule in catalogue.rules.get(tx.cause.type, ()):
        if rule.applies(facts):
            template = catalogue.live[rule.template]
            for recipient in await audience(rule, facts, tx.cause.community, tx):
                await _tell(rule, template, recipient, facts, tx)


async def audience(
    rule: Rule, facts: Mapping[str, Any], community: UUID | None, tx: Transaction
) -> Sequence[Recipient]:
    """Whom a rule tells of these facts; nobody found is one recipient without a name, whose message says so."""
    found = await _found(rule.audience, facts, community, tx)
    if not found and rule.fallback is not None:
        found = await _found(rule.fallback, facts, community, tx)
    return found or [Recipient()]


async def _found(
    audience: Audience, facts: Mapping[str, Any], community: UUID | None, tx: Transaction
) -> Sequence[Recipient]:
    value = facts.get(audience.field)
    match audience.kind:
        case "person":
            return [Recipient(UUID(value))] if value else []
        case "persons":
            return [Recipient(UUID(one)) for one in value or ()]
        case "leader":
            leader = await copies.leader_of(tx, UUID(value)) if value else None
            return [Recipient(leader)] if leader else []
        case "challenge":
            return [Recipient(challenge_id=UUID(value))] if value else []
        case "everywhere":
            return [Recipient(person) for person in await copies.holders_everywhere(tx, audience.field)]
        case _:
            return await _holders(str(value or audience.field), facts, community, tx)


async def _holders(role: str, facts: Mapping[str, Any], community: UUID | None, tx: Transaction) -> Sequence[Recipient]:
    """Who holds a role for the community of the event; some roles are one person whom the event names."""
    if field := ROLES_THAT_ARE_ONE_PERSON.get(role):
        return [Recipient(UUID(facts[field]))] if field in facts else []
    return [Recipient(person) for person in await copies.holders(tx, role, community)]


async def _tell(
    rule: Rule, template: Template, recipient: Recipient, facts: Mapping[str, Any], tx: Transaction
) -> None:
    decided = await _decide(rule, template, recipient, facts, tx)
    notification = _notification(rule, recipient, facts, decided, tx)
    if not await messages.add_notification(tx, notification):
        return
    prompt_id = None
    if rule.question is not None and recipient.person_id and _goes_out(rule, decided):
        prompt_id = await prompts.plan(rule.question, recipient.person_id, facts, tx)
    for step in rule.channels:
        planned = _message(rule, template, recipient, facts, notification, tx)
        planned = _by(step, replace(planned, prompt_id=prompt_id), tx)
        saved = await messages.add(tx, _decided(planned, decided, tx))
        if saved.state is State.SUPPRESSED:
            tx.announce(MessageSuppressed.of(saved), saved)
    wake_sender(tx)


def _goes_out(rule: Rule, decided: decision.Decision) -> bool:
    """Whether any of the rule's channels will carry the text."""
    if decided.verdict is not Verdict.SUPPRESS:
        return True
    return decided.reason not in FOR_EVERY_CHANNEL and any(step.channel == TRAY for step in rule.channels)


def _by(step: Step, planned: Message, tx: Transaction) -> Message:
    """The message of one channel; the later ones wait whether the person reads or answers before."""
    wait = timedelta(minutes=step.after_minutes)
    return replace(
        planned,
        channel=step.channel,
        due_at=tx.now + wait,
        valid_until=planned.valid_until + wait,
        waiting_for="unread" if wait else "",
    )


def _decided(planned: Message, decided: decision.Decision, tx: Transaction) -> Message:
    """What the first decision makes of a message. The tray wakes nobody and costs nothing: only "nobody" stops it."""
    match decided.verdict:
        case Verdict.SUPPRESS if planned.channel != TRAY or decided.reason in FOR_EVERY_CHANNEL:
            return planned.moved(Move.SUPPRESS, reason=decided.reason, closed_at=tx.now)
        case Verdict.LATER if planned.channel != TRAY and not planned.waiting_for:
            assert decided.until is not None
            return message.deferred(planned, until=decided.until, why=decided.reason)
    return planned


async def _decide(
    rule: Rule, template: Template, recipient: Recipient, facts: Mapping[str, Any], tx: Transaction
) -> decision.Decision:
    """The first decision, before the address is known; the sender decides again with it."""
    if recipient == Recipient():
        return decision.Decision(Verdict.SUPPRESS, "no_recipient")
    if rule.once_per_prompt and not await prompts.first_telling(facts, recipient.person_id, tx):
        return decision.Decision(Verdict.SUPPRESS, "already_told")
    return await deciding.first(template, recipient.person_id, facts, tx)


def _notification(
    rule: Rule, recipient: Recipient, facts: Mapping[str, Any], decided: decision.Decision, tx: Transaction
) -> Notification:
    assert tx.cause is not None
    return Notification(
        id=tx.new_id(),
        event_id=tx.cause.id,
        event_type=tx.cause.type,
        rule=rule.name,
        person_id=recipient.person_id,
        about=UUID(facts[rule.about]) if rule.about in facts else None,
        round=facts.get("round", 0),
        purpose=rule.question.purpose if rule.question else "",
        correlation=tx.cause.correlation,
        community_id=tx.cause.community,
        traceparent=tx.cause.traceparent,
        trace=list(decided.trace),
        created_at=tx.now,
    )


def _message(
    rule: Rule,
    template: Template,
    recipient: Recipient,
    facts: Mapping[str, Any],
    notification: Notification,
    tx: Transaction,
) -> Message:
    of_class = CLASSES[template.message_class]
    return Message(
        id=tx.new_id(),
        notification_id=notification.id,
        channel="sms",
        person_id=recipient.person_id,
        challenge_id=recipient.challenge_id,
        to_enc=None,
        recipient_key=None,
        message_class=template.message_class,
        topic=template.topic,
        on_unknown=OnUnknown(rule.on_unknown) if rule.on_unknown else of_class.on_unknown,
        priority=rule.priority,
        rule=rule.name,
        template=template.name,
        template_version=template.version,
        prompt_id=None,
        about=notification.about,
        round=notification.round,
        purpose=notification.purpose,
        facts=dict(facts),
        correlation=notification.correlation,
        community_id=notification.community_id,
        traceparent=notification.traceparent,
        state=State.QUEUED,
        reason="",
        waiting_for="",
        due_at=tx.now,
        valid_until=tx.now + timedelta(minutes=of_class.valid_minutes),
        attempt=0,
        extra=0,
        possible_duplicate=False,
        segments=0,
        billable=0,
        body_enc=None,
        created_at=tx.now,
        submitted_at=None,
        closed_at=None,
        revision=1,
    )


async def tell_in_tray(name: str, person_id: UUID, *, about: UUID, community: UUID, tx: Transaction) -> None:
    """Tell one person something of our own, which no event led to: a text of this name in her tray."""
    rule = Rule(name, 0, "", (), Audience("person", ""), None, name, priority=2, about="", question=None)
    notification = Notification(
        id=tx.new_id(),
        event_id=tx.new_id(),
        event_type="",
        rule=name,
        person_id=person_id,
        about=about,
        round=0,
        purpose="",
        correlation=about,
        community_id=community,
        traceparent="",
        trace=[],
        created_at=tx.now,
    )
    template = (await Catalogue.of(tx)).live[name]
    await messages.add_notification(tx, notification)
    planned = _message(rule, template, Recipient(person_id), {}, notification, tx)
    await messages.add(tx, replace(planned, channel=TRAY))


async def withdraw_settled(about: UUID, event_type: str, tx: Transaction) -> None:
    """What an event about a thing makes needless, by the rules that told of it before."""
    known = chain.from_iterable((await Catalogue.of(tx)).rules.values())
    if rules := [rule.name for rule in known if event_type in rule.withdraw_on]:
        unsent = await tray_messages.lock_unsent_about(tx, about, rules)
        await messages.save(tx, [m.moved(Move.CANCEL, reason="withdrawn", closed_at=tx.now) for m in unsent])


async def cancel_challenge(challenge_id: UUID, tx: Transaction) -> None:
    """The code has been used: what still waits to carry it is of no use."""
    unsent = await messages.lock_of_challenge(tx, challenge_id)
    await messages.save(tx, [m.moved(Move.CANCEL, reason="used", closed_at=tx.now) for m in unsent])
