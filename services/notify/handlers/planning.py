"""Events in: which rules apply, whom they tell, and what is planned. It calls nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain import decision, message
from services.notify.domain.decision import Contact, Verdict
from services.notify.domain.message import Message, Move, State
from services.notify.domain.rule import Audience, Rule
from services.notify.domain.template import CLASSES, Template, any_hour
from services.notify.events import MessageSuppressed
from services.notify.handlers import prompts
from services.notify.handlers.announcing import wake_sender
from services.notify.settings import settings_of
from services.notify.store import copies, messages, opt_outs
from services.notify.store.catalogue import Catalogue
from services.notify.store.messages import Notification

ROLES_THAT_ARE_ONE_PERSON = {"handler": "handler_id", "reporter": "reporter_id"}


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
            for recipient in await _audience(rule, facts, tx):
                await _tell(rule, template, recipient, facts, tx)


async def _audience(rule: Rule, facts: Mapping[str, Any], tx: Transaction) -> Sequence[Recipient]:
    found = await _found(rule.audience, facts, tx)
    if not found and rule.fallback is not None:
        found = await _found(rule.fallback, facts, tx)
    return found or [Recipient()]


async def _found(audience: Audience, facts: Mapping[str, Any], tx: Transaction) -> Sequence[Recipient]:
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
            return await _holders(str(value or audience.field), facts, tx)


async def _holders(role: str, facts: Mapping[str, Any], tx: Transaction) -> Sequence[Recipient]:
    """Who holds a role for the community of the event; some roles are one person whom the event names."""
    if field := ROLES_THAT_ARE_ONE_PERSON.get(role):
        return [Recipient(UUID(facts[field]))] if field in facts else []
    assert tx.cause is not None
    return [Recipient(person) for person in await copies.holders(tx, role, tx.cause.community)]


async def _tell(
    rule: Rule, template: Template, recipient: Recipient, facts: Mapping[str, Any], tx: Transaction
) -> None:
    decided = await _decide(rule, template, recipient, facts, tx)
    notification = _notification(rule, recipient, facts, decided, tx)
    if not await messages.add_notification(tx, notification):
        return
    prompt_id = None
    if rule.question is not None and recipient.person_id and decided.verdict is not Verdict.SUPPRESS:
        prompt_id = await prompts.plan(rule.question, recipient.person_id, facts, tx)
    planned = _message(rule, template, recipient, facts, notification, tx)
    planned = replace(planned, prompt_id=prompt_id)
    match decided.verdict:
        case Verdict.SUPPRESS:
            planned = planned.moved(Move.SUPPRESS, reason=decided.reason, closed_at=tx.now)
        case Verdict.LATER:
            assert decided.until is not None
            planned = message.deferred(planned, until=decided.until, why=decided.reason)
    saved = await messages.add(tx, planned)
    if saved.state is State.SUPPRESSED:
        tx.announce(MessageSuppressed.of(saved), saved)
    wake_sender(tx)


async def _decide(
    rule: Rule, template: Template, recipient: Recipient, facts: Mapping[str, Any], tx: Transaction
) -> decision.Decision:
    """The first decision, before the address is known; the sender decides again with it."""
    if recipient == Recipient():
        return decision.Decision(Verdict.SUPPRESS, "no_recipient")
    if rule.once_per_prompt and not await prompts.first_telling(facts, recipient.person_id, tx):
        return decision.Decision(Verdict.SUPPRESS, "already_told")
    of_class = CLASSES[template.message_class]
    refused = frozenset[str]()
    if recipient.person_id and of_class.refusable:
        refused = await opt_outs.of_person(tx, recipient.person_id)
    return decision.decide(
        decision.Question(
            at=tx.now,
            contact=Contact.NOT_ASKED,
            topic=template.topic,
            refusable=of_class.refusable,
            opted_out=refused,
            hours=None if any_hour(template.message_class, facts) else settings_of(tx.service).notice_hours,
        )
    )


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
        trace=[list(one) for one in decided.trace],
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
        on_unknown=of_class.on_unknown,
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


async def cancel_challenge(challenge_id: UUID, tx: Transaction) -> None:
    """The code has been used: what still waits to carry it is of no use."""
    unsent = await messages.lock_of_challenge(tx, challenge_id)
    await messages.save(tx, [m.moved(Move.CANCEL, reason="used", closed_at=tx.now) for m in unsent])
