"""Sending by request: one text to one person or address, taken in one short transaction.

What is taken is decided by the sender like any other message: opt-outs, consent, hours, caps and budget hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.refused import Refused
from chassis.telemetry import traceparent
from chassis.transaction import Transaction
from services.notify.domain import segments
from services.notify.domain.api_key import ApiKey, End, simulated_end
from services.notify.domain.message import EMAIL, SMS, Message, Move
from services.notify.domain.template import CLASSES, Rendered, Template, render
from services.notify.handlers import callbacks
from services.notify.handlers.announcing import wake_sender
from services.notify.settings import settings_of
from services.notify.store import copies, requested, values
from services.notify.store.data_keys import Keys
from services.notify.store.messages import Notification

BY_REQUEST = "request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """What somebody wants sent: to a person, or to an address; by a member of staff, or by a client's key."""

    template: Template
    values: Mapping[str, object]
    community_id: UUID
    person_id: UUID | None = None
    address: str = ""
    about: UUID | None = None
    scheduled_for: datetime | None = None
    valid_for: timedelta | None = None
    reference: str = ""
    emergency_id: UUID | None = None
    key: ApiKey | None = None
    unsubscribe_url: str = ""

    @property
    def end(self) -> End | None:
        """How it ends where nothing leaves."""
        return simulated_end(self.address, test=self.key is not None and self.key.simulates)


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that is on its way, with its words as they will stand."""

    message: Message
    template: Template
    rendered: Rendered
    subject: str

    @property
    def id(self) -> UUID:
        return self.message.id


async def send_for_person(command: Send, tx: Transaction) -> Taken:
    """A member of staff sends, inside the places of her grant."""
    path = await copies.path_of(tx, command.community_id)
    if not tx.actor.may("notify.messages.send", area_path=path):
        raise Refused("community_unknown", status=404)
    return await send(command, tx)


async def send(command: Send, tx: Transaction) -> Taken:
    """Take one message; a refusal names what is wrong with its words."""
    rendered, subject = words(command, settings_of(tx.service).sender_signature)
    if command.template.channel == SMS:
        segments.units_within(rendered.text)
    sealing = tx.service.sealing
    recipient_key = sealing.index(command.address) if command.address else None
    owner = values.owner(sealing, command.person_id, recipient_key)
    keys = await Keys.one(tx, owner)
    notification = notification_of(command, tx)
    planned = message_of(command, notification, recipient_key, tx)
    if command.address and recipient_key:
        planned = replace(planned, to_enc=values.number_sealed(keys, recipient_key, planned.id, command.address))
    if command.end is not None:
        planned = _simulated(planned, command.end, rendered, tx)
        planned = replace(planned, body_enc=_kept(planned, keys, owner, rendered))
    elif given := dict(command.values) | _unsubscribing(command):
        planned = replace(planned, values_enc=values.sealed(keys, owner, planned.id, given))
    await requested.take(tx, notification, planned)
    if command.end is not None:
        await callbacks.tell_clients([planned], tx)
    wake_sender(tx)
    return Taken(planned, command.template, rendered, subject)


def words(command: Send, signature: str) -> tuple[Rendered, str]:
    """The text as it will stand, and of a mail its subject. Raises `Refused` for a missing or forbidden value."""
    template = command.template
    if template.channel == EMAIL:
        subject = render(template, "", command.values, subject=True)
        return render(template, "", command.values), subject.body
    return render(template, signature, command.values), ""


def _simulated(message: Message, end: End, rendered: Rendered, tx: Transaction) -> Message:
    """Through all its states at once, with nobody called. A mail ends in submitted: nothing would report on it."""
    many = segments.measured(rendered.text).segments if message.channel == SMS else 0
    taken = message.moved(Move.CLAIM, attempt=1).moved(Move.ACCEPTED, submitted_at=tx.now, segments=many)
    if message.channel == EMAIL and end.move is Move.DELIVER:
        return replace(taken, test=True)
    return replace(taken.moved(end.move, reason=end.reason, closed_at=tx.now), test=True)


def _kept(message: Message, keys: Keys, owner: bytes, rendered: Rendered) -> bytes | None:
    """The text, sealed; of a code nothing is kept."""
    if not CLASSES[message.message_class].keeps_text:
        return None
    return values.text_sealed(keys, owner, message.id, rendered.text)


def _unsubscribing(command: Send) -> dict[str, str]:
    return {values.UNSUBSCRIBE: command.unsubscribe_url} if command.unsubscribe_url else {}


def notification_of(command: Send, tx: Transaction) -> Notification:
    """The request as a notification: somebody asked, no rule did."""
    notification_id = tx.new_id()
    allowed = {"check": "key", "result": "ok", "input": {"type": str(command.key.type) if command.key else "staff"}}
    return Notification(
        id=notification_id,
        event_id=notification_id,
        event_type=BY_REQUEST,
        rule="",
        person_id=command.person_id,
        about=command.about,
        round=0,
        purpose="",
        correlation=command.about or notification_id,
        community_id=command.community_id,
        traceparent=traceparent() or "",
        trace=[allowed],
        created_at=tx.now,
    )


def message_of(command: Send, notification: Notification, recipient_key: bytes | None, tx: Transaction) -> Message:
    """The message of a request, queued as its class says; its address and values are sealed by whoever takes it."""
    template = command.template
    of_class = CLASSES[template.message_class]
    due_at = max(command.scheduled_for or tx.now, tx.now)
    return Message(
        id=tx.new_id(),
        notification_id=notification.id,
        channel=template.channel,
        person_id=command.person_id,
        recipient_key=recipient_key,
        message_class=template.message_class,
        topic=template.topic,
        on_unknown=of_class.on_unknown,
        priority=of_class.priority,
        rule="",
        template=template.name,
        template_version=template.version,
        about=command.about,
        round=0,
        purpose="",
        facts={},
        correlation=notification.correlation,
        community_id=command.community_id,
        traceparent=notification.traceparent,
        due_at=due_at,
        valid_until=due_at + (command.valid_for or timedelta(minutes=of_class.valid_minutes)),
        created_at=tx.now,
        reference=command.reference,
        api_key_id=command.key.id if command.key else None,
        emergency_id=command.emergency_id,
    )
