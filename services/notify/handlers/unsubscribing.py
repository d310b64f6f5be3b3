"""One click in a mail, and its reader hears no more of the topic by mail (RFC 8058). Opening a link changes nothing."""

import base64
import hmac
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from chassis.sealing import Sealing
from chassis.transaction import Transaction
from services.notify.domain.consent import Standing, standing
from services.notify.domain.message import EMAIL, Message
from services.notify.domain.template import CLASSES
from services.notify.handlers.consents import Of, Refusing, refuse
from services.notify.settings import settings_of
from services.notify.store import consents, messages

TOKEN_BYTES: Final = 16
SOURCE: Final = "mail"


def token(sealing: Sealing, message_id: UUID) -> str:
    """128 bits that only we can make: whoever has them has the mail."""
    made = sealing.index(f"unsubscribe:{message_id}")[:TOKEN_BYTES]
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def link(message: Message, tx: Transaction) -> str:
    """Where the reader of a mail says no; none where its class cannot be refused."""
    if message.channel != EMAIL or not CLASSES[message.message_class].refusable:
        return ""
    base = settings_of(tx.service).push_base_url
    return f"{base}/v1/unsubscribe/{message.id}/{token(tx.service.sealing, message.id)}"


async def look(message_id: UUID, given: str, tx: Transaction) -> Message:
    """The mail behind a link; as if there were none where the link is not ours."""
    found = await messages.by_ids(tx, [message_id])
    if not found or not hmac.compare_digest(given.encode(), token(tx.service.sealing, message_id).encode()):
        raise Refused("message_unknown", status=404)
    return found[0]


async def unsubscribe(message_id: UUID, given: str, tx: Transaction) -> Message:
    """Write the no down, once: what was refused already stays as it is."""
    message = await look(message_id, given, tx)
    if message.recipient_key is None:
        raise Refused("message_unknown", status=404)
    said = (await consents.ledger(tx, [message.recipient_key], [message.person_id])).of(
        message.recipient_key, message.person_id
    )
    if standing(said, message.topic, message.message_class, EMAIL) is not Standing.REFUSED:
        of = Of(message.recipient_key, message.person_id, message.correlation, message.community_id)
        await refuse(Refusing(of, message.topic, EMAIL, SOURCE, message.id), tx)
    return message
