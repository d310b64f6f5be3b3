"""The first decision about a message, before its address is known; the sender decides again with it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain.decision import Contact, Decision, Question, decide
from services.notify.domain.hours import Hours
from services.notify.domain.message import Message
from services.notify.domain.template import CLASSES, Template, any_hour
from services.notify.settings import NotifySettings, settings_of
from services.notify.store import consents


def hours_of(message: Message, template: Template | None, settings: NotifySettings) -> list[Hours]:
    """When a message may go out: the law's hours of its class, narrowed by its template's own."""
    return _hours(message.message_class, message.facts, template, settings)


async def first(
    template: Template, person_id: UUID | None, facts: Mapping[str, Any], tx: Transaction, *, channel: str = "sms"
) -> Decision:
    """What can be said of a text before anybody asks where its person is reached."""
    of_class = CLASSES[template.message_class]
    said = (await consents.ledger(tx, [], [person_id])).of(None, person_id)
    return decide(
        Question(
            at=tx.now,
            contact=Contact.NOT_ASKED,
            topic=template.topic,
            message_class=template.message_class,
            channel=channel,
            refusable=of_class.refusable,
            said=said,
            hours=_hours(template.message_class, facts, template, settings_of(tx.service)),
            template=f"{template.name} v{template.version}",
        )
    )


def _hours(
    message_class: str, facts: Mapping[str, Any], template: Template | None, settings: NotifySettings
) -> list[Hours]:
    if any_hour(message_class, facts):
        return []
    own = template.hours if template is not None else None
    return [settings.class_hours[message_class], *([own] if own is not None else [])]
