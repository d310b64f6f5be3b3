"""Events in: which rules apply, whom they tell, and what is planned. It calls nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain import decision, message
from services.notify.domain.decision import Verdict
from services.notify.domain.message import ROBOT, TRAY, Message, Move, State
from services.notify.domain.rule import Audience, Rule
from services.notify.domain.template import Template
from services.notify.events import MessageSuppressed
from services.notify.handlers import deciding, digests, drafting, prompts
from services.notify.handlers.announcing import wake_sender
from services.notify.handlers.drafting import Recipient
from services.notify.store import copies, messages, robots, tray_messages
from services.notify.store.catalogue import Catalogue

FOR_EVERY_CHANNEL: Final = frozenset({"no_recipient", "already_told"})
ROLES_THAT_ARE_ONE_PERSON: Final = {"handler": "handler_id", "reporter": "reporter_id"}


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
    return found if rule.audience.kind == ROBOT else found or [Recipient()]


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
        case "robot":
            return [Recipient(group_id=UUID(value))] if value and await robots.speaks_for(tx, UUID(value)) else []
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
    notification = drafting.notification(rule, recipient, facts, decided, tx)
    if not await messages.add_notification(tx, notification):
        return
    prompt_id = None
    if rule.question is not None and recipient.person_id and _goes_out(rule, decided):
        prompt_id = await prompts.plan(rule.question, recipient.person_id, facts, tx)
    for step in rule.channels:
        drafted = drafting.message(rule, template, recipient, facts, notification, tx)
        planned = await drafting.by_step(step, replace(drafted, prompt_id=prompt_id), recipient, tx)
        planned = _decided(digests.held(planned, rule.digest, tx), decided, tx)
        saved = await messages.add(tx, drafting.held_back(planned, template))
        await digests.expect(saved, rule.digest, tx)
        if saved.state is State.SUPPRESSED:
            tx.announce(MessageSuppressed.of(saved), saved)
    wake_sender(tx)


def _goes_out(rule: Rule, decided: decision.Decision) -> bool:
    """Whether any of the rule's channels will carry the text."""
    if decided.verdict is not Verdict.SUPPRESS:
        return True
    return decided.reason not in FOR_EVERY_CHANNEL and any(step.channel == TRAY for step in rule.channels)


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
