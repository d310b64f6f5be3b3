"""The words and addresses of messages, opened for those whose they are: a client's own, or a reader on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.audit import record_read
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.message import EMAIL, Message
from services.notify.domain.template import Template, render
from services.notify.settings import settings_of
from services.notify.store import copies, messages, received, requested, values
from services.notify.store.catalogue import Catalogue
from services.notify.store.data_keys import Keys

GONE: Final = ""


@dataclass(frozen=True, slots=True)
class Words:
    """One message, opened. What has been destroyed is empty, an address that is gone is None."""

    message: Message
    template: Template | None
    address: str | None
    body: str
    subject: str | None
    unsubscribe_url: str


@dataclass(frozen=True, slots=True)
class ReceivedWords:
    """One text that came, opened."""

    id: UUID
    at: datetime
    dest: str
    number: str
    words: str


async def words_of(batch: Sequence[Message], tx: Transaction) -> list[Words]:
    """Open messages that a client of ours sent to addresses."""
    catalogue = await Catalogue.of(tx, needed=[(m.template, m.template_version) for m in batch])
    keys = await Keys.standing(tx, [m.recipient_key for m in batch if m.recipient_key])
    signature = settings_of(tx.service).sender_signature
    return [_words(m, catalogue.versions.get((m.template, m.template_version)), keys, signature) for m in batch]


def _words(message: Message, template: Template | None, keys: Keys, signature: str) -> Words:
    open_ = message.recipient_key in keys.wrapped
    address = values.number_given(keys, message) if open_ and message.to_enc else None
    given = values.opened(keys, message) if open_ else {}
    text = values.text_kept(keys, message) if open_ else None
    if text is None and given and template is not None:
        text = render(template, signature if template.channel == "sms" else "", given).text
    subject = None
    if template is not None and template.channel == EMAIL and given:
        subject = render(template, "", given, subject=True).body
    return Words(message, template, address, text or GONE, subject, str(given.get(values.UNSUBSCRIBE, "")))


async def received_words(tx: Transaction, community_id: UUID, older_than: UUID | None) -> list[ReceivedWords]:
    """A page of the texts that came from an organisation's places, newest first."""
    found = []
    for row in await received.page(tx, community_id, older_than, requested.PAGE):
        words = await received.opened(tx, row)
        found.append(ReceivedWords(row.id, row.at, row.dest, words.number, words.text))
    return found


@dataclass(frozen=True, slots=True)
class Revealed:
    """The text of one message and where it went, for a reader who stands on record."""

    id: UUID
    text: str
    number: str | None


async def reveal(message_id: UUID, reason: str, tx: Transaction) -> Revealed:
    """Open one message for a member of staff. What rules sent keeps no number: members knows it, not we."""
    message = await messages.lock_one(tx, message_id)
    path = await copies.path_of(tx, message.community_id)
    if not tx.actor.may("notify.messages.read", area_path=path):
        raise Refused("message_unknown", status=404)
    if not tx.actor.may("notify.messages.reveal", area_path=path):
        raise Refused("not_permitted", status=403)
    await _not_confidential(message, tx)
    keys = await Keys.standing(tx, [message.recipient_key] if message.recipient_key else [])
    text = values.text_kept(keys, message)
    if text is None:
        raise Refused("words_gone", status=410)
    await record_read(tx, action="message_revealed", subject=message.id, reason=reason, fields=["text", "number"])
    return Revealed(message.id, text, values.number_given(keys, message) if message.to_enc else None)


async def _not_confidential(message: Message, tx: Transaction) -> None:
    """A counselling text is opened to that case's counsellors, and not by this door."""
    version = (message.template, message.template_version)
    template = (await Catalogue.of(tx, needed=[version])).versions.get(version)
    if template is not None and template.confidential:
        raise Refused("confidential", status=403)
