"""Texts that answer a text at once: a confirmation, a hint. Few a day, never to a machine, never twice the same."""

from datetime import timedelta
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain.message import Message, State
from services.notify.domain.prompt import Prompt
from services.notify.domain.template import CLASSES
from services.notify.handlers.announcing import wake_sender
from services.notify.store import messages, received
from services.notify.store.catalogue import Catalogue
from services.notify.store.data_keys import Keys
from services.notify.store.messages import Notification
from services.notify.store.received import Received

SAME_TEXT_HOURS = 24


async def answer(text: Received, name: str, person_id: UUID | None, prompt: Prompt | None, tx: Transaction) -> None:
    """Answer a text, unless this number has had the same answer today."""
    if await messages.had_lately(tx, text.recipient_key, name, tx.now - timedelta(hours=SAME_TEXT_HOURS)):
        return
    template = (await Catalogue.of(tx)).live[name]
    of_class, message_id = CLASSES[template.message_class], tx.new_id()
    number = (await received.opened(tx, text)).number
    key = (await Keys.of(tx, [text.recipient_key])).key(text.recipient_key)
    notification = _notification(text, name, person_id, prompt, tx)
    await messages.add_notification(tx, notification)
    await messages.add(
        tx,
        Message(
            id=message_id,
            notification_id=notification.id,
            channel="sms",
            person_id=person_id,
            challenge_id=None,
            to_enc=tx.service.sealing.seal(number, key=key, aad=f"messages.to:{message_id}"),
            recipient_key=text.recipient_key,
            message_class=template.message_class,
            topic=template.topic,
            on_unknown=of_class.on_unknown,
            priority=2,
            rule=name,
            template=template.name,
            template_version=template.version,
            prompt_id=None,
            about=notification.about,
            round=notification.round,
            purpose="",
            facts={},
            correlation=notification.correlation,
            community_id=notification.community_id,
            traceparent="",
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
