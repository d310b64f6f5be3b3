"""Consent given and withdrawn: rows that are only added. Withdrawing is as easy as giving, and stops what waits."""

from dataclasses import dataclass
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain.consent import Standing, Statement, standing
from services.notify.domain.message import Message, Move
from services.notify.domain.template import CLASSES
from services.notify.events import ContactOptedIn, ContactOptedOut
from services.notify.handlers.announcing import save_and_tell
from services.notify.store import consents, messages
from services.notify.store.consents import Consent, OptOut


@dataclass(frozen=True, slots=True)
class Of:
    """Whose statement it is: a number's, a person's, or both; and the case it belongs to."""

    recipient_key: bytes | None
    person_id: UUID | None
    correlation: UUID
    community_id: UUID | None


@dataclass(frozen=True, slots=True)
class Giving:
    """Somebody wants to be told of a topic."""

    of: Of
    topic: str
    channel: str
    source: str
    wording_version: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Refusing:
    """Somebody wants to hear no more of a topic; `evidence` is the text or message that says so."""

    of: Of
    topic: str
    channel: str
    source: str
    evidence: UUID | None


@dataclass(frozen=True, slots=True)
class _Person:
    """The person a statement speaks of, as an event needs her."""

    id: UUID
    correlation: UUID
    community_id: UUID | None
    revision: int = 1


async def give(command: Giving, tx: Transaction) -> Consent:
    """Write down a yes with its proof."""
    of = command.of
    row = Consent(
        id=tx.new_id(),
        recipient_key=of.recipient_key,
        person_id=of.person_id,
        topic=command.topic,
        channel=command.channel,
        wording_version=command.wording_version,
        source=command.source,
        evidence=command.evidence,
        community_id=of.community_id,
        by=tx.actor.name,
        at=tx.now,
    )
    await consents.give(tx, row)
    _tell(ContactOptedIn, row, of, tx)
    return row


async def refuse(command: Refusing, tx: Transaction) -> OptOut:
    """Write down a no, and stop in the same transaction what still waits to be sent against it."""
    of = command.of
    row = OptOut(
        id=tx.new_id(),
        recipient_key=of.recipient_key,
        person_id=of.person_id,
        topic=command.topic,
        channel=command.channel,
        source=command.source,
        evidence=command.evidence,
        by=tx.actor.name,
        at=tx.now,
    )
    await consents.refuse(tx, row)
    await _stop_waiting(row, tx)
    _tell(ContactOptedOut, row, of, tx)
    return row


def _tell(kind: type[ContactOptedIn | ContactOptedOut], row: Consent | OptOut, of: Of, tx: Transaction) -> None:
    """Where the person is known, the others hear of it."""
    if of.person_id is not None:
        event = kind(person_id=of.person_id, topic=row.topic, channel=row.channel, source=row.source)
        tx.announce(event, _Person(of.person_id, of.correlation, of.community_id))


async def _stop_waiting(row: OptOut, tx: Transaction) -> None:
    said = [Statement(given=False, topic=row.topic, channel=row.channel, at=row.at)]
    waiting = await messages.lock_waiting_for(tx, row.recipient_key, row.person_id)
    stopped = [m for m in waiting if _refused(m, said)]
    moved = [_stopped(m, tx) for m in stopped]
    await save_and_tell(tx, moved)


def _refused(message: Message, said: list[Statement]) -> bool:
    refusable = CLASSES[message.message_class].refusable and message.emergency_id is None
    return refusable and (standing(said, message.topic, message.message_class, message.channel) is Standing.REFUSED)


def _stopped(message: Message, tx: Transaction) -> Message:
    """What an operator has parked is cancelled: only what is queued can be suppressed."""
    move = Move.SUPPRESS if message.may(Move.SUPPRESS) else Move.CANCEL
    return message.moved(move, reason="opted_out", closed_at=tx.now)
