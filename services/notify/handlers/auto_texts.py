"""Texts that answer a text at once: a confirmation, a hint. Few a day, never to a machine, never twice the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain.message import Message
from services.notify.domain.prompt import Prompt
from services.notify.domain.template import CLASSES
from services.notify.handlers.announcing import wake_sender
from services.notify.store import messages, received, values
from services.notify.store.catalogue import Catalogue
from services.notify.store.data_keys import Keys
from services.notify.store.messages import Notification
from services.notify.store.received import Received

ONCE_A_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Which text answers, with what words in it, and for how long not again."""

    template: str
    words: Mapping[str, str] | None = None
    not_again_minutes: int = ONCE_A_DAY_MINUTES


async def answer(what: Answer, text: Received, person_id: UUID | None, prompt: Prompt | None, tx: Transaction) -> None:
    """Answer a text, unless this number has had the same answer lately."""
    name, since = what.template, tx.now - timedelta(minutes=what.not_again_minutes)
    if await messages.had_lately(tx, text.recipient_key, name, since):
        return
    template = (await Catalogue.of(tx)).live[name]
    of_class, message_id = CLASSES[template.message_class], tx.new_id()
    number = (await received.opened(tx, text)).number
    owner = values.owner(tx.service.sealing, person_id, text.recipient_key)
    keys = await Keys.of(tx, [text.recipient_key, owner])
    notification = _notification(text, name, person_id, prompt, tx)
    await messages.add_notification(tx, notification)
    await messages.add(
        tx,
        Message(
            id=message_id,
            notification_id=notification.id,
            channel="sms",
            person_id=person_id,
            to_enc=values.number_sealed(keys, text.recipient_key, message_id, number),
            recipient_key=text.recipient_key,
            message_class=template.message_class,
            topic=template.topic,
            on_unknown=of_class.on_unknown,
            priority=2,
            rule=name,
            template=template.name,
            template_version=template.version,
            about=notification.about,
            round=notification.round,
            purpose="",
            facts={},
            correlation=notification.correlation,
            community_id=notification.community_id,
            traceparent="",
            due_at=tx.now,
            valid_until=tx.now + timedelta(minutes=of_class.valid_minutes),
            created_at=tx.now,
            values_enc=values.sealed(keys, owner, message_id, what.words) if what.words else None,
        ),
    )
    wake_sender(tx)


def _notification(
    text: Received, name: str, person_id: UUID | None, prompt: Prompt | None, tx: Transaction
) -> Notification:
    """About the question that was answered, where there is one; else about the text itself."""
    return Notification(
        id=tx.new_id(),
        event_id=text.id,
        event_type="received",
        rule=name,
        person_id=person_id,
        about=prompt.about if prompt else None,
        round=prompt.round if prompt else 0,
        purpose="",
        correlation=prompt.correlation if prompt else text.correlation,
        community_id=prompt.community_id if prompt else text.community_id,
        traceparent="",
        trace=[],
        created_at=tx.now,
    )
