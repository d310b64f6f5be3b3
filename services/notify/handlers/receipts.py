"""What a client is told when its message has reached its end: Notify's delivery receipt, field by field."""

from typing import Any

from chassis.transaction import Transaction
from services.notify.domain.message import Message
from services.notify.domain.status import status_of, written_time
from services.notify.handlers.opening import words_of


async def receipt(tx: Transaction, message: Message) -> dict[str, Any]:
    """The receipt of one message."""
    (words,) = await words_of([message], tx)
    return {
        "id": str(message.id),
        "reference": message.reference or None,
        "to": words.address,
        "status": status_of(message),
        "created_at": written_time(message.created_at),
        "completed_at": written_time(message.closed_at),
        "sent_at": written_time(message.submitted_at),
        "notification_type": message.channel,
        "template_id": str(words.template.id) if words.template else None,
        "template_version": message.template_version,
    }
