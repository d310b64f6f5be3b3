"""A notification and its messages as they are written down first, before anything is decided about them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain import robot
from services.notify.domain.decision import Decision
from services.notify.domain.message import ROBOT, TRAY, Message, Move, OnUnknown, State
from services.notify.domain.rule import Audience, Rule, Step
from services.notify.domain.template import CLASSES, Template
from services.notify.store import messages
from services.notify.store.catalogue import Catalogue
from services.notify.store.data_keys import Keys
from services.notify.store.messages import Notification
from services.notify.store.values import number_sealed


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person to tell, the challenge whose person members knows, or a group's chat; none: nobody could be found."""

    person_id: UUID | None = None
    challenge_id: UUID | None = None
    group_id: UUID | None = None


def notification(
    rule: Rule, recipient: Recipient, facts: Mapping[str, Any], decided: Decision, tx: Transaction
) -> Notification:
    """One rule applied to the event at hand for one recipient."""
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


async def by_step(step: Step, drafted: Message, recipient: Recipient, tx: Transaction) -> Message:
    """The message of one channel; the later ones wait whether the person reads or answers before."""
    wait = timedelta(minutes=step.after_minutes)
    drafted = replace(
        drafted,
        channel=step.channel,
        due_at=tx.now + wait,
        valid_until=drafted.valid_until + wait,
        waiting_for="unread" if wait else "",
    )
    return drafted if recipient.group_id is None else await _to_chat(drafted, recipient.group_id, tx)


def held_back(planned: Message, template: Template) -> Message:
    """A text that tells too much for a chat does not go there: somebody must mend the template."""
    if planned.channel != ROBOT or planned.state is not State.QUEUED or not robot.telling(template):
        return planned
    return planned.moved(Move.HOLD, reason=robot.TELLING)


async def _to_chat(drafted: Message, group_id: UUID, tx: Transaction) -> Message:
    """A chat's address takes the place of a number that came with the message."""
    address = robot.address(group_id)
    key = tx.service.sealing.index(address)
    sealed = number_sealed(await Keys.of(tx, [key]), key, drafted.id, address)
    return replace(drafted, recipient_key=key, to_enc=sealed)


def message(
    rule: Rule,
    template: Template,
    recipient: Recipient,
    facts: Mapping[str, Any],
    of: Notification,
    tx: Transaction,
) -> Message:
    """A message of a notification, due now."""
    of_class = CLASSES[template.message_class]
    return Message(
        id=tx.new_id(),
        notification_id=of.id,
        channel="sms",
        person_id=recipient.person_id,
        challenge_id=recipient.challenge_id,
        recipient_key=None,
        message_class=template.message_class,
        topic=template.topic,
        on_unknown=OnUnknown(rule.on_unknown) if rule.on_unknown else of_class.on_unknown,
        priority=rule.priority,
        rule=rule.name,
        template=template.name,
        template_version=template.version,
        about=of.about,
        round=of.round,
        purpose=of.purpose,
        facts=dict(facts),
        correlation=of.correlation,
        community_id=of.community_id,
        traceparent=of.traceparent,
        due_at=tx.now,
        valid_until=tx.now + timedelta(minutes=of_class.valid_minutes),
        created_at=tx.now,
    )


async def tell(
    name: str,
    person_id: UUID,
    *,
    about: UUID,
    community: UUID | None,
    tx: Transaction,
    channel: str = TRAY,
    topic: str = "",
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Tell one person something of our own, which no event led to: a text of this name, in her tray or elsewhere."""
    rule = Rule(name, 0, "", (), Audience("person", ""), None, name, priority=2, about="", question=None)
    told = Notification(
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
    drafted = message(rule, template, Recipient(person_id), facts or {}, told, tx)
    await messages.add_notification(tx, told)
    await messages.add(tx, replace(drafted, channel=channel, topic=topic or drafted.topic))
